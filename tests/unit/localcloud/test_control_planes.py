"""Control planes take orders from this machine only, by one rule, tried over real HTTP."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from multidict import CIMultiDict

from localcloud.control_plane import (
    MOST_BODY_BYTES,
    ForeignRequestError,
    RequestHead,
    is_loopback_host,
    require_local,
)
from localcloud.faults.actuator import Actuator
from localcloud.faults.control import FaultControl
from localcloud.faults.effects import PROCESS
from localcloud.faults.fault_request import CloudScope
from localcloud.faults.registry import FaultRegistry
from localcloud.replicator.control import ReplicationControl
from localcloud.replicator.dynamo import Dynamo
from localcloud.replicator.ledger import Ledger
from localcloud.replicator.mesh import Mesh

REGIONS = ("us-east-1", "eu-west-1")
FREEZE = '{"kind": "freeze", "region": "eu-west-1", "seconds": 60}'
JSON = "content-type: application/json"


class Switch(Actuator):
    """Remembers what was applied."""

    def __init__(self) -> None:
        self.applied: list[tuple[str, int]] = []

    async def apply(self, target: str, values: Sequence[dict[str, Any]]) -> None:
        self.applied.append((target, len(values)))

    def has_target(self, target: str) -> bool:
        return target in REGIONS


class Plane:
    """One control plane on a port, and a client that sends exactly the bytes it is given."""

    def __init__(self, changed: Callable[[], bool]) -> None:
        self.port = 0  # until it is served
        self.changed = changed

    async def send(self, first: str, *headers: str, body: str = "") -> tuple[int, Any]:
        lines = [f"{first} HTTP/1.1", *headers, f"content-length: {len(body)}"]
        if not any(line.lower().startswith("host:") for line in headers):
            lines.insert(1, f"Host: 127.0.0.1:{self.port}")
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        request = "\r\n".join((*lines, "connection: close", "", body))
        writer.write(request.encode("utf-8", "surrogateescape"))
        answer = await reader.read()
        writer.close()
        head, _, content = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(content) if content else None


Play = Callable[[Plane], Awaitable[None]]


def on_faults(folder: Path, play: Play) -> None:
    switch = Switch()
    registry = FaultRegistry({PROCESS: switch}, REGIONS, folder)
    control = FaultControl(registry, CloudScope(REGIONS, lambdas=True), {})
    serve(control.application(), Plane(lambda: bool(switch.applied)), play)


def on_replicator(play: Play) -> None:
    async def prepared() -> None:
        dynamos = [Dynamo(name, "http://127.0.0.1:1", "carte") for name in REGIONS]
        try:
            mesh = Mesh(dynamos, Ledger(REGIONS))
            plane = Plane(lambda: mesh.faults.paused)
            await _serve(ReplicationControl(mesh).application(), plane, play)
        finally:
            for dynamo in dynamos:
                await dynamo.__aexit__()

    asyncio.run(prepared())


def serve(application: web.Application, plane: Plane, play: Play) -> None:
    asyncio.run(_serve(application, plane, play))


async def _serve(application: web.Application, plane: Plane, play: Play) -> None:
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        plane.port = runner.addresses[0][1]
        async with asyncio.timeout(20):
            await play(plane)
    finally:
        await runner.cleanup()


FOREIGN = [
    pytest.param((JSON, "Host: evil.example"), 421, id="DNS rebinding"),
    pytest.param((JSON, "Host: evil.example:8080"), 421, id="DNS rebinding with a port"),
    pytest.param((JSON, "Host: 127.0.0.1.evil.example"), 421, id="a name like an address"),
    pytest.param((JSON, "Host: "), 421, id="no host"),
    pytest.param((JSON, "Host: \udcff\udcfe"), 421, id="bytes as host"),
    pytest.param((JSON, "Origin: http://evil.example"), 403, id="a foreign page"),
    pytest.param((JSON, "Origin: null"), 403, id="a sandboxed page"),
    pytest.param((JSON, "Origin: http://127.0.0.1:1"), 403, id="a page of another local server"),
    pytest.param(("content-type: text/plain",), 415, id="a form of a page"),
    pytest.param(("content-type: text/plain; application/json",), 415, id="a disguised type"),
    pytest.param((), 415, id="no type"),
]


@pytest.mark.parametrize(("headers", "status"), FOREIGN)
def test_a_foreign_order_is_refused_and_does_nothing(
    tmp_path: Path, headers: tuple[str, ...], status: int
) -> None:
    async def faults(plane: Plane) -> None:
        code, answer = await plane.send("POST /faults", *headers, body=FREEZE)
        assert code == status
        assert answer["error"]
        assert answer["next"]
        assert not plane.changed()

    async def replicator(plane: Plane) -> None:
        code, answer = await plane.send("POST /pause", *headers, body="{}")
        assert code == status
        assert answer["error"]
        assert not plane.changed()

    on_faults(tmp_path, faults)
    on_replicator(replicator)


def test_an_order_of_this_machine_is_obeyed(tmp_path: Path) -> None:
    async def faults(plane: Plane) -> None:
        page = f"Origin: http://localhost:{plane.port}"
        host = f"Host: localhost:{plane.port}"
        code, _ = await plane.send("POST /faults", JSON, host, page, body=FREEZE)
        assert (code, plane.changed()) == (201, True)
        assert (await plane.send("DELETE /faults", JSON))[0] == 200

    async def replicator(plane: Plane) -> None:
        code, _ = await plane.send("POST /pause", "content-type: Application/JSON; charset=utf-8")
        assert (code, plane.changed()) == (200, True)

    on_faults(tmp_path, faults)
    on_replicator(replicator)


def test_nothing_is_shown_to_a_rebound_name_whatever_the_path(tmp_path: Path) -> None:
    async def refused(plane: Plane) -> None:
        for path in ("/faults", "/ready", "/health", "/status", "/quiet", "/none"):
            assert (await plane.send(f"GET {path}", "Host: evil.example"))[0] == 421

    on_faults(tmp_path, refused)
    on_replicator(refused)


def test_what_no_client_should_send_is_refused_in_words(tmp_path: Path) -> None:
    long = "9" * 4_400

    async def faults(plane: Plane) -> None:
        for body in (
            "",
            "{",
            "[]",
            "[" * 5_000,
            f'{{"kind": "freeze", "region": "eu-west-1", "seconds": {long}}}',
            f'{{"kind": "{long}"}}',
            '{"kind": "freeze", "region": {"a": 1}, "seconds": 1}',
            '{"kind": "freeze", "region": "eu-west-1", "seconds": 1e308}',
            '{"kind": "freeze", "region": "\ud800", "seconds": 1}'.replace("\ud800", "\\ud800"),
            f'{{"kind": "freeze", "region": "eu-west-1", "seconds": 1, "{long}": 1}}',
        ):
            code, answer = await plane.send("POST /faults", JSON, body=body)
            assert code == 400, body[:60]
            assert len(answer["error"]) < 300, body[:60]
        large = await plane.send("POST /faults", JSON, body=" " * (MOST_BODY_BYTES + 1))
        assert large[0] == 413
        assert (await plane.send(f"DELETE /faults/{long}", JSON))[0] == 400
        assert (await plane.send("DELETE /faults/%ff%00", JSON))[0] in {200, 400}
        assert not plane.changed()

    async def replicator(plane: Plane) -> None:
        for text in (long, "-1", "nan", "inf", "", "%ff", "1e309", "x" * 5_000):
            code, answer = await plane.send(f"GET /quiet?timeout={text}")
            assert code == 400, text[:20]
            assert len(answer["error"]) < 300
        for body in ("{", "[]", "[" * 5_000, f'{{"{long}": 1}}'):
            assert (await plane.send("POST /pause", JSON, body=body))[0] == 400
        lag = f'{{"from": "*", "to": "*", "ms": {long}}}'
        assert (await plane.send("POST /lag", JSON, body=lag))[0] == 400
        assert (await plane.send("POST /lag", JSON, body='{"from": {}, "to": [1]}'))[0] == 400
        large = await plane.send("POST /pause", JSON, body=" " * (MOST_BODY_BYTES + 1))
        assert large[0] == 413

    on_faults(tmp_path, faults)
    on_replicator(replicator)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("LOCALHOST:8080", True),
        ("carte.localhost:8080", True),
        ("127.0.0.1:8080", True),
        ("127.9.9.9", True),
        ("[::1]:8080", True),
        ("", False),
        ("localhost.evil.example", False),
        ("evillocalhost", False),
        ("127.0.0.1.nip.io", False),
        ("10.0.0.1", False),
        ("8.8.8.8:8080", False),
        ("[::2]", False),
        ("localhost:8080@evil.example", False),
        ("localhost:99999999", False),
        ("9" * 5_000, False),
    ],
)
def test_the_hosts_that_are_this_machine(host: str, *, loopback: bool) -> None:
    assert is_loopback_host(host) is loopback


def test_two_hosts_are_no_host() -> None:
    headers = CIMultiDict([("host", "localhost"), ("host", "evil.example")])
    with pytest.raises(ForeignRequestError) as raised:
        require_local(RequestHead("GET", headers))
    assert raised.value.status == 421


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "X" * 200])
def test_every_method_that_may_change_something_needs_json(method: str) -> None:
    headers = CIMultiDict({"host": "localhost"})
    with pytest.raises(ForeignRequestError) as raised:
        require_local(RequestHead(method, headers))
    assert raised.value.status == 415
    require_local(RequestHead(method, CIMultiDict({**headers, "content-type": "application/json"})))
