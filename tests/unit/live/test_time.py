"""What a batch of the fan-out may take: no part of it goes on for as long as there is work."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from services.storage import capacity
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog
from tests.support.live_region import LiveRegion
from tests.support.tokens import ISSUER
from tests.unit.live.test_late_states import BOARD
from tests.unit.live.test_subscriptions import MENU

LAMBDA_S = 25.0
STORES = ("de-1", "de-2", "de-3")


@pytest.fixture
def region(table: Table, monkeypatch: pytest.MonkeyPatch) -> LiveRegion:
    publish_small_catalog(table)
    for store in STORES:
        add_store(table, store)
    region = LiveRegion()

    def sleep(seconds: float) -> None:
        region.seconds += seconds

    monkeypatch.setattr(region.fan_out, "_sleep", sleep)
    return region


def watch_boards(region: LiveRegion, counts: Mapping[str, int]) -> dict[tuple[str, int], str]:
    """Subscribe to boards by so many operations each; return the connection of each."""
    found = {}
    for store, count in counts.items():
        for at in range(count):
            one = region.ready(ISSUER.bearer(f"store:{store}:till")["authorization"])
            answer = region.subscribe(one, "b", f"# {at}\n{BOARD}", id=store)
            assert answer["type"] == "next"
            found[store, at] = one
    return found


def test_boards_are_read_again_in_the_time_of_their_batch(region: LiveRegion) -> None:
    watching = watch_boards(region, {"de-1": 6, "de-2": 6, "de-3": 1})
    evaluate, older = region.evaluator.evaluate, {"storeOrders": {"version": "older"}}
    read: set[Any] = set()

    def slow(query: Any) -> Any:
        region.seconds += 1
        state = evaluate(query)
        if "de-2" not in query.variables or query in read:
            return state
        read.add(query)
        # Of the last operation of this board: the index follows the table later.
        return state._replace(data=older) if len(read) == 6 else state

    region.state_of = slow
    region.changed()
    began = region.seconds
    assert region.changed(*(f"orders:{store}" for store in STORES)) == []
    assert region.seconds - began < LAMBDA_S
    region.state_of = evaluate
    while region.queue:
        assert region.later() == []
    for one in watching.values():
        assert region.received[one][-1]["payload"]["data"] != older


def test_what_was_not_reached_is_tried_at_once_in_the_time_of_its_topic(
    region: LiveRegion,
) -> None:
    ones = [region.ready() for _ in range(5)]
    for at, one in enumerate(ones):
        region.subscribe(one, "m", f"# {at}\n{MENU}", id="de-1")
    evaluate = region.evaluator.evaluate

    def failing(query: Any) -> Any:
        region.seconds += 0.9
        return evaluate(query)._replace(faults=[ConnectionError("no answer")])

    region.state_of = failing
    region.changed()
    began = region.seconds
    assert region.changed("store:de-1") == []
    assert region.seconds - began < 7
    region.state_of = evaluate
    assert region.later() == []
    assert [len(region.received[one]) for one in ones] == [1] * 5


class Deadlines:
    """Notes how long each request to the table of connections may try."""

    def __init__(self, region: LiveRegion) -> None:
        self.left: list[float | None] = []
        self._really = region.requests._send
        region.requests._send = self._send

    def _send(self, operation: str, request: Mapping[str, Any]) -> Any:
        self.left.append(capacity.seconds_left())
        return self._really(operation, request)

    def are_kept(self, most: float) -> bool:
        """Whether there were requests, all of them with a deadline."""
        return bool(self.left) and all(one is not None and one <= most for one in self.left)


def test_requests_of_the_fan_out_end_before_its_lambda_in_every_thread(region: LiveRegion) -> None:
    for _ in range(3):
        one = region.ready()
        region.subscribe(one, "m", MENU, id="de-1")
        region.gone.add(one)  # forgotten by threads
    deadlines = Deadlines(region)
    region.changed("store:de-1")
    assert region.report.gone == 3
    assert len(deadlines.left) > 3
    assert deadlines.are_kept(LAMBDA_S - 5)


def test_a_connection_begins_and_ends_in_its_time(region: LiveRegion) -> None:
    deadlines = Deadlines(region)
    one = region.connect()
    assert deadlines.are_kept(5)
    deadlines.left.clear()
    region.event("DISCONNECT", one)
    assert deadlines.are_kept(5)


def test_topics_that_many_get_later_are_stored_in_the_time_of_their_topic(
    region: LiveRegion,
) -> None:
    ones = [region.ready() for _ in range(6)]
    for one in ones:
        region.subscribe(one, "m", MENU, id="de-1")
    # One after the other, so that the time of each counts.
    posting: Any = region.fan_out._posting
    posting.each = lambda work, given: [work(one) for one in given]
    evaluate, requests = region.evaluator.evaluate, region.requests
    really = requests._send

    def further(query: Any) -> Any:
        state = evaluate(query)
        return state._replace(topics=state.topics | {"order:x"})

    def slow(operation: str, request: Mapping[str, Any]) -> Any:
        if "subs.#id" in json.dumps(request, default=str):
            region.seconds += 2
        return really(operation, request)

    region.state_of = further
    region.changed()
    began = region.seconds
    requests._send = slow
    assert region.changed("store:de-1") == []
    requests._send = really
    assert region.seconds - began < 10
    assert 0 < sum(len(region.received[one]) for one in ones) < 6
    while region.queue:
        assert region.later() == []
    assert [len(region.received[one]) for one in ones] == [1] * 6
    found = region.table.topics.subscriptions("order:x")
    assert sorted(one.connection for one in found) == sorted(ones)


def test_a_market_that_comes_later_costs_no_request_for_each_subscription(
    region: LiveRegion, table: Table
) -> None:
    for _ in range(5):
        region.subscribe(region.ready(), "m", MENU, id="de-9")
    add_store(table, "de-9")
    deadlines = Deadlines(region)
    region.changed("store:de-9")
    assert region.report.posts == 5
    # Who is concerned, what they share, and what they share from now on.
    assert len(deadlines.left) == 3
