"""Rows of a stored assortment: those that an edit leaves alone are written as they were read.

An edit sets a few of some sixty items. Making registers of all of them, and rows of these again,
takes longer than all else that the edit does.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Self

from services.domain.documents.layout import ENTRIES, STAMPS, Body, read_stamps
from services.domain.documents.lazy import DecodedEntries
from services.domain.register import Register, assign
from services.domain.stamp import Stamp

PROPERTIES: Final = ("price", "listed", "rank")
# Where a stored row has their values; each is followed by the index of its stamp.
PRICE, LISTED, RANK = 0, 2, 4
UNSET: Final = -1

Line = Mapping[str, Register[Any]]
Row = Sequence[Any]

_PLACES: Final = tuple(zip((PRICE, LISTED, RANK), PROPERTIES, strict=True))
_NAMES: Final = frozenset(PROPERTIES)
_COLUMNS: Final = 2 * len(PROPERTIES)
_EMPTY: Final = (None, UNSET) * len(PROPERTIES)


class AssortmentRows(DecodedEntries[Line]):
    """Rows as `Assortment.dump` lays them out; the registers of an item are made at first use.

    Neither the rows nor the map of them may be changed: documents share them.

    Attributes:
        stored: Item id to its row, in the order of ids.
        stamps: The document's table of stamps, each of which a row names, in their order.
    """

    __slots__ = ("_lines", "stamps", "stored")

    def __init__(
        self, stored: Mapping[str, Row], stamps: Sequence[Stamp], lines: dict[str, Line]
    ) -> None:
        """Take rows that are laid out so.

        Args:
            stored: As the attribute.
            stamps: As the attribute.
            lines: Item id to the registers of its row, as far as they are made; more are added.
        """
        self.stored = stored
        self.stamps = stamps
        self._lines = lines

    @classmethod
    def of(cls, body: Body) -> Self | None:
        """Return the rows of a stored assortment; None where a dump of it would differ from it.

        Raises:
            InvalidDocumentError: The body has no table of stamps.
        """
        stamps, rows = read_stamps(body), body.get(ENTRIES)
        if not isinstance(rows, dict) or not _is_dump(rows, body[STAMPS]):
            return None
        return cls(rows, stamps, {})

    def __getitem__(self, key: str) -> Line:
        line = self._lines.get(key)
        if line is None:
            row, stamps = self.stored[key], self.stamps
            line = self._lines[key] = {
                name: Register(row[at], stamps[row[at + 1]])
                for at, name in _PLACES
                if row[at + 1] != UNSET
            }
        return line

    def __iter__(self) -> Iterator[str]:
        return iter(self.stored)

    def __len__(self) -> int:
        return len(self.stored)

    def assign(
        self, changes: Mapping[str, Mapping[str, Any]], stamp: Stamp, *, again: bool
    ) -> Self | None:
        """Return the rows with properties set, as `Assortment.assign`; None: not by rows alone."""
        if not all(_NAMES.issuperset(properties) for properties in changes.values()):
            return None
        stamps = [*self.stamps, stamp]
        index = stamps.index(stamp) if self.stamps and stamp <= self.stamps[-1] else len(stamps) - 1
        rows, lines = {**self.stored}, {**self._lines}
        written: set[str] = set()
        for item, properties in changes.items():
            before: Line = self[item] if item in rows else {}
            after = lines[item] = assign(before, properties, stamp, again=again)
            row = [*rows.get(item, _EMPTY)]
            for at, name in _PLACES:
                register = after.get(name)
                # A register that is another one than before was set just now, at this stamp.
                if register is not None and register is not before.get(name):
                    row[at : at + 2] = (register.value, index)
                    written.add(item)
            rows[item] = row
        if len(rows) > len(self.stored):
            rows = dict(sorted(rows.items()))
        if not written:
            return type(self)(rows, self.stamps, lines)
        return type(self)(*_with_table(rows, stamps, written), lines)

    def dump(self) -> Body:
        """Return the document's stored layout, which shares these rows."""
        return {STAMPS: [str(stamp) for stamp in self.stamps], ENTRIES: {**self.stored}}


def _is_dump(rows: Mapping[str, Any], table: Sequence[str]) -> bool:
    """Return whether `Assortment.dump` would lay out just these rows and this table of stamps.

    It goes by columns, because a loop over the rows would take most of the time that it saves.
    """
    if not rows:
        return not table
    if {*map(type, rows.values())} != {list} or {*map(len, rows.values())} != {_COLUMNS}:
        return False
    columns = tuple(zip(*rows.values(), strict=True))
    used: set[int] = set()
    for at, _ in _PLACES:
        values, indexes = columns[at], columns[at + 1]
        if {*map(type, indexes)} != {int}:
            return False
        found = {*indexes}
        used |= found
        if UNSET in found and not all(
            value is None for value, index in zip(values, indexes, strict=True) if index == UNSET
        ):
            return False
    used.discard(UNSET)
    # The texts of stamps are ordered as the stamps are.
    ordered = [*table] == sorted({*table}) and [*rows] == sorted(rows)
    return ordered and used == {*range(len(table))}


def _with_table(
    rows: dict[str, Row], stamps: Sequence[Stamp], written: set[str]
) -> tuple[dict[str, Row], list[Stamp]]:
    """Return the rows and the table of the stamps that they name, in their order.

    Args:
        rows: The rows; their indexes are those of `stamps`.
        stamps: The table before the edit, in order, and the edit's stamp.
        written: The items that were set at it.
    """
    columns = tuple(zip(*rows.values(), strict=True))
    used = {*columns[PRICE + 1], *columns[LISTED + 1], *columns[RANK + 1]} - {UNSET}
    # Nearly every edit has the highest stamp.
    in_order = len(stamps) == 1 or stamps[-2] <= stamps[-1]
    order = sorted(used) if in_order else sorted(used, key=stamps.__getitem__)
    places = {old: new for new, old in enumerate(order)}
    moved = {old for old, new in places.items() if old != new}
    places[UNSET] = UNSET
    if moved:
        # Mostly only the edit's own new stamp moves, into the place of one that it replaced.
        for item in written if moved == {len(stamps) - 1} else [*rows]:
            price, p, listed, q, rank, r = rows[item]
            rows[item] = [price, places[p], listed, places[q], rank, places[r]]
    return rows, [stamps[old] for old in order]
