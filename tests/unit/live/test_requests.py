"""Requests of live updates: how many there are, and that botocore makes no other ones."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from services.domain import faults
from services.storage.binding import Binding
from services.storage.fast.choice import open_client
from services.storage.fault_codes import code_of
from services.storage.live_addresses import TooManyConnectionsError
from services.storage.live_connections import RefusedInitError
from services.storage.live_records import Group, Subscription
from services.storage.live_requests import (
    ConditionNotMetError,
    LiveRequests,
    Send,
    conditional,
    past_botocore,
)
from services.storage.live_rows import key
from services.storage.live_subscriptions import EndedSubscriptionError, RefusedSubscriptionError
from services.storage.live_table import LiveTable
from services.storage.table import Table
from tests.support.chain import REGION, add_store, publish_small_catalog
from tests.support.live_region import TABLE, LiveRegion
from tests.support.moto_socket import dynamodb_on_a_socket
from tests.unit.live.test_subscriptions import MENU


@pytest.fixture
def region(table: Table) -> LiveRegion:
    publish_small_catalog(table)
    add_store(table, "de-1")
    return LiveRegion()


class Counted:
    """Counts the requests of a region's process, by their table."""

    def __init__(self, region: LiveRegion) -> None:
        self.live: Counter[str] = Counter()
        self.replica: Counter[str] = Counter()
        replica: Any = region.replica.item._get_connection().connection.client
        for client, counted in ((region.client, self.live), (replica, self.replica)):

            def count(model: Any, counted: Counter[str] = counted, **_: Any) -> None:
                counted[model.name] += 1

            client.meta.events.register("provide-client-params.dynamodb", count)

    def take(self) -> tuple[dict[str, int], int]:
        """Return what went to the table of connections, and how many requests to the replica."""
        taken = dict(self.live), self.replica.total()
        self.live.clear()
        self.replica.clear()
        return taken


def test_so_many_requests_are_made_for_a_connection(region: LiveRegion) -> None:
    first = region.ready()
    region.subscribe(first, "m", MENU, id="de-1")
    counted = Counted(region)

    one = region.connect()
    assert counted.take() == ({"UpdateItem": 1, "PutItem": 1}, 0)
    region.say(one, {"type": "connection_init"})
    assert counted.take() == ({"UpdateItem": 1}, 0)
    # The store's partition and the pointer of its catalog, once.
    region.subscribe(one, "m", MENU, id="de-1")
    assert counted.take() == ({"TransactWriteItems": 1}, 2)
    region.say(one, {"type": "complete", "id": "m"})
    assert counted.take() == ({"GetItem": 1, "TransactWriteItems": 1}, 0)
    region.subscribe(one, "n", MENU, id="de-1")
    counted.take()
    region.event("DISCONNECT", one)
    assert counted.take() == ({"BatchWriteItem": 1, "UpdateItem": 2}, 0)
    region.event("DISCONNECT", one)
    assert counted.take() == ({"UpdateItem": 1}, 0)


def test_the_first_of_equal_subscriptions_writes_what_they_share(region: LiveRegion) -> None:
    counted = Counted(region)
    for number, expected in enumerate(
        [
            # What it concerns is not known: it is evaluated before it is stored, and after.
            {"GetItem": 1, "BatchWriteItem": 1, "TransactWriteItems": 1},
            {"TransactWriteItems": 1},
            {"TransactWriteItems": 1},
        ]
    ):
        one = region.ready()
        counted.take()
        region.subscribe(one, "m", MENU, id="de-1")
        requests, replica = counted.take()
        assert requests == expected
        assert replica <= (5 if number == 0 else 2)
    region.seconds += 301
    region.subscribe(region.ready(), "m", MENU, id="de-1")
    assert counted.take()[0]["BatchWriteItem"] == 1
    assert len(region.table.topics.subscriptions("store:de-1")) == 4


def test_what_is_shared_outlives_every_subscription(region: LiveRegion) -> None:
    region.subscribe(region.ready(), "m", MENU, id="de-1")
    last = None
    for _ in range(20):
        region.seconds += 37
        last = region.ready()
        region.subscribe(last, "m", MENU, id="de-1")
        (shared,) = region.client.query(
            TableName=TABLE,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "T#market:de"}},
        )["Items"]
        # API Gateway closes a connection after two hours.
        assert int(shared["expires"]["N"]) > region.seconds + 2 * 3600
    region.changed("market:de")
    assert [one["MessageGroupId"] for one in region.queue] == ["store:de-1"]


def test_another_process_knows_nothing_and_does_the_same(region: LiveRegion) -> None:
    one = region.ready()
    region.restart()
    assert region.subscribe(one, "m", MENU, id="de-1")["type"] == "next"
    region.restart()
    assert region.say(one, {"type": "connection_init"}) is None
    assert region.closing(one) == 4429


@contextmanager
def fast_way(region: LiveRegion) -> Iterator[Send]:
    """Run with what sends requests past botocore; afterwards nobody answers."""
    with dynamodb_on_a_socket(region.client) as endpoint:
        opened, why_not = open_client(Binding(REGION, "carte", endpoint, fast_reads=True))
        assert opened is not None, why_not
        client, url = opened
        yield past_botocore(client, url)
        client.close()


@pytest.fixture(params=["botocore", "past botocore"])
def live(region: LiveRegion, request: pytest.FixtureRequest) -> Iterator[LiveTable]:
    """The table of connections, reached in either way."""
    if request.param == "botocore":
        yield region.table
        return
    with fast_way(region) as send:
        yield LiveTable(LiveRequests(send, TABLE), lambda: region.seconds)


