"""The assortment: what a store sells, at which price, in which order; three registers an item."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from services.domain.documents.layout import (
    ENTRIES,
    STAMPS,
    Body,
    InvalidDocumentError,
    StampWriter,
    entries,
    read_stamps,
    unread,
)
from services.domain.documents.lazy import LazyEntries, StoredEntries
from services.domain.register import (
    Register,
    assign,
    join_more,
    merge_registers,
    more_of,
    with_more,
)
from services.domain.stamp import Stamp

PROPERTIES: Final = ("price", "listed", "rank")
# Where a stored row has their values; each is followed by the index of its stamp.
PRICE, LISTED, RANK = 0, 2, 4
_UNSET: Final = -1

_PLACES: Final = tuple(zip((PRICE, LISTED, RANK), PROPERTIES, strict=True))
_NAMES: Final = frozenset(PROPERTIES)
_COLUMNS: Final = 2 * len(PROPERTIES)
_ADDED: Final = "+{}"  # name of a register that a newer version added, by its place
_EMPTY: Final = (None, _UNSET) * len(PROPERTIES)

Line = Mapping[str, Register[Any]]
Row = Sequence[Any]

# Of an item that is sold as the catalog has it.
STANDARD: Final[Row] = (None, _UNSET, True, _UNSET, None, _UNSET)


@dataclass(frozen=True, slots=True)
class Assortment:
    """Items of one store.

    Attributes:
        store_id: The store's id.
        lines: Item id to registers of `price` (minor units of the market's currency; None means
            the catalog's price), `listed` (False is the tombstone) and `rank` (lower comes first
            within a category; None means the catalog's order). Registers that a newer version added
            at the end of the rows are kept under names such as `+3`, the place of the register.
    """

    store_id: str
    lines: Mapping[str, Line]

    def value(self, item_id: str, name: str) -> Any:
        """Return the value of one property of an item, None where it was never set."""
        lines = self.lines
        if isinstance(lines, StoredEntries):
            row = lines.stored.get(item_id)
            return None if row is None else row[2 * PROPERTIES.index(name)]
        register = lines.get(item_id, {}).get(name)
        return None if register is None else register.value

    def rows(self) -> Mapping[str, Row]:
        """Return the stored row of each item by its id; the stamp indexes in it are meaningless.

        A menu wants nothing else, and where the document was just read they need not be made.
        """
        lines = self.lines
        if isinstance(lines, StoredEntries):
            return lines.stored
        return {item: _row(line, lambda _: _UNSET) for item, line in lines.items()}

    def merge(self, other: Self) -> Self:
        """Join two versions, property by property."""
        lines: dict[str, Line] = {
            item: merge_registers(self.lines.get(item, {}), other.lines.get(item, {}))
            for item in sorted(self.lines.keys() | other.lines.keys())
        }
        more = join_more(more_of(self.lines), more_of(other.lines))
        return type(self)(self.store_id, with_more(lines, more))

    def assign(
        self, changes: Mapping[str, Mapping[str, Any]], stamp: Stamp, *, again: bool = False
    ) -> Self:
        """Return this assortment with properties set at `stamp`: item id to {property: value}.

        `again` as in `register.assign`.
        """
        kept = self._rows()
        rows = None if kept is None else kept.assign(changes, stamp, again=again)
        if rows is not None:
            return type(self)(self.store_id, rows)
        lines = dict(self.lines)
        for item, properties in changes.items():
            lines[item] = assign(lines.get(item, {}), properties, stamp, again=again)
        lines = with_more(dict(sorted(lines.items())), more_of(self.lines))
        return type(self)(self.store_id, lines)

    def stamps(self) -> list[Stamp]:
        """Return every stamp in it."""
        kept = self._rows()
        if kept is not None:
            return [*kept.stamps]
        return [register.stamp for line in self.lines.values() for register in line.values()]

    def dump(self) -> Body:
        """Its stored layout: item id to [price, stamp, listed, stamp, rank, stamp]; -1 is unset.

        What a newer version added follows as it was read.
        """
        kept = self._rows()
        if kept is not None:
            return kept.dump()
        stamps = StampWriter(self.stamps())
        return {
            STAMPS: stamps.table(),
            ENTRIES: {
                item: _row(line, stamps.__getitem__) for item, line in sorted(self.lines.items())
            },
            **more_of(self.lines),
        }

    @classmethod
    def read(cls, store_id: str, body: Body) -> Self:
        """Like `load`, but its registers are made at their first use.

        Raises:
            InvalidDocumentError: The body has another shape; also later, where it shows later.
        """
        return cls(store_id, LazyEntries(entries(body), lambda: cls.load(store_id, body).lines))

    @classmethod
    def load(cls, store_id: str, body: Body) -> Self:
        """Read its stored layout.

        Raises:
            InvalidDocumentError: The body has another shape.
        """
        rows = AssortmentRows.of(body)
        if rows is not None:
            return cls(store_id, rows)
        stamps = read_stamps(body)
        try:
            lines: dict[str, Line] = {
                item: {
                    name: Register(row[at], stamps[row[at + 1]])
                    for at, name in _places(len(row))
                    if row[at + 1] != _UNSET
                }
                for item, row in body[ENTRIES].items()
            }
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise InvalidDocumentError(f"not an assortment: {error!r}") from error
        return cls(store_id, with_more(lines, unread(body)))

    def _rows(self) -> "AssortmentRows | None":
        """Return the lines as rows that are laid out as stored; None: they are no such rows."""
        return self.lines if isinstance(self.lines, AssortmentRows) else None


def _row(line: Line, index_of: Callable[[Stamp], int]) -> list[Any]:
    row: list[Any] = []
    for name in PROPERTIES:
        register = line.get(name)
        row += [None, _UNSET] if register is None else [register.value, index_of(register.stamp)]
    added = sorted(int(name) for name in line if name not in _NAMES)
    for place in range(len(PROPERTIES), added[-1] + 1) if added else ():
        register = line.get(_ADDED.format(place))
        row += [None, _UNSET] if register is None else [register.value, index_of(register.stamp)]
    return row


def _places(length: int) -> Iterable[tuple[int, str]]:
    """Return where a row of this length has the values of its registers, with their names."""
    if length <= _COLUMNS:
        return _PLACES
    added = range(len(PROPERTIES), (length + 1) // 2)
    return (*_PLACES, *((2 * place, _ADDED.format(place)) for place in added))


class AssortmentRows(StoredEntries[Line]):
    """Rows as `Assortment.dump` lays them out; the registers of an item are made at first use.

    An edit sets a few of some sixty items. Making registers of all of them, and rows of these
    again, takes longer than all else that the edit does; so the other rows are written as they were
    read.

    Neither the rows nor the map of them may be changed: documents share them.

    Attributes:
        stamps: The document's table of stamps, each of which a row names, in their order.
    """

    __slots__ = ("_lines", "stamps")

    def __init__(
        self, stored: Mapping[str, Row], stamps: Sequence[Stamp], lines: dict[str, Line]
    ) -> None:
        """Take rows that are laid out so.

        Args:
            stored: Item id to its row, in the order of ids.
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
        if unread(body) or not isinstance(rows, dict) or not _is_dump(rows, body[STAMPS]):
            return None
        return cls(rows, stamps, {})

    def __getitem__(self, key: str) -> Line:
        line = self._lines.get(key)
        if line is None:
            row, stamps = self.stored[key], self.stamps
            line = self._lines[key] = {
                name: Register(row[at], stamps[row[at + 1]])
                for at, name in _PLACES
                if row[at + 1] != _UNSET
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
        if _UNSET in found and not all(
            value is None for value, index in zip(values, indexes, strict=True) if index == _UNSET
        ):
            return False
    used.discard(_UNSET)
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
    used = {*columns[PRICE + 1], *columns[LISTED + 1], *columns[RANK + 1]} - {_UNSET}
    # Nearly every edit has the highest stamp.
    in_order = len(stamps) == 1 or stamps[-2] <= stamps[-1]
    order = sorted(used) if in_order else sorted(used, key=stamps.__getitem__)
    places = {old: new for new, old in enumerate(order)}
    moved = {old for old, new in places.items() if old != new}
    places[_UNSET] = _UNSET
    if moved:
        # Mostly only the edit's own new stamp moves, into the place of one that it replaced.
        for item in written if moved == {len(stamps) - 1} else [*rows]:
            price, p, listed, q, rank, r = rows[item]
            rows[item] = [price, places[p], listed, places[q], rank, places[r]]
    return rows, [stamps[old] for old in order]
