"""Changes of one window are one message: who subscribes within the window misses none of them."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from services.domain.live.topics import WINDOW_MS, entry, read
from services.storage.catalogs import CatalogRepository
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog, set_assortment, set_draft
from tests.support.live_region import LiveRegion
from tests.unit.live.test_subscriptions import MENU, price


class Queue:
    """The queue of topics, which drops what it has taken before, also where that was deleted."""

    def __init__(self) -> None:
        self.waiting: list[dict[str, Any]] = []
        self._taken: set[str] = set()

    def send(self, entries: list[dict[str, Any]]) -> None:
        for one in entries:
            if one["MessageDeduplicationId"] not in self._taken:
                self._taken.add(one["MessageDeduplicationId"])
                self.waiting.append(one)

    def take(self) -> list[str]:
        """Return the bodies that wait, and delete them."""
        bodies = [one["MessageBody"] for one in self.waiting]
        self.waiting.clear()
        return bodies


@pytest.fixture
def region(table: Table) -> LiveRegion:
    publish_small_catalog(table)
    add_store(table, "de-1")
    region = LiveRegion()
    # The beginning of a window.
    region.seconds = int(region.seconds * 1000) // WINDOW_MS * WINDOW_MS / 1000 + 100
    return region


@pytest.fixture
def queue(region: LiveRegion, monkeypatch: pytest.MonkeyPatch) -> Queue:
    queue = Queue()
    monkeypatch.setattr(region.fan_out, "_send", queue.send)
    return queue


def named(region: LiveRegion, topic: str, after_ms: int = 0) -> dict[str, Any]:
    """What the stream's Lambda sends of a change."""
    return entry(0, topic, int(region.seconds * 1000) + after_ms)


def new_catalog(table: Table) -> None:
    set_draft(table, "de", "glazed", price=777)
    CatalogRepository(table).publish("de")


def new_price(table: Table) -> None:
    set_assortment(table, "de-1", {"glazed": {"price": 777, "listed": True}})


CHANGES: Mapping[str, Callable[[Table], None]] = {
    "market:de": new_catalog,
    "store:de-1": new_price,
}


@pytest.mark.parametrize("topic", CHANGES)
def test_who_first_watches_a_store_within_a_window_gets_its_later_changes(
    region: LiveRegion,
    table: Table,
    queue: Queue,
    monkeypatch: pytest.MonkeyPatch,
    topic: str,
) -> None:
    queue.send([named(region, topic)])  # of a catalog's version, which is in force nowhere yet
    one = ""

    def meanwhile() -> None:
        nonlocal one
        if not one:
            one = region.ready()
            assert price(region.subscribe(one, "m", MENU, id="de-1")) != 777
            CHANGES[topic](table)
            queue.send([named(region, topic, after_ms=80)])

    def sleep(seconds: float) -> None:
        meanwhile()
        region.seconds += seconds

    monkeypatch.setattr(region.fan_out, "_sleep", sleep)
    (body,) = queue.take()
    region.delivered(body)
    meanwhile()
    while bodies := queue.take():
        region.seconds += 60
        for body in bodies:
            region.delivered(body)
    assert price(region.received[one][-1]) == 777


def test_what_a_market_leads_to_is_dropped_for_no_earlier_message_of_it(
    region: LiveRegion, queue: Queue
) -> None:
    region.subscribe(region.ready(), "m", MENU, id="de-1")
    queue.send([named(region, "store:de-1")])
    region.seconds += 0.3
    (body,) = queue.take()
    region.delivered(body)
    queue.take()  # a follow-up, as the subscription is young
    # The clock of another machine lags, so the store's window has not ended there.
    market = named(region, "market:de")["MessageBody"]
    region.seconds -= 0.3
    region.delivered(market)
    assert [read(one).topic for one in queue.take()] == ["store:de-1"]


def test_a_message_that_is_put_off_is_not_dropped_for_itself(
    region: LiveRegion, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = named(region, "store:de-1")
    queue.send([message])
    (body,) = queue.take()
    monkeypatch.setattr("services.live.fan_out._BATCH_BUDGET_S", -1.0)
    region.delivered(body)
    (again,) = queue.take()
    assert read(again).until_ms > read(body).until_ms
