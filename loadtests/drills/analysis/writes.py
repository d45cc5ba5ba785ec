"""Writes of a drill: when and where each was acknowledged, and whether tables hold it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from loadtests.drills.records import Cell, Record, WriteKind

Place = tuple[WriteKind, str, str]
TableContents = Mapping[Place, int]
"""What one region's table holds: kind, store and item to price, pieces counted or net sales."""


@dataclass(frozen=True, slots=True)
class WriteOperation:
    """An operation, all attempts together.

    Attributes:
        intended: When its first attempt was to be sent, seconds of the epoch.
        acknowledged: When a client first knew that it was done; None: never.
        region: The region that acknowledged it.
        failed_first: Whether the first request failed, or was overtaken by one to another region.
    """

    id: str
    place: str
    cell: Cell
    intended: float
    acknowledged: float | None
    region: str
    attempts: int
    failed_first: bool
    burst: bool


def operations(records: Iterable[Record]) -> list[WriteOperation]:
    """Return the operations in the records, in the order in which they were sent."""
    attempts: dict[str, list[Record]] = {}
    for record in records:
        if record.operation:
            attempts.setdefault(record.operation, []).append(record)
    return sorted(
        (_written(sorted(mine, key=lambda one: one.attempt)) for mine in attempts.values()),
        key=lambda one: one.intended,
    )


def _written(attempts: Sequence[Record]) -> WriteOperation:
    first = attempts[0]
    done = next((one for one in attempts if one.ok), None)
    if first.cell is None:
        raise ValueError(f"operation {first.operation} writes nothing")
    return WriteOperation(
        first.operation,
        first.place,
        first.cell,
        first.intended,
        done.done if done else None,
        done.region if done else "",
        len(attempts),
        not first.ok or first.tries > 1,
        first.burst,
    )


def is_held(cell: Cell, content: TableContents) -> bool:
    """Whether a table shows a write, or what overtook it: later prices of a cell are higher."""
    held = content.get((cell.kind, cell.store, cell.item))
    if held is None:
        return False
    return held == cell.value if cell.kind == "count" else held >= cell.value


def missing(
    written: Iterable[WriteOperation], contents: Mapping[str, TableContents], *, before: float
) -> list[WriteOperation]:
    """Writes acknowledged before a moment that at least one of these tables does not show.

    Without a table, that is all of them: nothing shows that one is held.
    """
    return [
        one
        for one in written
        if one.acknowledged is not None
        and one.acknowledged <= before
        and not (contents and all(is_held(one.cell, content) for content in contents.values()))
    ]


def doubled(
    written: Iterable[WriteOperation], contents: Mapping[str, TableContents]
) -> list[WriteOperation]:
    """Sales that some table counts more than once: a retry was taken for a second sale."""
    return [
        one
        for one in written
        if one.cell.kind == "sale"
        and any(
            content.get(("sale", one.cell.store, one.cell.item), 0) > one.cell.value
            for content in contents.values()
        )
    ]
