"""Requests that are no HTTP, or too long: what a client is answered, on a real socket."""

import asyncio
import json
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from localcloud.edge.unreadable import Connections, most_connections

TOKEN = "Bearer " + "s3cr3t" * 1500


@asynccontextmanager
async def listening(**limits: Any) -> AsyncIterator[int]:
    """Serve on a free port."""

    async def well(request: web.BaseRequest) -> web.StreamResponse:
        await request.read()
        return web.Response(text="ok")

    runner = web.ServerRunner(Connections(well, access_log=None, **limits), shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with asyncio.timeout(20):
            yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def answer_to(request: bytes, **limits: Any) -> bytes:
    async with listening(**limits) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        answer = await reader.read()
        writer.close()
        return answer


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


@pytest.mark.parametrize("head", [b"", b"GET / HTTP/1.1\r\nHost: a\r\n"])
def test_a_client_that_sends_no_whole_head_is_disconnected(head: bytes) -> None:
    assert asyncio.run(answer_to(head, head_s=0.05)) == b""


def test_half_a_head_after_a_request_ends_too_and_a_slow_body_does_not() -> None:
    async def run() -> None:
        async with listening(head_s=0.1) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.3)
            writer.write(b"b")
            assert (await reader.readuntil(b"ok")).startswith(b"HTTP/1.1 200")
            writer.write(b"GET / HT")
            assert await reader.read() == b""
            writer.close()

    asyncio.run(run())


def test_one_connection_too_many_is_told_to_come_back() -> None:
    async def run() -> None:
        async with listening(most=1) as port:
            _, first = await asyncio.open_connection("127.0.0.1", port)
            reader, second = await asyncio.open_connection("127.0.0.1", port)
            assert (await reader.read()).startswith(b"HTTP/1.1 503 ")
            first.close()
            second.close()
            await first.wait_closed()

            # The server may see the first one's end a moment later.
            for _ in range(1000):
                reader, third = await asyncio.open_connection("127.0.0.1", port)
                third.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                answer = await reader.read()
                third.close()
                if answer.endswith(b"ok"):
                    return
            pytest.fail("no connection is served")

    asyncio.run(run())


@pytest.mark.parametrize(
    ("hard", "soft", "most"),
    [(1024, 1024, 384), (resource.RLIM_INFINITY, 40_256, 20_000), (100, 100, 1)],
)
def test_the_bound_of_connections_has_room_below_that_of_open_files(
    monkeypatch: pytest.MonkeyPatch, hard: int, soft: int, most: int
) -> None:
    made: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: made.append(limits))
    assert most_connections() == most
    assert made == [(soft, hard)]
