"""A gate between a real client and a real server on this machine."""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from types import SimpleNamespace
from typing import Literal

import pytest

from infra_cdk import edge_rules
from localcloud.faults.gate import FIRST_WAIT_S, LAST_WAIT_S, Gate
from localcloud.faults.gate_actuator import combine
from localcloud.faults.traffic import NO_FAULTS
from localcloud.plan import free_edge_port
from tests.support.polling import until

GET = b"GET /one HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /two HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ALL_FAIL = combine([{"share": 1.0, "status": 503}])
LATE = combine([{"median_ms": 150.0, "p99_ms": 150.0}])
PATIENCE = 20.0


class Region:
    """A server that answers every request and remembers it."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []
        self.connections: list[asyncio.StreamWriter] = []
        self.answer = ANSWER
        self.closes = False
        self.thawed = asyncio.Event()
        self.thawed.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(writer)
        with contextlib.suppress(OSError):
            while data := await reader.read(1_000_000):
                self.seen.append(data)
                await self.thawed.wait()
                writer.write(self.answer)
                await writer.drain()
                if self.closes:
                    break
        writer.close()


class Rig:
    """A gate in front of a region, and clients of it."""

    def __init__(self, gate: Gate, region: Region) -> None:
        self.gate = gate
        self.region = region

    def has_seen(self, number: int) -> bool:
        """Whether so many requests have reached the region."""
        return len(self.region.seen) >= number

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.gate.port, limit=10_000_000)

    async def ask(self, request: bytes = GET) -> bytes:
        """One request on a connection of its own; what comes until the region's answer is whole."""
        reader, writer = await self.connect()
        writer.write(request)
        answer = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        return answer


@contextlib.asynccontextmanager
async def rig(*, up: bool = True, slots: int | None = None) -> AsyncIterator[Rig]:
    region = Region()
    port = free_edge_port()
    server = await asyncio.start_server(region.serve, "127.0.0.1", port + 1)
    if not up:
        server.close()
    gate = Gate(port, port + 1, slots=slots)
    await gate.open()
    try:
        async with asyncio.timeout(PATIENCE):
            yield Rig(gate, region)
    finally:
        gate.close()
        server.close()


class Once(asyncio.Event):
    """An event that lets one through each time that it is set."""

    async def wait(self) -> Literal[True]:
        await super().wait()
        self.clear()
        return True


def run(
    story: Callable[[Rig], Awaitable[None]], *, up: bool = True, slots: int | None = None
) -> None:
    async def scenario() -> None:
        async with rig(up=up, slots=slots) as made:
            await story(made)

    asyncio.run(scenario())


def test_bytes_pass_as_they_are_and_connections_are_kept() -> None:
    async def story(rig: Rig) -> None:
        reader, writer = await rig.connect()
        for request in (GET, POST, GET):
            writer.write(request)
            assert await reader.readexactly(len(ANSWER)) == ANSWER
        writer.close()
        assert rig.region.seen == [GET, POST, GET]
        assert rig.gate.requests == 3

    run(story)


def test_much_more_than_the_buffers_hold_passes_both_ways() -> None:
    async def story(rig: Rig) -> None:
        large = bytes(range(256)) * 20_000
        rig.region.answer = large
        reader, writer = await rig.connect()
        writer.write(large)
        assert await reader.readexactly(len(large)) == large
        rig.region.answer = b""
        await writer.drain()
        await until(lambda: sum(map(len, rig.region.seen)) == len(large))
        assert b"".join(rig.region.seen) == large
        writer.close()

    run(story)


def test_the_end_of_the_regions_answer_ends_the_clients() -> None:
    async def story(rig: Rig) -> None:
        rig.region.closes = True
        for faults in (NO_FAULTS, LATE):
            await rig.gate.set_faults(faults)
            reader, writer = await rig.connect()
            writer.write(GET)
            assert await reader.read() == ANSWER
            writer.close()

    run(story)


