"""Writing the table by PynamoDB's models and past them: one suite, the same items and errors."""

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from pynamodb.exceptions import PutError, PynamoDBException, TransactWriteError

from services.domain import faults
from services.domain.orders.part import LISTING, read_listing
from services.domain.stamp import Stamp
from services.storage import capacity, keys
from services.storage.binding import Binding
from services.storage.exceptions import DeadlinePassedError, RevisionMovedError
from services.storage.fast.reader import FastReader
from services.storage.fault_codes import code_of
from services.storage.keys import Key
from services.storage.replica import Write
from services.storage.table import Table
from tests.support import dynamo_server as server
from tests.support.dynamo_server import DynamoServer, Misbehavior

STORE = "STORE#1"
PROFILE = Key(STORE, "PROFILE")
STOCK = Key(STORE, "STOCK")
NEW = Key("OP#1", "OP")
REV = Stamp(1 << 20, "eu-west-1")
BODY: dict[str, Any] = {"s": ["é\U0001f369"], "e": {"name": ['Köln "x"', 0, None, 1.5]}}
WAYS = ("models", "fast")

Opened = Callable[[str, str], Table]
HOW: dict[str, Callable[[Table, Write], None]] = {
    "alone": Table.write,
    "together": lambda table, write: table.transact([write]),
}


