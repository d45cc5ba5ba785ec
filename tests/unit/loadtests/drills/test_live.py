"""Subscriptions of a drill: who was cut off, for how long, and what they missed.

Two regions behind an edge, all in one process and as small as the protocol allows: enough to see
that subscribers come back, and that the drill finds those who do not.
"""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from loadtests.drills import experiments
from loadtests.drills.exceptions import DrillError
from loadtests.drills.live.figures import NAMES, figures_of
from loadtests.drills.live.plan import LivePlan
from loadtests.drills.live.session import QUERY
from loadtests.subscriptions import subscriber as module
from loadtests.subscriptions.audience import Audience, AudienceError
from loadtests.subscriptions.subscriber import State, Subscriber
from services.domain.live.subprotocol import SUBPROTOCOL

LOST, OTHER = "eu-west-1", "us-east-1"
STORES = ("store-1", "store-2")


class Edge:
    """The nearest region, and the next one for whoever comes by a later path.

    Attributes:
        url: Where it listens.
        versions: The version of each store's state.
    """

    def __init__(self) -> None:
        self.versions = dict.fromkeys(STORES, "1")
        self.url = ""
        self.lost = False
        self._open: dict[ServerConnection, tuple[str, str]] = {}
        self._loop = asyncio.new_event_loop()

    @contextmanager
    def running(self) -> Iterator[None]:
        listening = threading.Event()
        thread = threading.Thread(target=self._loop.run_until_complete, args=[self._run(listening)])
        thread.start()
        assert listening.wait(10)
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(self._ended.set)
            thread.join()
            self._loop.close()

    async def _run(self, listening: threading.Event) -> None:
        self._ended = asyncio.Event()
        async with serve(
            self._talk,
            "127.0.0.1",
            0,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            process_response=self._name,
        ) as server:
            self.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
            listening.set()
            await self._ended.wait()

    def _region(self, path: str) -> str:
        return OTHER if self.lost or not path.startswith("/graphql?") else LOST

    async def _name(self, _: ServerConnection, request: Request, response: Response) -> Response:
        response.headers["x-carte-region"] = self._region(request.path)
        return response

    async def _talk(self, client: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            await self._answer(client)
        self._open.pop(client, None)

    async def _answer(self, client: ServerConnection) -> None:
        assert client.request is not None
        region = self._region(client.request.path)
        async for text in client:
            message = json.loads(text)
            if message["type"] == "connection_init":
                await client.send('{"type":"ping"}')
                await client.send('{"type":"connection_ack"}')
            elif message["payload"]["variables"]["id"] not in self.versions:
                await client.send(json.dumps({"type": "error", "id": "1", "payload": []}))
            else:
                store = message["payload"]["variables"]["id"]
                self._open[client] = (region, store)
                await self._send(client, store)

    async def _send(self, client: ServerConnection, store: str) -> None:
        data = {"menuChanged": {"version": self.versions[store]}}
        await client.send(json.dumps({"type": "next", "id": "1", "payload": {"data": data}}))

    def lose(self) -> None:
        """Close the connections of the region, as the edge does with an ill one."""

        async def close() -> None:
            self.lost = True
            for client in [one for one, (region, _) in self._open.items() if region == LOST]:
                await client.close(1012)

        asyncio.run_coroutine_threadsafe(close(), self._loop).result()

    def change(self, store: str, version: str) -> None:
        """Change a store, and send its state to whoever watches it."""

        async def change() -> None:
            self.versions[store] = version
            for client, (_, watched) in [*self._open.items()]:
                if watched == store:
                    with suppress(ConnectionClosed):
                        await self._send(client, store)

        asyncio.run_coroutine_threadsafe(change(), self._loop).result()


@pytest.fixture
def edge(monkeypatch: pytest.MonkeyPatch) -> Iterator[Edge]:
    monkeypatch.setattr(module, "_FIRST_WAIT_S", 0.2)
    made = Edge()
    with made.running():
        yield made


def wait(what: Any) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def drilled(edge: Edge, *, resumes: bool) -> dict[str, float | None]:
    """Lose a region with ten subscriptions while a store changes; return the drill's figures."""
    audience = Audience(
        [
            Subscriber(edge.url, QUERY, {"id": STORES[at % 2]}, place=LOST, resumes=resumes)
            for at in range(10)
        ]
    )
    try:
        audience.gather(20)
        lost_at = time.time()
        edge.lose()
        edge.change("store-1", "2")
        wait(lambda: all(len(one.attempts) > 1 for one in audience.subscribers))
        wait(lambda: all(one.region == OTHER for one in audience.subscribers))
        if resumes:
            wait(lambda: all(one.states[-1].region == OTHER for one in audience.subscribers))
        edge.change("store-2", "2")
        if resumes:
            wait(lambda: all(one.states[-1].version == "2" for one in audience.subscribers))
        found = figures_of(audience.subscribers, edge.versions, lost_region=LOST, lost_at=lost_at)
        assert audience.refused() == []
    finally:
        audience.close()
    assert found.keys() == {*NAMES}
    return {name: one.value for name, one in found.items()}


def test_subscribers_of_a_lost_region_come_back_elsewhere_and_miss_nothing(edge: Edge) -> None:
    found = drilled(edge, resumes=True)
    assert found["live_lost"] == 10
    assert found["live_missed"] == 0
    assert found["live_back_s"] is not None
    assert found["live_attempts_each"] == 1


def test_subscribers_that_do_not_resume_are_found(edge: Edge) -> None:
    found = drilled(edge, resumes=False)
    assert found["live_missed"] == 10
    assert found["live_back_s"] is None  # which misses every objective


def test_a_subscription_that_is_refused_is_not_tried_for_ever(edge: Edge) -> None:
    audience = Audience([Subscriber(edge.url, QUERY, {"id": "unknown"})])
    try:
        with pytest.raises(AudienceError) as raised:
            audience.gather(20)
        assert '"error"' in raised.value.detail
    finally:
        audience.close()


def test_a_rush_shows_as_a_share_of_those_that_were_lost() -> None:
    subscribers = []
    for at in (101.1, 101.2, 101.3, 104.5):
        one = Subscriber("", QUERY, {"id": "store-1"}, attempts=[90.0, at])
        first = State(99.0, LOST, "1", first=True, data={})
        one.states = [first, State(at + 1, OTHER, "1", first=True, data={})]
        subscribers.append(one)
    found = figures_of(subscribers, {"store-1": "1"}, lost_region=LOST, lost_at=100.0)
    assert found["live_attempts_peak"].value == 0.75
    assert found["live_back_s"].value == pytest.approx(5.5)


def test_a_drill_that_lost_nobody_has_no_figure_of_coming_back() -> None:
    one = Subscriber("", QUERY, {"id": "store-1"})
    one.states = [State(99.0, OTHER, "1", first=True, data={})]
    found = figures_of([one], {"store-1": "1"}, lost_region=LOST, lost_at=100.0)
    assert found["live_lost"].value == 0
    assert found["live_back_s"].value is None


def test_the_file_says_how_many_subscriptions_are_open() -> None:
    assert experiments.load("live-region-frozen").live == LivePlan(500)
    assert experiments.load("sudden-loss").live is None
    for wrong in ({"subscriptions": 0}, {"subscriptions": "many"}, {"clients": 5}):
        with pytest.raises(DrillError):
            LivePlan.read({"live": wrong})