def test_a_client_that_has_no_more_to_say_still_gets_its_answer() -> None:
    async def story(rig: Rig) -> None:
        reader, writer = await rig.connect()
        writer.write(GET)
        writer.write_eof()
        assert await reader.read() == ANSWER
        writer.close()

    run(story)


def test_slowness_holds_back_the_answer_not_the_request() -> None:
    async def story(rig: Rig) -> None:
        await rig.gate.set_faults(LATE)
        loop = asyncio.get_running_loop()
        rig.region.thawed.clear()
        reader, writer = await rig.connect()
        writer.write(GET)
        await until(lambda: bool(rig.region.seen))
        answered = loop.time()  # the request has passed: what is late now is the answer
        rig.region.thawed.set()
        assert await reader.readexactly(len(ANSWER)) == ANSWER
        assert loop.time() - answered >= 0.149
        await rig.gate.set_faults(NO_FAULTS)
        writer.write(GET)
        assert await reader.readexactly(len(ANSWER)) == ANSWER
        assert rig.gate.delayed == 1
        writer.close()

    run(story)


def test_a_failed_request_never_reaches_the_region_and_the_connection_goes_on() -> None:
    async def story(rig: Rig) -> None:
        reader, writer = await rig.connect()
        await rig.gate.set_faults(ALL_FAIL)
        for piece in (POST[:30], POST[30:-2], POST[-2:]):
            writer.write(piece)
            await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        assert await reader.readexactly(34) == b'{"message": "Service Unavailable"}'
        await rig.gate.set_faults(NO_FAULTS)
        writer.write(GET)
        assert await reader.readexactly(len(ANSWER)) == ANSWER
        assert rig.region.seen == [GET]
        assert rig.gate.failed == 1
        writer.close()

    run(story)


def test_a_cut_breaks_connections_off_and_refuses_new_ones_until_it_is_mended() -> None:
    async def story(rig: Rig) -> None:
        reader, writer = await rig.connect()
        writer.write(GET)
        assert await reader.readexactly(len(ANSWER)) == ANSWER
        await rig.gate.set_faults(combine([{"how": "refuse"}]))
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(1)
        writer.close()
        with pytest.raises(ConnectionRefusedError):
            await rig.connect()
        await rig.gate.set_faults(NO_FAULTS)
        assert (await rig.ask()).startswith(b"HTTP/1.1 200")

    run(story)


def test_a_dropping_cut_takes_connections_and_never_answers() -> None:
    async def story(rig: Rig) -> None:
        await rig.gate.set_faults(combine([{"how": "drop"}]))
        reader, writer = await rig.connect()
        writer.write(GET)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await reader.read(1)
        assert rig.region.seen == []
        await rig.gate.set_faults(NO_FAULTS)  # a request that waited gets an error at once
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(1)
        writer.close()
        assert (await rig.ask()).startswith(b"HTTP/1.1 200")

    run(story)


def test_where_no_region_listens_the_connection_breaks() -> None:
    async def story(rig: Rig) -> None:
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await rig.ask()

    run(story, up=False)


def test_no_connection_is_left_when_clients_are_gone() -> None:
    async def story(rig: Rig) -> None:
        for faults in (NO_FAULTS, LATE, ALL_FAIL):
            await rig.gate.set_faults(faults)
            _, writer = await rig.connect()
            writer.write(GET)
            writer.close()
        await until(lambda: not rig.gate.connections)

    run(story)