GROUP = Group("query", frozenset({"store:de-1", "market:de"}))


def test_either_way_a_connection_goes_through_its_life(live: LiveTable) -> None:
    live.connections.open("c", "address", 1)
    with pytest.raises(TooManyConnectionsError):
        live.connections.open("d", "address", 1)
    with pytest.raises(RefusedInitError) as late:
        live.connections.acknowledge("c", None, 0, earliest_ms=2**42)
    assert late.value.connection is not None
    assert not late.value.connection.acknowledged
    known = live.connections.acknowledge("c", ["b", "a"], 7, "ada")
    assert known == live.connections.read("c")
    assert (known.roles, known.until, known.subject) == (("a", "b"), 7, "ada")
    with pytest.raises(RefusedInitError) as twice:
        live.connections.acknowledge("c", None, 0)
    assert twice.value.connection == known
    with pytest.raises(RefusedInitError) as unknown:
        live.connections.acknowledge("nobody", None, 0)
    assert unknown.value.connection is None

    one = Subscription("c", "1", "g", 7, "ada", ("a", "b"))
    live.subscriptions.subscribe(one, GROUP, 2)
    assert live.topics.subscriptions("store:de-1") == [one]
    assert live.topics.known_groups(["g"]) == {"g": GROUP}
    assert list(live.topics.watched("market:de")) == ["store:de-1"]
    with pytest.raises(RefusedSubscriptionError) as same:
        live.subscriptions.subscribe(one, GROUP, 2)
    assert same.value.connection == live.connections.read("c")
    assert live.topics.subscriptions("store:de-1") == [one]
    live.subscriptions.subscribe(one._replace(id="2"), GROUP, 2)
    with pytest.raises(RefusedSubscriptionError):
        live.subscriptions.subscribe(one._replace(id="3"), GROUP, 2)
    live.subscriptions.complete("c", "2")
    live.subscriptions.complete("c", "4")
    with pytest.raises(EndedSubscriptionError):
        live.subscriptions.subscribe(one._replace(id="4"), GROUP, 2)
    live.connections.close("c")
    live.connections.close("c")
    assert live.topics.subscriptions("store:de-1") == []
    assert live.connections.read("c") is None
    with pytest.raises(RefusedSubscriptionError) as closed:
        live.subscriptions.subscribe(one, GROUP, 2)
    assert closed.value.connection is None
    assert live.topics.subscriptions("store:de-1") == []
    live.connections.open("e", "address", 1)  # uncounted once
    with pytest.raises(TooManyConnectionsError):
        live.connections.open("f", "address", 1)


def test_past_botocore_errors_are_botocores(region: LiveRegion) -> None:
    with fast_way(region) as send:
        with pytest.raises(ClientError) as missing:
            send("GetItem", {"TableName": "none", "Key": key("a", "b")})
        assert code_of(missing.value) == faults.TABLE_MISSING
    with pytest.raises(BotoCoreError) as away:
        send("GetItem", {"TableName": "none", "Key": key("a", "b")})
    assert code_of(away.value) == faults.TABLE_UNAVAILABLE


def refusing(*codes: str | tuple[str, ...]) -> tuple[LiveRequests, list[str], list[float]]:
    """Requests that are refused for these reasons, of a transaction where there are several."""
    left, sent, waits = list(codes), list[str](), list[float]()

    def send(operation: str, _: Mapping[str, Any]) -> dict[str, Any]:
        sent.append(operation)
        if not left:
            return {}
        code = left.pop(0)
        response: Any = {"Error": {"Code": code, "Message": "no"}}
        if isinstance(code, tuple):
            response["Error"]["Code"] = "TransactionCanceledException"
            response["CancellationReasons"] = [{"Code": one} for one in code]
        raise ClientError(response, operation)

    return LiveRequests(send, TABLE, waits.append), sent, waits


CHANGE = conditional(key("a", "b"), "SET x = :x", "x = :y")
WRITES: Mapping[str, Callable[[LiveRequests], object]] = {
    "put": lambda requests: requests.put_item(key("a", "b")),
    "delete": lambda requests: requests.delete_item(key("a", "b")),
    "update": lambda requests: requests.update_item(CHANGE),
    "transaction": lambda requests: requests.update_with(CHANGE, [key("a", "c")]),
}


@pytest.mark.parametrize("write", WRITES)
def test_a_write_that_meets_a_transaction_is_sent_again(write: str) -> None:
    conflict = (
        ("None", "TransactionConflict")
        if write == "transaction"
        else "TransactionConflictException"
    )
    requests, sent, waits = refusing(conflict, conflict)
    WRITES[write](requests)
    assert (len(sent), len(waits)) == (3, 2)
    requests, sent, _ = refusing(*[conflict] * 9)
    with pytest.raises(ClientError):
        WRITES[write](requests)
    assert len(sent) == 6


def test_a_condition_that_does_not_hold_is_not_tried_again() -> None:
    for codes in (
        ("ConditionalCheckFailed", "None"),
        ("ConditionalCheckFailed", "TransactionConflict"),
    ):
        requests, sent, _ = refusing(codes)
        with pytest.raises(ConditionNotMetError):
            requests.update_with(CHANGE, [key("a", "c")])
        assert len(sent) == 1
    requests, sent, _ = refusing("ThrottlingException")
    with pytest.raises(ClientError):
        requests.update_item(CHANGE)
    assert len(sent) == 1
