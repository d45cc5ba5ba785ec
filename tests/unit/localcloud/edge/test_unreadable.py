"""Requests that are no HTTP, or too long: what a client is answered, on a real socket."""

import asyncio
import json

import pytest
from aiohttp import web

from localcloud.edge.unreadable import Connections

TOKEN = "Bearer " + "s3cr3t" * 1500


async def answer_to(request: bytes) -> bytes:
    async def well(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text="ok")

    runner = web.ServerRunner(Connections(well, access_log=None))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        answer = await reader.read()
        writer.close()
        return answer
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (f"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: {TOKEN}\r\n\r\n".encode(), b" 431 "),
        (f"GET /?query={'s3cr3t' * 1500} HTTP/1.1\r\nHost: a\r\n\r\n".encode(), b" 431 "),
        (b"s3cr3t / HTTP/9\r\nHost: a\r\n\r\n", b" 400 "),
        (b"GET / HTTP/1.1\r\nHost: a\r\ns3cr3t\r\n\r\n", b" 400 "),
    ],
)
def test_nothing_of_an_unreadable_request_is_shown(
    request_bytes: bytes, status: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = asyncio.run(answer_to(request_bytes))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert status in head.splitlines()[0]
    assert json.loads(body)["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}
    assert b"s3cr3t" not in answer
    printed = capsys.readouterr()
    assert "s3cr3t" not in printed.out + printed.err


def test_other_requests_are_served() -> None:
    answer = asyncio.run(answer_to(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
    assert answer.endswith(b"ok")