def test_what_finds_no_place_in_the_region_waits_for_one() -> None:
    async def story(rig: Rig) -> None:
        rig.region.thawed.clear()
        requests = [asyncio.create_task(rig.ask()) for _ in range(5)]
        await until(lambda: rig.gate.requests == 5)
        await until(lambda: len(rig.region.seen) == 2)
        await asyncio.sleep(0.05)
        assert len(rig.region.seen) == 2
        rig.region.thawed.set()
        for answer in await asyncio.gather(*requests):
            assert answer.startswith(b"HTTP/1.1 200")
        assert len(rig.region.seen) == 5

    run(story, slots=2)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests wait for a slot a twentieth of a second."""
    for name in ("FIRST_WAIT_S", "LAST_WAIT_S"):
        monkeypatch.setattr(f"localcloud.faults.gate.{name}", 0.05)


@pytest.mark.usefixtures("impatient")
def test_a_region_that_serves_others_refuses_what_waits_too_long() -> None:
    async def story(rig: Rig) -> None:
        rig.region.thawed = Once()
        first = asyncio.create_task(rig.ask())
        await until(lambda: len(rig.region.seen) == 1)
        waiting = [await rig.connect() for _ in range(2)]
        for _, writer in waiting:
            writer.write(POST)
        await until(lambda: rig.gate.requests == 3)
        await asyncio.sleep(0.2)
        assert rig.gate.refused == 0, "a region that answers nothing is lost, not busy"
        rig.region.thawed.set()
        assert (await first).startswith(b"HTTP/1.1 200")
        await until(lambda: rig.gate.refused == 1)
        rig.region.thawed.set()
        heads = [await reader.readuntil(b"\r\n\r\n") for reader, _ in waiting]
        served, refused = sorted(heads)
        assert served.startswith(b"HTTP/1.1 200")
        assert refused.startswith(b"HTTP/1.1 429 Too Many Requests")
        assert b"retry-after: 1\r\n" in refused
        assert rig.region.seen == [GET, POST], "what is refused was never executed"
        # The connection of the refused request goes on.
        reader, writer = waiting[heads.index(refused)]
        length = int(refused.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        assert b'"retryable": true' in await reader.readexactly(length)
        rig.region.thawed.set()
        writer.write(GET)
        assert await reader.readexactly(len(ANSWER)) == ANSWER
        for _, one in waiting:
            one.close()
        await until(lambda: not rig.gate.connections)

    run(story, slots=1)


def test_a_busy_region_refuses_before_the_edge_gives_up() -> None:
    gate = Gate(1, 2)
    first = POST.replace(b"Host: a", b"Host: a\r\nx-carte-attempt: 1")
    assert gate.longest_wait_s(first) == FIRST_WAIT_S < edge_rules.FIRST_WRITE_S
    third = first.replace(b": 1", b": 3")
    for last in (GET, POST, third):
        assert gate.longest_wait_s(last) == LAST_WAIT_S < edge_rules.LAST_READ_S
    assert LAST_WAIT_S < edge_rules.LAST_WRITE_S
    assert gate.longest_wait_s(GET.replace(b"/one", b"/health")) == math.inf


def test_a_frozen_region_refuses_nothing_that_was_queued_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    clock = SimpleNamespace(monotonic=lambda: now[0])
    monkeypatch.setattr("localcloud.concurrency_limit.time", clock)

    async def story(rig: Rig) -> None:
        rig.region.thawed = Once()
        first = asyncio.create_task(rig.ask())
        await until(lambda: len(rig.region.seen) == 1)
        waiting = [await rig.connect() for _ in range(2)]
        for _, writer in waiting:
            writer.write(POST)
        await until(lambda: rig.gate.requests == 3)
        # Its last answer before it freezes, while the others have just begun to wait.
        rig.region.thawed.set()
        assert (await first).startswith(b"HTTP/1.1 200")
        now[0] += LAST_WAIT_S + 1
        await asyncio.sleep(0.1)
        assert rig.gate.refused == 0, "a frozen region answers nothing"
        frozen, rig.region.thawed = rig.region.thawed, asyncio.Event()
        rig.region.thawed.set()
        frozen.set()
        for _, writer in waiting:
            writer.close()
        await until(lambda: not rig.gate.connections)

    run(story, slots=1)


@pytest.mark.usefixtures("impatient")
def test_a_busy_region_refuses_no_probe() -> None:
    async def story(rig: Rig) -> None:
        rig.region.thawed = Once()
        first = asyncio.create_task(rig.ask())
        await until(lambda: len(rig.region.seen) == 1)
        probes = [asyncio.create_task(rig.ask(GET.replace(b"/one", b"/ready"))) for _ in range(2)]
        await until(lambda: rig.gate.requests == 3)
        for seen in (2, 3, 3):
            rig.region.thawed.set()
            await until(partial(rig.has_seen, seen))
            await asyncio.sleep(0.1)
        for answer in await asyncio.gather(first, *probes):
            assert answer.startswith(b"HTTP/1.1 200")
        assert rig.gate.refused == 0

    run(story, slots=1)


def test_who_gave_up_in_the_line_was_never_there_and_who_was_let_in_keeps_the_place() -> None:
    async def story(rig: Rig) -> None:
        rig.region.thawed.clear()
        let_in = [await rig.connect() for _ in range(2)]
        for _, writer in let_in:
            writer.write(GET)
        await until(lambda: len(rig.region.seen) == 2)
        _, waits = await rig.connect()
        waits.write(POST)
        await until(lambda: rig.gate.requests == 3)
        for writer in (waits, let_in[0][1]):
            writer.close()
        last = asyncio.create_task(rig.ask())
        await until(lambda: rig.gate.requests == 4)
        await asyncio.sleep(0.05)
        assert rig.region.seen == [GET, GET]  # one client is gone, its request is not
        rig.region.thawed.set()
        assert (await last).startswith(b"HTTP/1.1 200")
        assert rig.region.seen == [GET, GET, GET]
        let_in[1][1].close()
        await until(lambda: not rig.gate.connections)

    run(story, slots=2)


def test_places_are_free_again_when_connections_break() -> None:
    async def story(rig: Rig) -> None:
        rig.region.thawed.clear()
        _, writer = await rig.connect()
        writer.write(GET)
        await until(lambda: bool(rig.region.seen))
        await rig.gate.set_faults(combine([{"how": "refuse"}]))
        await rig.gate.set_faults(NO_FAULTS)
        writer.close()
        rig.region.thawed.set()
        for _ in range(3):
            assert (await rig.ask()).startswith(b"HTTP/1.1 200")

    run(story, slots=1)


def test_a_region_may_close_an_idle_connection_of_who_waits() -> None:
    async def story(rig: Rig) -> None:
        rig.region.thawed.clear()
        first = asyncio.create_task(rig.ask())
        await until(lambda: len(rig.region.seen) == 1)
        second = asyncio.create_task(rig.ask(POST))
        await until(lambda: len(rig.region.connections) == 2)
        await until(lambda: rig.gate.requests == 2)
        rig.region.connections[1].close()
        await asyncio.sleep(0.05)
        rig.region.thawed.set()
        for answer in await asyncio.gather(first, second):
            assert answer.startswith(b"HTTP/1.1 200")
        assert rig.region.seen == [GET, POST]

    run(story, slots=1)


def test_what_exceeds_a_limit_is_refused_and_probes_are_not() -> None:
    async def main() -> None:
        async with rig() as one:
            await one.gate.set_faults(combine([{"rate": 0.001, "burst": 1.0}]))
            assert b"200 OK" in await one.ask()
            refused = await one.ask()
            assert b"429 Too Many Requests" in refused
            assert b"retry-after: 1" in refused
            assert b"200 OK" in await one.ask(GET.replace(b"/one", b"/ready"))
            assert len(one.region.seen) == 2
            assert (one.gate.throttled, one.gate.failed) == (1, 1)

    asyncio.run(main())


def test_a_gate_whose_port_was_taken_listens_when_it_is_free_again() -> None:
    async def story(rig: Rig) -> None:
        gate = rig.gate
        await gate.set_faults(combine([{"how": "refuse"}]))
        other = await asyncio.start_server(rig.region.serve, "127.0.0.1", gate.port)
        for _ in range(2):
            with pytest.raises(OSError, match="in use"):
                await gate.set_faults(NO_FAULTS)
            assert gate.is_cut
        other.close()
        await other.wait_closed()
        await gate.set_faults(NO_FAULTS)
        assert not gate.is_cut
        assert b"200 OK" in await rig.ask()

    run(story)
