"""An empty table in moto, for each test anew and cheap to make.

Most of what a test with a table cost were two botocore clients and a request to create the table.
The first table of a process is created by a request and its client is kept; later ones are copies.
So are the first documents of a table, where another test of the process began with the same ones.

moto copies all tables before each transaction, to have them back where it is cancelled, and lets
threads write meanwhile. Here it copies the items that the transaction names, and does one request
at a time.
"""

import copy
import functools
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.table import Table as MotoTable
from moto.dynamodb.responses import DynamoHandler

from localcloud.single_emulator import create_table
from services.domain.stamp import unix_ms
from services.storage.binding import Binding
from services.storage.table import Table

NAME = "carte"
# So many of the first steps of tables are kept.
_KEPT_STEPS = 4
Result = TypeVar("Result")
TableKind = TypeVar("TableKind", bound=Table)


@contextmanager
def empty_table(region: str) -> Iterator[Table]:
    """Run with an empty table in moto; what the test writes ends with it."""
    with mock_aws():
        tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][region].tables
        tables[NAME] = copy.deepcopy(_created(region))
        yield process_of(region)


def process_of(region: str) -> Table:
    """Return a table object as another process of the region has it: with nothing remembered."""
    return lend_client(Table(Binding(region)))


def lend_client(table: TableKind) -> TableKind:
    """Let a table object of moto's table use the client of the others; return it."""
    table._item = _connected(table.region).item
    return table


@dataclass(frozen=True)
class _Written:
    """A table as some steps left it, what the last of them returned, and where it wrote.

    Attributes:
        last: The last stamp of the clock, where a test set the clock.
    """

    table: MotoTable
    result: Any
    partitions: tuple[str, ...]
    last: int


# By region and steps.
_written: dict[tuple[str, ...], _Written] = {}


def once_written(table: Table, step: str, write: Callable[[], Result]) -> Result:
    """Run a step that fills a table in moto, or copy what it wrote in a test before this one.

    A copy is made where nothing but such steps was written to the table, by the wall clock or by
    one that stands still at the same time: its stamps are those of the test that wrote. Elsewhere,
    and on any other table, the step runs.

    Args:
        table: What `write` writes to.
        step: Names all that the step writes depends on.
        write: The step. Its result is shared by tests.
    """
    tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][table.region].tables
    current = tables.get(NAME)
    if current is None or table._item is not _connected(table.region).item:
        return write()
    clock, began = table.clock, 0
    if clock._now_ms is not unix_ms:
        # A test's own clock, which the stamps of a copy may be ahead of but for the same time.
        began = clock._now_ms()
        step = f"{step} at {began} after {clock._last}"
    steps, records = vars(current).get("steps", ((), 0))
    if len(_records(current)) != records or len(steps) == _KEPT_STEPS:
        return write()
    steps = (*steps, step)
    found = _written.get((table.region, *steps))
    if found is not None:
        tables[NAME] = _whole_copy(found.table)
        table._writing(found.partitions)
        if began:
            clock._last = found.last
        result: Result = found.result
        return result
    before = {**table._written}
    result = write()
    if began and clock._now_ms() != began:
        return result
    current = tables[NAME]  # a transaction may have replaced it
    partitions = [one for one, at in table._written.items() if before.get(one) != at]
    vars(current)["steps"] = (steps, len(_records(current)))
    _written[table.region, *steps] = _Written(
        _whole_copy(current), result, tuple(partitions), clock._last
    )
    return result


def _whole_copy(table: MotoTable) -> MotoTable:
    """Copy a table and its items; the records of its stream never change and are shared."""
    records = _records(table)
    return copy.deepcopy(table, {id(records): [*records]})


def _records(table: MotoTable) -> list[Any]:
    """Return the records of a table's stream; carte's tables have one."""
    assert table.stream_shard is not None
    return table.stream_shard.items


@functools.cache
def _created(region: str) -> Any:
    """Return moto's table as it is right after the request that creates it."""
    create_table(region)
    return dynamodb_backends[DEFAULT_ACCOUNT_ID][region].tables.pop(NAME)


@functools.cache
def _connected(region: str) -> Table:
    """Return a table object that lends its client: botocore takes 30 ms to make one."""
    return Table(Binding(region))


_ONE_AT_A_TIME = threading.RLock()
# Values that the transaction under way names, keys among them, by table.
_named: dict[str, set[str]] = {}


def _named_by(writes: Sequence[Mapping[str, Any]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for write in writes:
        for operation in write.values():
            key = operation.get("Key") or operation.get("Item") or {}
            found.setdefault(operation.get("TableName"), set()).update(
                str(value) for attribute in key.values() for value in attribute.values()
            )
    return found


def _copied(table: MotoTable, memo: dict[int, Any]) -> MotoTable:
    """Copy a table; in a transaction its items are shared, but for those that it may change."""
    named = _named.get(table.name)
    if named is not None:
        if table.stream_shard is not None:
            records = table.stream_shard.items
            memo[id(records)] = list(records)  # a record never changes
        for key, partition in table.items.items():
            if str(key.value) not in named:
                memo[id(partition)] = partition
                continue
            for at, item in partition.items():
                if str(at.value) not in named:
                    memo[id(item)] = item
    created = copy.copy(table)
    memo[id(table)] = created
    vars(created).update(copy.deepcopy(vars(table), memo))
    return created


def _transact(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    _named.update(_named_by(transact_items))
    try:
        _transact_as_moto_does(backend, transact_items)
    finally:
        _named.clear()


def _call(handler: DynamoHandler) -> Any:
    with _ONE_AT_A_TIME:
        return _call_as_moto_does(handler)


_transact_as_moto_does = DynamoDBBackend.transact_write_items
_call_as_moto_does = DynamoHandler.call_action
MotoTable.__deepcopy__ = _copied  # type: ignore[attr-defined]
DynamoDBBackend.transact_write_items = _transact  # type: ignore[method-assign, assignment]
DynamoHandler.call_action = _call  # type: ignore[method-assign]
