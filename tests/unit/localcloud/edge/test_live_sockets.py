"""WebSockets through the edge: passed on both ways, closed when their region is left."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import pairwise

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from localcloud.edge import live_sockets
from localcloud.edge.events import Events
from localcloud.edge.live_sockets import LiveSockets
from localcloud.edge.places import Located
from localcloud.edge.routing import LatencyRecord
from services.domain.live.subprotocol import SUBPROTOCOL
from tests.support.polling import until

NEAR, FAR = "eu-west-1", "us-east-1"
reached: list[str] = []  # paths of the requests to a region
arrived: list[str] = []  # paths of the requests to the edge
doors: dict[str, asyncio.Event] = {}  # before which a region holds who names one of them
Talk = Callable[[str, set[str]], Awaitable[None]]


async def region(request: web.BaseRequest) -> web.StreamResponse:
    """A region that repeats what it gets, and closes at the word `close`."""
    reached.append(request.path)
    if "refused" in request.headers:
        return web.Response(status=403)
    if "held" in request.headers:
        await doors[request.headers["held"]].wait()
    socket = web.WebSocketResponse()  # without a subprotocol, as the emulator
    await socket.prepare(request)
    async for message in socket:
        if message.data == "close":
            await socket.close(code=1000)
        else:
            await socket.send_str(f"{request.path} {message.data}")
    return socket


@asynccontextmanager
async def listening(
    handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
) -> AsyncIterator[int]:
    """Serve on a free port."""
    runner = web.ServerRunner(web.Server(handler, handler_cancellation=True), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def through_an_edge(talk: Talk) -> None:
    """Run a conversation: it gets the URL of an edge, and the set of regions that are away."""

    async def run() -> None:
        away: set[str] = set()
        record = LatencyRecord(
            lambda name: name not in away,
            frozenset,
            ttl=0,
            monotonic=asyncio.get_running_loop().time,
            events=Events(),
        )
        async with listening(region) as port:
            urls = {name: f"http://127.0.0.1:{port}/{name}" for name in (NEAR, FAR)}
            sockets = LiveSockets(urls, record, lambda name: name not in away, connect_s=5)
            watched = asyncio.create_task(sockets.watch())

            async def edge(request: web.BaseRequest) -> web.StreamResponse:
                arrived.append(request.path)
                return await sockets.pass_on(request, Located((NEAR, FAR)))

            try:
                async with listening(edge) as front, asyncio.timeout(30):
                    await talk(f"http://127.0.0.1:{front}/graphql", away)
            finally:
                watched.cancel()
                await sockets.close()

    asyncio.run(run())


def test_messages_pass_both_ways_and_the_subprotocol_is_named() -> None:
    async def talk(url: str, _: set[str]) -> None:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(url, protocols=(SUBPROTOCOL,)) as socket,
        ):
            assert socket.protocol == SUBPROTOCOL
            await socket.send_str("hello")
            assert await socket.receive_str() == f"/{NEAR} hello"
            await socket.send_str("close")
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
            assert socket.close_code == 1000

    through_an_edge(talk)


def test_a_region_that_refuses_refuses_the_client() -> None:
    async def talk(url: str, _: set[str]) -> None:
        async with aiohttp.ClientSession(headers={"refused": "yes"}) as session:
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await session.ws_connect(url)

    through_an_edge(talk)


def test_a_rush_of_clients_is_refused_in_part_and_costs_the_region_nothing_for_those(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_sockets, "_HANDSHAKES", 2)
    monkeypatch.setattr(live_sockets, "_WAITS_S", 0.1)
    reached.clear()
    arrived.clear()

    async def talk(url: str, _: set[str]) -> None:
        doors["rush"] = door = asyncio.Event()
        async with aiohttp.ClientSession(headers={"held": "rush"}) as session:
            rush = asyncio.gather(
                *(session.ws_connect(url) for _ in range(20)), return_exceptions=True
            )
            await until(lambda: len(arrived) == 20 and len(reached) == 2)
            await asyncio.sleep(0.15)  # longer than any of them may wait
            door.set()
            ends = await rush
            opened = [one for one in ends if isinstance(one, aiohttp.ClientWebSocketResponse)]
            refused = [one for one in ends if isinstance(one, aiohttp.WSServerHandshakeError)]
            assert {one.status for one in refused} == {429}
            # The two that were under way, and the one that got the place of the first of them.
            assert (len(opened), len(refused)) == (3, 17)
            assert len(reached) == 3

    through_an_edge(talk)


def test_a_region_that_answers_nobody_refuses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_sockets, "_HANDSHAKES", 2)
    monkeypatch.setattr(live_sockets, "_WAITS_S", 0.01)

    async def talk(url: str, _: set[str]) -> None:
        doors["never"] = asyncio.Event()
        timeout = aiohttp.ClientTimeout(total=0.5)
        async with aiohttp.ClientSession(headers={"held": "never"}, timeout=timeout) as session:
            ends = await asyncio.gather(
                *(session.ws_connect(url) for _ in range(5)), return_exceptions=True
            )
            assert {type(one) for one in ends} == {TimeoutError}
        # Those who left hold no place.
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            await socket.send_str("hello")
            assert await socket.receive_str() == f"/{NEAR} hello"

    through_an_edge(talk)


def test_a_drained_region_is_left_slowly_and_an_ill_one_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_sockets, "_LOOK_S", 0.01)
    at_a_look: dict[bool, list[int]] = {}

    async def count(*, healthy: bool) -> None:
        sockets = LiveSockets(
            {NEAR: "", FAR: ""},
            LatencyRecord(lambda _: True, frozenset, ttl=0, monotonic=lambda: 0.0, events=Events()),
            lambda name: name != NEAR,
            connect_s=5,
            healthy=lambda _: healthy,
        )
        closed: list[int] = []

        async def close(_side: object, _code: int) -> None:
            closed.append(len(sockets.connections()))

        monkeypatch.setattr(live_sockets, "_close", close)
        open_ = sockets._open
        open_.update(live_sockets._Passed(NEAR, web.WebSocketResponse(), 1e9) for _ in range(400))
        watched = asyncio.create_task(sockets.watch())
        sizes = [400]
        async with asyncio.timeout(20):
            while open_:
                await asyncio.sleep(0)
                if len(open_) != sizes[-1]:
                    sizes.append(len(open_))
        watched.cancel()
        await sockets.close()
        at_a_look[healthy] = [was - now for was, now in pairwise(sizes)]

    for healthy in (True, False):
        asyncio.run(count(healthy=healthy))
    assert at_a_look[True][:2] == [20, 19]
    assert len(at_a_look[True]) > 20
    assert at_a_look[False][:2] == [100, 75]
    assert len(at_a_look[False]) < 8


def test_clients_of_a_region_that_is_left_are_closed_and_find_the_next() -> None:
    async def talk(url: str, away: set[str]) -> None:
        async with aiohttp.ClientSession() as session:
            clients = [await session.ws_connect(url) for _ in range(12)]
            away.add(NEAR)
            ends = await asyncio.gather(*(socket.receive() for socket in clients))
            assert {(one.type, one.data) for one in ends} == {
                (aiohttp.WSMsgType.CLOSE, live_sockets.LEFT)
            }
            async with session.ws_connect(url) as again:
                await again.send_str("hello")
                assert await again.receive_str() == f"/{FAR} hello"

    through_an_edge(talk)


def test_a_message_that_is_too_large_closes_the_client() -> None:
    async def talk(url: str, _: set[str]) -> None:
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            await socket.send_str("x" * (128 * 1024 + 1))
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
            assert socket.close_code == 1009

    through_an_edge(talk)


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({"Upgrade": "websocket", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}, True),
        ({"Upgrade": "WebSocket", "sec-websocket-key": "x"}, True),
        ({"Upgrade": "websocket"}, False),
        ({"Sec-WebSocket-Key": "x"}, False),
        ({}, False),
    ],
)
def test_a_handshake_has_a_key(headers: dict[str, str], *, wanted: bool) -> None:
    assert LiveSockets.wanted(make_mocked_request("GET", "/graphql", headers)) is wanted


@pytest.mark.parametrize(
    "changes",
    [
        {"Sec-WebSocket-Key": "x"},
        {"Sec-WebSocket-Key": "é" * 24},
        {"Sec-WebSocket-Version": "1"},
        {"Connection": "keep-alive"},
    ],
)
def test_what_is_no_handshake_is_refused_before_a_region_is_asked(changes: dict[str, str]) -> None:
    async def talk(url: str, _: set[str]) -> None:
        reached.clear()
        headers = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        async with (
            aiohttp.ClientSession() as session,
            session.get(url, headers=headers | changes) as answer,
        ):
            assert answer.status == 400
        assert reached == []

    through_an_edge(talk)
