"""A table that fails, hangs or holds damaged items: coded faults within a bounded time."""

import socket
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError, ReadTimeoutError
from pynamodb.exceptions import GetError, PutError

from services.domain import faults
from services.domain.documents.layout import InvalidDocumentError
from services.domain.stamp import InvalidStampError, NoLaterStampError
from services.storage import capacity, reads
from services.storage.binding import (
    CONNECT_TIMEOUT_S,
    READ_TIMEOUT_S,
    REQUEST_BUDGET_S,
    TOTAL_ATTEMPTS,
    Binding,
)
from services.storage.catalogs import CatalogRepository
from services.storage.exceptions import DeadlinePassedError, UnreadableItemError
from services.storage.fast.reader import FastReader
from services.storage.fault_codes import code_of
from services.storage.keys import Key
from services.storage.stores import DirectoryRepository, StoreRepository
from services.storage.table import Table
from tests.support import dynamo_server as server
from tests.support.chain import add_store, publish_small_catalog
from tests.support.dynamo_server import DynamoServer

PROFILE = Key("STORE#1", "PROFILE")
LAMBDA_TIMEOUT_S = 10.0  # infra_cdk/constructs/menu_api.py


@pytest.fixture
def dynamo() -> Iterator[DynamoServer]:
    with DynamoServer() as made:
        made.put("STORE#1", "PROFILE", "1@a", {"s": [], "e": {}})
        made.put("STORE#2", "PROFILE", "1@a", {"s": [], "e": {}})
        yield made


@pytest.fixture(params=["fast", "models"])
def remote(request: pytest.FixtureRequest, dynamo: DynamoServer) -> Iterator[Table]:
    """A table on a socket, read in either way; its retries do not wait."""
    table = Table(Binding("eu-west-1", "carte", dynamo.url, fast_reads=request.param == "fast"))
    if isinstance(table.reader.fast, FastReader):
        table.reader.fast.client.retries.pause = lambda _: None
    else:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("botocore.endpoint.time.sleep", lambda _: None)
            yield table
            table.close()
            return
    yield table
    table.close()


def fault_of(table: Table, key: Key = PROFILE) -> str:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is, it has a code
        table.get(key)
    return code_of(caught.value)


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("ProvisionedThroughputExceededException", 400, faults.THROTTLED),
        ("ThrottlingException", 400, faults.THROTTLED),
        ("RequestLimitExceeded", 400, faults.THROTTLED),
        ("TransactionInProgressException", 400, faults.THROTTLED),
        ("ResourceNotFoundException", 400, faults.TABLE_MISSING),
        ("ExpiredTokenException", 400, faults.TABLE_ACCESS_REFUSED),
        ("UnrecognizedClientException", 400, faults.TABLE_ACCESS_REFUSED),
        ("AccessDeniedException", 400, faults.TABLE_ACCESS_REFUSED),
        ("InternalServerError", 500, faults.TABLE_UNAVAILABLE),
        ("ServiceUnavailable", 503, faults.TABLE_UNAVAILABLE),
        ("ValidationException", 400, faults.INTERNAL),
    ],
)
def test_each_refusal_of_dynamodb_has_its_code(
    remote: Table, dynamo: DynamoServer, name: str, status: int, code: str
) -> None:
    dynamo.script.extend([server.refuses(status, name)] * 3)
    assert fault_of(remote) == code


def test_no_answer_is_a_table_that_is_unavailable(remote: Table, dynamo: DynamoServer) -> None:
    dynamo.script.extend([server.hangs_up] * 3)
    assert fault_of(remote) == faults.TABLE_UNAVAILABLE


def test_exceptions_are_known_by_what_they_carry() -> None:
    busy = ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "PutItem")
    assert code_of(PutError("failed", busy)) == faults.THROTTLED
    cancelled: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": ""},
        "CancellationReasons": [{"Code": "None"}, {"Code": "ThrottlingError"}],
    }
    assert code_of(ClientError(cancelled, "TransactWriteItems")) == faults.THROTTLED
    assert code_of(NoCredentialsError()) == faults.TABLE_ACCESS_REFUSED
    assert code_of(ReadTimeoutError(endpoint_url="x")) == faults.TABLE_UNAVAILABLE
    assert code_of(InvalidDocumentError("x")) == faults.ITEM_UNREADABLE
    assert code_of(InvalidStampError("x")) == faults.ITEM_UNREADABLE
    assert code_of(NoLaterStampError()) == faults.ITEM_UNREADABLE
    assert code_of(ZeroDivisionError()) == faults.INTERNAL
    looped = ValueError()
    looped.__cause__ = KeyError()
    looped.__cause__.__cause__ = looped
    assert code_of(looped) == faults.INTERNAL


def test_every_code_is_shown_without_internals() -> None:
    for code in faults.CODES:
        assert "TABLE" not in faults.shown(code)
    assert faults.shown("anything else") == faults.INTERNAL


