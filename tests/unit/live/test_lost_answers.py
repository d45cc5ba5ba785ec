"""Writes of live updates whose answer is lost, so that they are sent again."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from services.live import group_sending
from services.storage.live_rows import key
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog
from tests.support.live_region import TABLE, LiveRegion
from tests.unit.live.test_subscriptions import MENU, complete, failing_table, watching


@pytest.fixture
def region(table: Table) -> LiveRegion:
    publish_small_catalog(table)
    add_store(table, "de-1")
    return LiveRegion(per_address=2)


@contextmanager
def each_sent_twice(region: LiveRegion) -> Iterator[None]:
    """Let each request be applied, and be sent again as if its answer had been lost.

    A transaction is not: DynamoDB applies it once by its token (AWS, "TransactWriteItems",
    ClientRequestToken), which moto does not.
    """
    send = region.requests._send

    def twice(operation: str, request: Mapping[str, Any]) -> Any:
        if operation == "TransactWriteItems":
            assert request["ClientRequestToken"]
        else:
            send(operation, request)
        return send(operation, request)

    region.requests._send = twice
    try:
        yield
    finally:
        region.requests._send = send


def test_an_initialisation_is_acknowledged(region: LiveRegion) -> None:
    one = region.connect()
    with each_sent_twice(region):
        answer = region.say(one, {"type": "connection_init"})
    assert answer == {"type": "connection_ack"}
    region.say(one, {"type": "connection_init"})
    assert region.closing(one) == 4429


def test_a_subscription_is_taken_and_ends_with_its_rows(region: LiveRegion) -> None:
    one = region.ready()
    with each_sent_twice(region):
        assert region.subscribe(one, "a", MENU, id="de-1")["type"] == "next"
        complete(region, one, "a")
    region.changed("store:de-1")
    assert region.received[one] == []
    assert watching(region) == []
    # It was known, so its id is not remembered as one that ended early.
    assert region.subscribe(one, "a", MENU, id="de-1")["type"] == "next"


def test_what_the_service_ends_says_so(region: LiveRegion, monkeypatch: pytest.MonkeyPatch) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    monkeypatch.setattr(group_sending, "MAX_BYTES", 10)
    with each_sent_twice(region):
        region.changed("store:de-1")
    (last,) = region.received[one]
    assert (last["type"], last["id"]) == ("error", "a")
    known = region.table.connections.read(one)
    assert known is not None
    assert known.subscriptions == {}


def test_connections_of_an_address_are_counted_once(region: LiveRegion) -> None:
    with each_sent_twice(region):
        first, _ = region.connect(), region.connect()
        headers = {"Sec-WebSocket-Protocol": "graphql-transport-ws"}
        assert region.knock("third", headers, "192.0.2.1")["statusCode"] == 429
        region.table.connections._addresses.take_back(*counted(region, first), "call")
    region.connect()
    assert region.knock("fourth", headers, "192.0.2.1")["statusCode"] == 429


@pytest.mark.parametrize("ends", ["close", "disown"])
def test_a_connection_that_ends_is_uncounted_and_forgotten(region: LiveRegion, ends: str) -> None:
    one, _ = region.ready(), region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    with each_sent_twice(region):
        getattr(region.table.connections, ends)(one)
    assert region.table.connections.read(one) is None
    assert watching(region) == ([] if ends == "close" else ["a"])
    assert count_of(region) == 1
    region.event("DISCONNECT", one)
    assert count_of(region) == 1


@pytest.mark.parametrize("ends", ["close", "disown"])
def test_a_connection_whose_end_times_out_is_uncounted_and_forgotten(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    send, left = region.requests._send, [True]

    def losing(operation: str, request: Mapping[str, Any]) -> Any:
        answer = send(operation, request)
        if left:
            left.pop()
            raise TimeoutError(f"no answer to {operation}")
        return answer

    monkeypatch.setattr(region.requests, "_send", losing)
    getattr(region.table.connections, ends)(one)
    assert not left
    assert region.table.connections.read(one) is None
    assert count_of(region) == 0


def test_who_finds_a_connection_closed_finishes_what_met_a_fault(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    with monkeypatch.context() as patched:
        patched.setattr(region.table.topics, "write", failing_table)
        region.event("DISCONNECT", one)
    assert region.table.connections.read(one) is None
    assert (watching(region), count_of(region)) == (["a"], 0)
    assert region.subscribe(one, "b", MENU, id="de-1") is None
    assert region.closing(one) == 1012
    region.event("DISCONNECT", one)
    assert (watching(region), count_of(region)) == ([], 0)
    rows = region.client.scan(TableName=TABLE)["Items"]
    assert not [row for row in rows if row["pk"]["S"].startswith("C#")]


def count_of(region: LiveRegion) -> int:
    """Return how many open connections are counted."""
    rows = region.client.scan(TableName=TABLE)["Items"]
    return sum(int(row["n"]["N"]) for row in rows if row["pk"]["S"].startswith("A#"))


def counted(region: LiveRegion, connection: str) -> tuple[str, int]:
    """Return under what a connection is counted, and when it was opened."""
    known = region.table.connections.read(connection)
    assert known is not None
    assert known.address is not None
    return known.address, known.opened_ms


@pytest.mark.parametrize("operation", ["TransactWriteItems", "BatchWriteItem", "UpdateItem"])
def test_an_end_that_meets_a_fault_is_not_silent(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    monkeypatch.setattr(group_sending, "MAX_BYTES", 10)
    send, faults = region.requests._send, [failing_table]

    def once(name: str, request: Mapping[str, Any]) -> Any:
        return (faults.pop() if faults and name == operation else send)(name, request)

    monkeypatch.setattr(region.requests, "_send", once)
    region.changed("store:de-1")
    assert [message["type"] for message in region.received[one]] == ["error"]
    assert watching(region) == []


def test_a_row_of_a_subscription_that_its_connection_does_not_know_ends_it_aloud(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    region.client.update_item(
        TableName=TABLE,
        Key=key(f"C#{one}", "C"),
        UpdateExpression="REMOVE subs.a",
    )
    monkeypatch.setattr(group_sending, "MAX_BYTES", 10)
    region.changed("store:de-1")
    assert [message["type"] for message in region.received[one]] == ["error"]
    assert watching(region) == []


def test_further_topics_concern_no_other_operation_of_the_same_id(region: LiveRegion) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    (stale,) = region.table.topics.subscriptions("store:de-1")
    complete(region, one, "a")
    region.subscribe(one, "a", MENU, id="de-1", locale="fr")
    before = region.table.connections.read(one)
    assert region.table.subscriptions.extend([stale], frozenset({"order:x"})) == []
    assert region.table.connections.read(one) == before
    assert watching(region, "order:x") == []
    # What is said of it now still ends it.
    complete(region, one, "a")
    assert watching(region) == []


def test_further_topics_concern_a_subscription_until_it_ends(region: LiveRegion) -> None:
    one = region.ready()
    region.subscribe(one, "a", MENU, id="de-1")
    (subscription,) = region.table.topics.subscriptions("store:de-1")
    with each_sent_twice(region):
        assert region.table.subscriptions.extend([subscription], frozenset({"order:x"})) == []
    assert watching(region, "order:x") == ["a"]
    complete(region, one, "a")
    assert watching(region, "order:x") == watching(region) == []


@pytest.mark.parametrize("known", [False, True])
def test_an_end_that_others_contend_for_is_not_given_up_silently(
    region: LiveRegion, monkeypatch: pytest.MonkeyPatch, *, known: bool
) -> None:
    one = region.ready()
    if known:
        region.subscribe(one, "a", MENU, id="de-1")
    monkeypatch.setattr(region.table.subscriptions, "_change", lambda *_, **__: None)
    monkeypatch.setattr(region.table.subscriptions, "_unsubscribe", lambda *_: False)
    waits: list[float] = []
    monkeypatch.setattr(region.requests, "_sleep", waits.append)
    complete(region, one, "a")
    assert region.closing(one) == 1013
    assert waits
