"""Rows of a stored stock: each is decoded where it is needed, the others are known to be readable.

A sale or an order changes a few of some sixty counted items. Decoding all of them takes longer than
all else that it does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final, Self

from services.domain.documents.layout import (
    ENTRIES,
    SHAPE_ERRORS,
    STAMPS,
    Body,
    InvalidDocumentError,
    NewerDocumentError,
    read_stamps,
)
from services.domain.documents.lazy import DecodedEntries
from services.domain.documents.stock_line import ORIGINS, REGIONS, Count, Slot, StockLine
from services.domain.register import Register
from services.domain.stamp import Stamp

# Lengths of a count without reservations: pieces, seen, stamp; shares.
_LENGTHS: Final = (3, 4)
_PARTS: Final = frozenset({STAMPS, ENTRIES, REGIONS, ORIGINS})
_SHARES: Final = 3
_MAX_PARTS: Final = 12  # more than regions


class StockPart:
    """One item that a stock is stored in, all of whose rows are known to be readable.

    Attributes:
        rows: Item id to its row, as it is stored.
        stamps: The stamps of its counts.
        sold_in: The region whose sales it has, and nothing else; "" where it has no sales; None
            where it has both, or sales of several regions.
        unusual: The items with rows of another form than nearly all have.
        newer: The parts of the body that a newer version of carte stored beside the rows.
    """

    __slots__ = ("_lines", "_origins", "_regions", "_table", "newer", "rows", "sold_in", "unusual")

    def __init__(self, body: Body) -> None:
        """Look through the rows of a stored body.

        Raises:
            InvalidDocumentError: The body has another shape.
        """
        self._table = read_stamps(body)
        self._regions: Sequence[str] = body.get(REGIONS, ())
        self.newer = sorted(body.keys() - _PARTS)
        self._lines: dict[str, StockLine] = {}
        try:
            if not all(isinstance(region, str) for region in self._regions):
                raise TypeError(f"{str(self._regions)[:60]} where regions are expected")
            self._origins = _read_origins(body)
            self.rows: dict[str, Any] = body[ENTRIES]
            self.sold_in, self.unusual = self._looked_through()
            for item in self.unusual:
                self._lines[item] = self._decoded(item)
        except SHAPE_ERRORS as error:
            raise InvalidDocumentError(f"not a stock: {error!r}") from error

    def line(self, item_id: str) -> StockLine | None:
        """Return the line of an item; None: it has none."""
        line = self._lines.get(item_id)
        if line is None and item_id in self.rows:
            # What was made first stays: counts are told apart as objects.
            line = self._lines.setdefault(item_id, self._decoded(item_id))
        return line

    def stamps(self) -> list[Stamp]:
        """Return the stamp of each count."""
        if self.sold_in:
            return []
        stamps = self._table
        return [stamps[row[0][2]] for row in self.rows.values() if row[0] is not None]

    def _decoded(self, item_id: str) -> StockLine:
        count, slots = self.rows[item_id]
        register = None
        if count is not None:
            value = _from_origin(Count.load(count, self._regions), self._origins.get(item_id))
            register = Register(value, self._table[count[2]])
        sales = {region: Slot.load(region, row) for region, row in slots.items()}
        return StockLine(register, sales)

    def _looked_through(self) -> tuple[str | None, Sequence[str]]:
        """Return `sold_in` and `unusual`.

        It goes by columns, because a loop over the rows would take most of the time that it saves.
        """
        rows = self.rows
        if not isinstance(rows, dict):
            raise TypeError(f"{str(rows)[:60]} where rows are expected")
        if not rows:
            return "", ()
        every = None, [*rows]
        if {*map(type, rows.values())} != {list}:
            return every
        counts, slots = zip(*rows.values(), strict=True)
        if {*map(type, slots)} != {dict}:
            return every
        regions = {*chain.from_iterable(slots)}
        if not regions:
            return "", [*_unusual_counts(rows, counts, len(self._table), self._origins)]
        if len(regions) == 1 and all(slots) and counts.count(None) == len(counts):
            (region,) = regions
            return region, [*_unusual_sales(rows, [slot[region] for slot in slots])]
        return every


class StockRows(DecodedEntries[StockLine]):
    """The lines of a stock that is stored in one item or several, and those set since."""

    __slots__ = ("_joined", "_parts", "_set")

    def __init__(
        self,
        parts: Sequence[StockPart],
        lines: Mapping[str, StockLine] | None = None,
        joined: dict[str, StockLine] | None = None,
    ) -> None:
        """Take what is stored, and what was set since.

        Args:
            parts: The items.
            lines: Item id to the line that was set; None: none was.
            joined: Item id to the line of all parts, as far as it was made; more are added.
        """
        self._parts = parts
        self._set = {} if lines is None else lines
        self._joined = {} if joined is None else joined

    def __getitem__(self, key: str) -> StockLine:
        line = self._set.get(key)
        return self._stored(key) if line is None else line

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._set, *chain.from_iterable(part.rows for part in self._parts)}))

    def __len__(self) -> int:
        return len({*self._set, *chain.from_iterable(part.rows for part in self._parts)})

    def __contains__(self, key: object) -> bool:
        return key in self._set or any(key in part.rows for part in self._parts)

    def refuse_newer(self, region: str | None = None) -> None:
        """Raise where a part holds more than its rows: what is written of these would lack it.

        Parts beside the rows may be about them by their order, as `stock_line.ORIGINS` is. So they
        are not copied to other rows, and what has them is read alone.

        Args:
            region: Only what holds the sales of this region; empty: the counts; None: any part.

        Raises:
            NewerDocumentError: A newer version of carte stored more beside the rows.
        """
        for part in self._parts:
            if part.newer and (region is None or (part.sold_in or "") == region):
                raise NewerDocumentError(
                    f"a newer version of carte stored {', '.join(part.newer)} beside the rows of "
                    "this stock: a region of that version can write it"
                )

    def joined(self, other: Self) -> Self | None:
        """Return the lines of both, as `Stock.merge`.

        Returns:
            None where lines were set in one of them, or where there would be too many parts: each
            of them is searched for each line.
        """
        if self._set or other._set or len(self._parts) + len(other._parts) > _MAX_PARTS:
            return None
        return type(self)((*self._parts, *other._parts))

    def with_line(self, item_id: str, line: StockLine) -> Self:
        """Return these lines with one replaced."""
        return type(self)(self._parts, {**self._set, item_id: line}, self._joined)

    def stamps(self) -> list[Stamp] | None:
        """Return every stamp of the lines.

        Returns:
            None where only the lines tell: some were set since, or several parts have counts, of
            which one may stand above another.
        """
        counted = [part for part in self._parts if not part.sold_in]
        return None if self._set or len(counted) > 1 else [*chain(*map(StockPart.stamps, counted))]

    def counts_as(self, other: Self) -> bool:
        """Return whether the counts are the very ones of another stock; see `Stock.counts_as`."""
        if self._joined is not other._joined:
            return False
        return all(
            (self[item].count if item in self else None)
            is (other[item].count if item in other else None)
            for item in {*self._set, *other._set}
        ) and all(item in self for item in other._set)

    def sales_in(self, region: str) -> Self | None:
        """Return only what a region sold, as `Stock.sales_in`; None: not without all lines."""
        if any(part.sold_in is None for part in self._parts):
            return None
        parts = [part for part in self._parts if part.sold_in == region]
        if len(parts) > 1 or any(region not in line.slots for line in self._set.values()):
            return None
        lines = {
            item: StockLine(slots={region: line.slots[region]}) for item, line in self._set.items()
        }
        return type(self)(parts, lines)

    def dump_sales(self) -> Body | None:
        """Return the stored layout of what one region sold; None: there is something else, too.

        It shares the rows that did not change.
        """
        if len(self._parts) > 1 or not all(part.sold_in for part in self._parts):
            return None
        if any(line.count is not None for line in self._set.values()):
            return None
        rows: dict[str, Any] = {}
        for part in self._parts:
            rows = {**part.rows}
            # They may be laid out as an earlier version did.
            unusual = (item for item in part.unusual if item not in self._set)
            rows.update((item, _dump_sales(self[item])) for item in unusual)
        rows.update((item, _dump_sales(line)) for item, line in self._set.items())
        return {STAMPS: [], ENTRIES: dict(sorted(rows.items()))}

    def _stored(self, item_id: str) -> StockLine:
        found = self._joined.get(item_id)
        if found is None:
            for part in self._parts:
                line = part.line(item_id)
                if line is not None:
                    found = line if found is None else found.merge(line)
            if found is None:
                raise KeyError(item_id)
            found = self._joined.setdefault(item_id, found)
        return found


def _dump_sales(line: StockLine) -> list[Any]:
    return [None, {region: slot.dump() for region, slot in sorted(line.slots.items())}]


def _unusual_counts(
    rows: Mapping[str, Any], counts: Sequence[Any], stamps: int, origins: Mapping[str, Any]
) -> Iterable[str]:
    """Yield the items whose counts have more than pieces, a stamp and shares, or are damaged."""
    if {*map(type, counts)} != {list}:
        return rows
    usual = [count for count in counts if len(count) in _LENGTHS]
    seen = [count[1] for count in usual]
    shares = [count[_SHARES] for count in usual if len(count) > _SHARES]
    shares = [one for one in shares if one is not None]
    if not ({*map(type, seen)} <= {dict} and {*map(type, shares)} <= {list}):
        return rows
    numbers = chain(
        (count[0] for count in usual),
        chain.from_iterable(map(dict.values, seen)),
        chain.from_iterable(shares),
    )
    indexes = [count[2] for count in usual]
    if not ({*map(type, numbers)} <= {int} and {*map(type, indexes)} <= {int}):
        return rows
    if not {*indexes} <= {*range(stamps)}:
        return rows
    of_files = {
        item
        for item, (counted_ms, source) in origins.items()
        if not (type(counted_ms) is int and type(source) is str)
    }
    if len(usual) == len(counts) and not of_files:
        return ()
    return (
        item
        for item, count in zip(rows, counts, strict=True)
        if len(count) not in _LENGTHS or item in of_files
    )


def _unusual_sales(rows: Mapping[str, Any], slots: Sequence[Any]) -> Iterable[str]:
    """Yield the items of whose sales some were reserved, taken back or given, or are damaged."""
    if {*map(type, slots)} != {list}:
        return rows
    if {*map(len, slots)} == {1} and {*map(type, chain.from_iterable(slots))} == {int}:
        return ()
    return (
        item
        for item, slot in zip(rows, slots, strict=True)
        if len(slot) != 1 or type(slot[0]) is not int
    )


def _read_origins(body: Body) -> dict[str, Sequence[Any]]:
    """Return [counted_ms, source] by item, of the counts that are from files."""
    if ORIGINS not in body:
        return {}
    origins, of_items = body[ORIGINS]
    items = sorted(body[ENTRIES])
    return {item: origins[at] for item, at in zip(items, of_items, strict=True) if at >= 0}


def _from_origin(count: Count, origin: Sequence[Any] | None) -> Count:
    if origin is None:
        return count
    counted_ms, source = origin
    return replace(count, counted_ms=int(counted_ms), source=str(source))