@pytest.mark.parametrize(
    "damage",
    [
        {"body": {"S": "{"}},
        {"body": {"S": "[1]"}},
        {"body": {"S": '"text"'}},
        {"packed": {"B": "AAAA"}},
    ],
)
def test_a_damaged_item_fails_alone(
    remote: Table, dynamo: DynamoServer, damage: dict[str, Any]
) -> None:
    del dynamo.items[PROFILE]["body"]
    dynamo.items[PROFILE].update(damage)

    def body(key: Key) -> object:
        found = remote.get(key)
        assert found is not None
        return found.body

    with pytest.raises(UnreadableItemError) as caught:
        body(PROFILE)
    assert code_of(caught.value) == faults.ITEM_UNREADABLE
    assert body(Key("STORE#2", "PROFILE")) == {"s": [], "e": {}}


def test_an_item_without_a_revision_does_not_switch_fast_reads_off(dynamo: DynamoServer) -> None:
    table = Table(Binding("eu-west-1", "carte", dynamo.url, fast_reads=True))
    del dynamo.items[PROFILE]["rev"]
    with pytest.raises(UnreadableItemError, match="STORE#1 / PROFILE"):
        table.get(PROFILE)
    assert table.reader.fast is not None
    assert table.get(Key("STORE#2", "PROFILE")) is not None
    table.close()


def test_while_dynamodb_does_not_answer_it_is_tried_about_once_a_second(
    dynamo: DynamoServer,
) -> None:
    table = Table(Binding("eu-west-1", "carte", dynamo.url, fast_reads=True))
    assert isinstance(table.reader.fast, FastReader)
    client = table.reader.fast.client
    now = [100.0]
    client.monotonic = lambda: now[0]
    client.retries.pause = lambda _: None
    dynamo.script.extend([server.hangs_up] * 6)
    assert fault_of(table) == faults.TABLE_UNAVAILABLE
    tried = len(dynamo.received)
    for _ in range(20):
        assert fault_of(table) == faults.TABLE_UNAVAILABLE
    assert len(dynamo.received) == tried, "requests in between are not sent"
    now[0] += 1.6
    assert fault_of(table) == faults.TABLE_UNAVAILABLE
    assert len(dynamo.received) == tried + 3
    now[0] += 1.6
    assert table.get(PROFILE) is not None
    assert table.get(PROFILE) is not None
    table.close()


def test_a_throttled_partition_does_not_stop_the_others(dynamo: DynamoServer) -> None:
    table = Table(Binding("eu-west-1", "carte", dynamo.url, fast_reads=True))
    assert isinstance(table.reader.fast, FastReader)
    table.reader.fast.client.retries.pause = lambda _: None
    dynamo.script.extend([server.refuses(400, "ThrottlingException")] * 3)
    assert fault_of(table) == faults.THROTTLED
    assert table.get(Key("STORE#2", "PROFILE")) is not None
    table.close()


def test_nothing_is_tried_again_after_the_deadline(remote: Table, dynamo: DynamoServer) -> None:
    dynamo.script.extend([server.refuses(500, "InternalServerError")] * 3)
    with capacity.Capacity(deadline=time.monotonic() - 1):
        fault = fault_of(remote)
    assert fault == faults.TABLE_UNAVAILABLE
    assert len(dynamo.received) <= 1