@pytest.fixture
def dynamo() -> Iterator[DynamoServer]:
    with DynamoServer() as made:
        made.put(STORE, "PROFILE", "1@a", BODY)
        made.put(STORE, "STOCK", "2@a", {"n": 1})
        made.put(*keys.facts("2", "eu-west-1"), "3@a", {})
        yield made


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Makes tables that are written in one way, whose retries do not wait."""
    made: list[Table] = []

    def open_table(way: str, url: str) -> Table:
        table = Table(
            Binding("eu-west-1", "carte", url, read_timeout_s=20, fast_reads=way == "fast")
        )
        made.append(table)
        if isinstance(table.reader.fast, FastReader):
            table.reader.fast.client.retries.pause = lambda _: None
        monkeypatch.setattr(
            "botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None, time=time.time)
        )
        return table

    yield open_table
    for table in made:
        table.close()
        if table._item is not None:
            table._item._get_connection().connection.client.close()


@pytest.fixture(params=WAYS)
def table(request: pytest.FixtureRequest, dynamo: DynamoServer, opened: Opened) -> Table:
    return opened(request.param, dynamo.url)


def test_the_fast_way_does_without_the_models(dynamo: DynamoServer, opened: Opened) -> None:
    fast = opened("fast", dynamo.url)
    fast.write(Write(NEW, BODY, REV, None))
    fast.transact([Write(PROFILE, BODY, REV, "1@a")])
    assert fast._item is None
    assert len(dynamo.received) == 2


ITEMS = [
    Write(NEW, BODY, REV, None),
    Write(NEW, {}, REV, None, expires=1_700_000_000),
    Write(PROFILE, BODY, REV, "1@a"),
    Write(Key("CATALOG#de", "VERSION#1"), {"items": ["é"] * 500}, REV, None),
    Write(keys.directory("de#0"), BODY, REV, None),
    Write(keys.facts("1", "eu-west-1"), {LISTING: ["b", "c", None, None]}, REV, None),
    Write(keys.facts("2", "eu-west-1"), {LISTING: ["b", "c", "w", "d"]}, REV, "3@a"),
]


@pytest.mark.parametrize("write", ITEMS, ids=lambda one: f"{one.key.pk}/{one.key.sk}")
@pytest.mark.parametrize("how", HOW)
def test_an_item_is_written_alike(
    dynamo: DynamoServer, opened: Opened, write: Write, how: str
) -> None:
    sent, read = [], []
    before = dict(dynamo.items)
    for way in WAYS:
        dynamo.items = dict(before)
        one = opened(way, dynamo.url)
        HOW[how](one, write)
        sent.append(dynamo.items[write.key])
        read.append(one.get(write.key))
    assert sent[0] == sent[1]
    assert read[0] == read[1]
    assert read[0] is not None
    assert (read[0].body, read[0].rev, read[0].expires) == (
        write.body,
        str(write.rev),
        write.expires,
    )


def test_an_order_is_in_the_indexes_by_its_listing(table: Table, dynamo: DynamoServer) -> None:
    table.transact([ITEMS[-1]])
    names = read_listing(ITEMS[-1].body)._asdict()
    assert {name: dynamo.items[ITEMS[-1].key][name]["S"] for name in names} == names


def test_a_revision_that_moved_is_told_and_nothing_is_written(
    table: Table, dynamo: DynamoServer
) -> None:
    before = dict(dynamo.items)
    for replaces, key in ((None, PROFILE), ("0@a", PROFILE), ("1@a", NEW)):
        write = Write(key, {}, REV, replaces)
        with pytest.raises(RevisionMovedError):
            table.write(write)
        with pytest.raises(RevisionMovedError):
            table.transact([Write(STOCK, {}, REV, "2@a"), write])
    assert dynamo.items == before


def test_what_must_stand_is_checked_and_not_written(table: Table, dynamo: DynamoServer) -> None:
    write = Write(NEW, {}, REV, None)
    for standing in ({PROFILE: "0@a"}, {PROFILE: None}, {Key(STORE, "x"): "1@a"}):
        with pytest.raises(RevisionMovedError):
            table.transact_while([write], standing)
    assert NEW not in dynamo.items
    table.transact_while([write], {PROFILE: "1@a", Key(STORE, "x"): None})
    assert NEW in dynamo.items
    assert dynamo.items[PROFILE]["rev"] == {"S": "1@a"}


@pytest.mark.parametrize("lost", [server.hangs_up, server.resets, server.truncates])
def test_a_transaction_whose_answer_was_lost_is_applied_once(
    table: Table, dynamo: DynamoServer, lost: Misbehavior
) -> None:
    """The server has applied it when the connection breaks; the repetition has the same token."""
    dynamo.script.append(lost)
    table.transact([Write(NEW, {}, REV, None)])
    tokens = [one.request["ClientRequestToken"] for one in dynamo.received]
    assert len(tokens) == 2
    assert len({*tokens}) == 1


def test_a_single_item_whose_answer_was_lost_has_moved(table: Table, dynamo: DynamoServer) -> None:
    dynamo.script.append(server.hangs_up)
    with pytest.raises(RevisionMovedError):
        table.write(Write(NEW, {}, REV, None))
    assert NEW in dynamo.items


def test_each_transaction_has_a_token_of_its_own(table: Table, dynamo: DynamoServer) -> None:
    table.transact([Write(NEW, {}, REV, None)])
    table.transact([Write(Key("OP#2", "OP"), {}, REV, None)])
    assert len(dynamo.tokens) == 2


def test_what_a_transaction_costs_is_counted(table: Table) -> None:
    with capacity.Capacity() as used:
        table.transact([Write(NEW, {}, REV, None), Write(PROFILE, {}, REV, "1@a")])
    assert (used.requests, used.read_units, used.write_units) == (1, 0, 4.0)


FAULTS: dict[str, tuple[Misbehavior, int, str]] = {
    "throttled": (server.refuses(400, "ThrottlingException"), 3, faults.THROTTLED),
    "a 500": (server.refuses(500, "InternalServerError"), 3, faults.TABLE_UNAVAILABLE),
    "in progress": (
        server.refuses(400, "TransactionInProgressException"),
        3,
        faults.THROTTLED,
    ),
    "a reset": (server.resets, 3, faults.TABLE_UNAVAILABLE),
    "no table": (server.refuses(400, "ResourceNotFoundException"), 1, faults.TABLE_MISSING),
    "refused": (server.refuses(400, "AccessDeniedException"), 1, faults.TABLE_ACCESS_REFUSED),
    "canceled for its size": (
        server.cancels("None", "ValidationError"),
        1,
        faults.TABLE_UNAVAILABLE,
    ),
    "canceled by throttling": (server.cancels("ThrottlingError"), 1, faults.THROTTLED),
}


@pytest.mark.parametrize(
    ("how", "fault"),
    [(how, one) for how in HOW for one in FAULTS if how == "together" or "canceled" not in one],
)
def test_a_fault_that_stays_is_reported_alike(
    fault: str, how: str, dynamo: DynamoServer, opened: Opened
) -> None:
    misbehavior, attempts, code = FAULTS[fault]
    reported = []
    for way in WAYS:
        dynamo.received.clear()
        dynamo.script.extend([misbehavior] * attempts)
        one = opened(way, dynamo.url)
        write = Write(NEW, {}, REV, None)
        with pytest.raises(PynamoDBException) as caught:
            HOW[how](one, write)
        error = caught.value
        assert isinstance(error, TransactWriteError if how == "together" else PutError)
        assert len(dynamo.received) == attempts
        assert code_of(error) == code
        response = getattr(error.cause, "response", None) or {}
        reported.append(
            (type(error.cause), response.get("Error"), str(error).lower().replace('/"', '"'))
        )
    assert reported[0] == reported[1]


def test_a_conflict_of_transactions_is_a_revision_that_moved(
    table: Table, dynamo: DynamoServer
) -> None:
    dynamo.script.append(server.cancels("None", "TransactionConflict"))
    with pytest.raises(RevisionMovedError):
        table.transact([Write(STOCK, {}, REV, "2@a"), Write(NEW, {}, REV, None)])
    dynamo.script.append(server.refuses(400, "TransactionConflictException"))
    with pytest.raises(RevisionMovedError):
        table.write(Write(STOCK, {}, REV, "2@a"))


def test_nothing_is_written_after_the_deadline(table: Table, dynamo: DynamoServer) -> None:
    with capacity.Capacity(deadline=time.monotonic() - 1):
        with pytest.raises(DeadlinePassedError):
            table.write(Write(NEW, {}, REV, None))
        with pytest.raises(DeadlinePassedError):
            table.transact([Write(NEW, {}, REV, None)])
    assert dynamo.received == []


def test_writes_follow_reads_when_these_are_switched_off(
    dynamo: DynamoServer, opened: Opened
) -> None:
    one = opened("fast", dynamo.url)
    one.write(Write(NEW, {}, REV, None))
    one.close()
    one.reader.fast = None
    one.write(Write(PROFILE, {}, REV, "1@a"))
    assert one._item is not None
    assert dynamo.items[PROFILE]["rev"] == {"S": str(REV)}
