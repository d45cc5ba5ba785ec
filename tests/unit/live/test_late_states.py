"""What changes while subscriptions are made or sent to: the last state of a client is new."""

import itertools
import time
from typing import Any

import pytest

from services.domain.live.topics import TopicMessage, entry, market_rest, read
from services.live import fan_out, sockets
from services.live.deliveries import joined
from services.live.query import LiveQuery
from services.storage.capacity import Capacity
from services.storage.catalogs import CatalogRepository
from services.storage.exceptions import DeadlinePassedError
from services.storage.live_records import Subscription
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog, set_assortment, set_draft
from tests.support.live_region import LiveRegion
from tests.support.tokens import ISSUER
from tests.unit.live.test_subscriptions import MENU, price, watching

BOARD = "subscription B($id: ID!) { storeOrders(storeId: $id) { version } }"


@pytest.fixture
def region(table: Table) -> LiveRegion:
    publish_small_catalog(table)
    add_store(table, "de-1")
    return LiveRegion()


def test_a_first_state_that_a_newer_one_overtakes_is_followed_by_another(
    region: LiveRegion, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, evaluate = region.ready(), region.evaluator.evaluate
    runs = itertools.count(1)

    def overtaken(query: Any) -> Any:
        state = evaluate(query)
        if next(runs) == 2:
            set_assortment(table, "de-1", {"glazed": {"price": 777, "listed": True}})
            region.changed("store:de-1", at_once=True)
        return state

    monkeypatch.setattr(region.sockets, "_evaluate", overtaken)
    first = region.subscribe(one, "a", MENU, id="de-1")
    assert [price(message) for message in region.received[one]] == [777]
    assert price(first) != 777
    while region.queue:
        region.later()
    assert price(region.received[one][-1]) == 777
    assert len(region.received[one]) == 2


def test_a_change_that_meets_new_topics_is_in_the_state_that_is_sent(
    region: LiveRegion, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-9")
    add_store(table, "de-9")
    extend = region.table.subscriptions.extend

    def meanwhile(*given: Any, **more: Any) -> Any:
        region.changed("market:de")  # which nobody watches yet
        set_draft(table, "de", "glazed", price=888)
        CatalogRepository(table).publish("de")
        return extend(*given, **more)

    monkeypatch.setattr(region.table.subscriptions, "extend", meanwhile)
    region.changed("store:de-9")
    assert [price(message) for message in region.received[one]] == [888]


def test_a_board_that_its_index_shows_late_is_sent_again(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = region.ready(ISSUER.bearer("store:de-1:till")["authorization"])
    assert region.subscribe(one, "a", BOARD, id="de-1")["type"] == "next"
    evaluate = region.evaluator.evaluate
    outdated = [{"storeOrders": {"version": "older"}}]

    def lagging(query: Any) -> Any:
        state = evaluate(query)
        return state._replace(data=outdated.pop()) if outdated else state

    monkeypatch.setattr(region, "state_of", lagging)
    region.changed("orders:de-1")
    assert [message["MessageGroupId"] for message in region.queue] == ["orders:de-1"]
    region.later()
    assert len(region.received[one]) == 2
    assert region.queue == []


def test_a_message_takes_no_longer_than_its_time(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = region.ready()
    monkeypatch.setattr(sockets, "_BUDGET_S", -1.0)
    assert region.subscribe(one, "a", MENU, id="de-1") is None
    assert region.closing(one) == 1013
    assert watching(region) == []


def test_an_evaluation_takes_no_longer_than_what_it_belongs_to(region: LiveRegion) -> None:
    query = LiveQuery.of(MENU, None, {"id": "de-1"}, None)
    with Capacity(time.monotonic() - 1):
        state = region.evaluator.evaluate(query)
    assert any(isinstance(fault, DeadlinePassedError) for fault in state.faults)


@pytest.mark.parametrize("status", [410, 413])
def test_what_becomes_of_many_connections_takes_no_more_than_its_time(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    crowd = [region.ready() for _ in range(6)]
    for one in crowd:
        region.subscribe(one, "a", MENU, id="de-1")
        region.failing[one] = status
    ended = []

    def slow(connection: str, *_: Any) -> bool:
        ended.append(connection)
        region.seconds += 3
        return True

    if status == 410:
        monkeypatch.setattr(region.table.connections, "close", slow)
    else:
        monkeypatch.setattr(region.table.subscriptions, "unsubscribe", slow)
    # One after the other, so that the time of each counts.
    posting: Any = region.fan_out._posting
    monkeypatch.setattr(posting, "each", lambda work, given: [work(one) for one in given])
    region.changed("store:de-1")
    assert 0 < len(ended) < 6
    if status == 413:
        assert region.report.late == 6 - len(ended)
        assert [message["MessageGroupId"] for message in region.queue] == ["store:de-1"]


def test_no_more_operations_are_read_than_there_is_time_for(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    ones = [region.ready() for _ in range(6)]
    for at, one in enumerate(ones):
        region.subscribe(one, "a", f"# {at}\n{MENU}", id="de-1")
    monkeypatch.setattr(fan_out, "_READ_AT_ONCE", 1, raising=False)
    topics, read_groups = region.table.topics, list[str]()
    known_groups = topics.known_groups

    def counted(names: Any) -> Any:
        wanted = list(names)
        read_groups.extend(wanted)
        return known_groups(wanted)

    evaluate = region.evaluator.evaluate

    def slow(query: Any) -> Any:
        region.seconds += 3
        return evaluate(query)

    monkeypatch.setattr(topics, "known_groups", counted)
    monkeypatch.setattr(region, "state_of", slow)
    region.changed("store:de-1")
    assert len(read_groups) == 3  # two in their time, and one that comes too late
    while region.queue:
        bodies = [message["MessageBody"] for message in region.queue]
        region.queue.clear()
        for body in bodies:
            region.delivered(body)
    assert [len(region.received[one]) for one in ones] == [1] * 6


def test_roles_that_cannot_be_read_are_asked_for_once(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        one = region.ready(ISSUER.bearer("store:de-1:till")["authorization"])
        region.subscribe(one, "a", BOARD, id="de-1")
    subjects = []

    def failing(subject: str, _: Any) -> Any:
        subjects.append(subject)
        raise ConnectionError("the table does not answer")

    monkeypatch.setattr(region, "rights_of", failing)
    region.changed("orders:de-1")
    assert len(subjects) == 2  # at once, and again after a moment


def test_a_market_goes_on_although_it_changes_again() -> None:
    messages = [
        market_rest("market:de", 1_000, "store:de-5"),
        entry(0, "market:de", 1_000),
        entry(0, "market:de", 5_000),
    ]
    records: dict[TopicMessage, list[str]] = {
        read(one["MessageBody"]): [str(at)] for at, one in enumerate(messages)
    }
    assert [(one.after, ids) for one, ids in joined(records).items()] == [
        ("store:de-5", ["0"]),
        ("", ["1", "2"]),
    ]


def test_when_a_subscription_was_made_is_kept(region: LiveRegion) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    (known,) = region.table.topics.subscriptions("store:de-1")
    assert known == Subscription(one, "a", known.group, made_ms=int(region.seconds * 1000))