def test_nothing_is_read_that_begins_after_the_deadline(
    remote: Table, dynamo: DynamoServer
) -> None:
    remote.get(PROFILE)
    dynamo.received.clear()
    with capacity.Capacity(deadline=time.monotonic() - 1):
        for read in (
            lambda: remote.get(PROFILE),
            lambda: remote.partition("STORE#1"),
            lambda: remote.get_many([PROFILE]),
        ):
            with pytest.raises(DeadlinePassedError):
                read()
    assert dynamo.received == []


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time by which deadlines are kept: it stands still, however busy the machine is."""
    time = [100.0]
    monkeypatch.setattr(capacity, "time", SimpleNamespace(monotonic=lambda: time[0]))
    return time


def test_the_wait_of_a_clean_up_ends_with_its_time(
    paused: tuple[Table, list[float]], dynamo: DynamoServer, now: list[float]
) -> None:
    table, _ = paused

    def ignores(connection: socket.socket, reply: server.Reply) -> None:
        now[0] += 0.2
        server.ignores(connection, reply)

    table.get(PROFILE)
    dynamo.script.append(ignores)
    began = time.monotonic()
    with (
        capacity.Capacity(now[0] + 0.2, strict=True),
        pytest.raises(GetError),
    ):
        table.get(PROFILE)
    assert time.monotonic() - began < 8  # it would be ignored for 10 s


def test_what_comes_after_a_short_wait_is_waited_for_as_long_as_anything(
    paused: tuple[Table, list[float]], dynamo: DynamoServer, now: list[float]
) -> None:
    table, _ = paused

    def is_slow(connection: socket.socket, reply: server.Reply) -> None:
        time.sleep(1.3)
        server.answers(connection, reply)

    dynamo.script.append(server.hangs_up)
    assert isinstance(table.reader.fast, FastReader)
    table.reader.fast.client.retries.chance = lambda: 0.0
    with capacity.Capacity(now[0] + 1.0):
        table.get(PROFILE)
    sent = len(dynamo.received)
    dynamo.script.append(is_slow)
    assert table.get(PROFILE) is not None
    assert len(dynamo.received) == sent + 1


@pytest.fixture
def paused(dynamo: DynamoServer) -> Iterator[tuple[Table, list[float]]]:
    """A table read past PynamoDB, and the pauses that its retries took."""
    table = Table(Binding("eu-west-1", "carte", dynamo.url, fast_reads=True))
    assert isinstance(table.reader.fast, FastReader)
    retries, pauses = table.reader.fast.client.retries, list[float]()
    retries.pause = pauses.append
    retries.chance = lambda: 1.0
    yield table, pauses
    table.close()


def test_keys_that_a_batch_leaves_are_read_again_after_growing_pauses_and_not_for_ever(
    dynamo: DynamoServer, paused: tuple[Table, list[float]]
) -> None:
    table, pauses = paused
    dynamo.script.extend([server.leaves(PROFILE)] * 10)
    with pytest.raises(GetError) as caught:
        table.get_many([PROFILE])
    assert code_of(caught.value) == faults.THROTTLED
    assert len(dynamo.received) == TOTAL_ATTEMPTS
    assert pauses == [1.0, 2.0]


def test_a_batch_that_gets_on_is_read_to_its_end(
    dynamo: DynamoServer, paused: tuple[Table, list[float]]
) -> None:
    table, pauses = paused
    other = Key("STORE#2", "PROFILE")
    dynamo.script.extend(
        [server.leaves(PROFILE, other), server.leaves(other), server.leaves(other)]
    )
    assert set(table.get_many([PROFILE, other])) == {other}
    assert pauses == [1.0, 1.0, 2.0]


def test_a_batch_is_not_repeated_beyond_the_deadline(
    dynamo: DynamoServer, paused: tuple[Table, list[float]], now: list[float]
) -> None:
    table, pauses = paused
    dynamo.script.extend([server.leaves(PROFILE)] * 10)
    with (
        capacity.Capacity(deadline=now[0] + 0.9),
        pytest.raises(GetError),
    ):
        table.get_many([PROFILE])
    assert pauses == []


def test_a_write_that_begins_after_the_deadline_is_not_sent(table: Table) -> None:
    stamp = table.clock.tick()
    with (
        capacity.Capacity(deadline=time.monotonic() - 1),
        pytest.raises(DeadlinePassedError),
    ):
        table.put(PROFILE, {}, rev=stamp, replaces=None)
    assert table.get(PROFILE) is None


def test_the_last_attempt_ends_before_the_invocation() -> None:
    assert REQUEST_BUDGET_S + CONNECT_TIMEOUT_S + READ_TIMEOUT_S < LAMBDA_TIMEOUT_S


def break_reads(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ReadTimeoutError(endpoint_url="x")

    for name in ("get", "query", "batch"):
        monkeypatch.setattr(table.reader, name, broken)


def test_a_catalog_is_served_on_while_its_pointer_cannot_be_read(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_small_catalog(table)
    now = [0.0]
    catalogs = CatalogRepository(table, monotonic=lambda: now[0])
    version = catalogs.current("de").version
    with monkeypatch.context() as patch:
        break_reads(table, patch)
        now[0] += reads.MAX_OUTDATED_S
        with reads.Reads() as noted:
            assert catalogs.current("de").version == version
        assert noted.outdated is not None
        assert noted.outdated_s == reads.MAX_OUTDATED_S
        with pytest.raises(ReadTimeoutError):
            catalogs.current("us")
        now[0] += 6
        with pytest.raises(ReadTimeoutError):
            catalogs.current("de")
    now[0] += 2
    with reads.Reads() as noted:
        assert catalogs.current("de").version == version
    assert noted.outdated is None


def test_stores_are_found_while_the_directory_cannot_be_read(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_store(table, "de-1")
    now = [0.0]
    directory = DirectoryRepository(table, monotonic=lambda: now[0])
    assert len(directory.index().page(market=None, search=None, first=5, after=None).entries) == 1
    with monkeypatch.context() as patch:
        break_reads(table, patch)
        now[0] += 90
        with reads.Reads() as noted:
            found = directory.index().page(market=None, search=None, first=5, after=None)
        assert len(found.entries) == 1
        assert noted.outdated is not None
        assert noted.outdated_s == 90
        with pytest.raises(ReadTimeoutError):
            StoreRepository(table).documents("de-1")
        now[0] += reads.MAX_OUTDATED_S - 29
        with pytest.raises(ReadTimeoutError):
            directory.index()
    now[0] += 6
    with reads.Reads() as noted:
        directory.index()
    assert noted.outdated is None
