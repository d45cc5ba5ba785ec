"""The stock: per item the last count and, per region, what was sold in all.

What is left of an item is `count - (sold in all regions now - sold when it was counted)`. The
count is a register that remembers, region by region, how far the counter had seen the sales; sales
are counters with one slot per region, which only that region writes. So a sale that a count had not
seen yet still lowers what is left, whichever arrives first.

A sale that two regions recorded is taken back in one of them. A count that had seen it counted what
was really there, so taking it back later must not change what is left: each taking back remembers
which sale it is about, by where the slot stood right after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from services.domain.documents.layout import (
    ENTRIES,
    STAMPS,
    Body,
    InvalidDocumentError,
    StampWriter,
    entries,
    read_stamps,
)
from services.domain.documents.lazy import LazyEntries
from services.domain.documents.stock_line import Count, Slot, StockLine
from services.domain.register import Register
from services.domain.stamp import Stamp

# What reading a row of another shape raises.
_SHAPE_ERRORS: Final = (KeyError, TypeError, ValueError, IndexError, AttributeError)


@dataclass(frozen=True, slots=True)
class Stock:
    """What one store has of each item it counts; an item that is not here is not tracked."""

    store_id: str
    lines: Mapping[str, StockLine]

    def left(self, item_id: str) -> int | None:
        """Pieces left of an item, None where it is not tracked."""
        lines = self.lines
        if isinstance(lines, LazyEntries):
            row = lines.stored.get(item_id)
            try:
                return None if row is None else _left(row)
            except _SHAPE_ERRORS as error:
                raise InvalidDocumentError(f"not a stock: {error!r}") from error
        line = lines.get(item_id)
        return None if line is None else line.left

    def at_most(self, pieces: int) -> dict[str, int]:
        """What is left of each item that is tracked and of which no more than `pieces` are."""
        lines = self.lines
        if not isinstance(lines, LazyEntries):
            known = {item: line.left for item, line in lines.items()}
            return {
                item: left for item, left in known.items() if left is not None and left <= pieces
            }
        found: dict[str, int] = {}
        try:
            for item, row in lines.stored.items():
                count, slots = row
                left = count[0] if count and not slots else _left(row)
                if left is not None and left <= pieces:
                    found[item] = left
        except _SHAPE_ERRORS as error:
            raise InvalidDocumentError(f"not a stock: {error!r}") from error
        return found

    def counted(self, item_id: str, pieces: int, stamp: Stamp) -> Self:
        """This stock after someone counted `pieces` of an item, having seen all sales in here."""
        line = self.lines.get(item_id, StockLine())
        seen = {region: slot.sold for region, slot in sorted(line.slots.items())}
        return self._with(item_id, replace(line, count=Register(Count(pieces, seen), stamp)))

    def sold(self, item_id: str, pieces: int, region: str) -> Self:
        """This stock after `region` sold pieces."""
        slot = self._slot(item_id, region)
        return self._with_slot(item_id, region, replace(slot, sold=slot.sold + pieces))

    def taken_back(self, item_id: str, pieces: int, region: str, at: int) -> Self:
        """This stock after `region` took back the sale after which its slot stood at `at`."""
        slot = self._slot(item_id, region)
        return self._with_slot(
            item_id, region, slot.merge(replace(slot, returns={**slot.returns, at: pieces}))
        )

    def position(self, item_id: str, region: str) -> int:
        """Where a region's slot of an item stands: all it ever sold."""
        return self._slot(item_id, region).sold

    def _slot(self, item_id: str, region: str) -> Slot:
        return self.lines.get(item_id, StockLine()).slots.get(region, Slot())

    def _with_slot(self, item_id: str, region: str, slot: Slot) -> Self:
        line = self.lines.get(item_id, StockLine())
        return self._with(item_id, replace(line, slots={**line.slots, region: slot}))

    def counts(self) -> Self:
        """Only what was counted, without the sales."""
        lines = self.lines.items()
        return replace(self, lines={i: StockLine(line.count) for i, line in lines if line.count})

    def sales_in(self, region: str) -> Self:
        """Only what one region sold."""
        return replace(
            self,
            lines={
                item: StockLine(slots={region: line.slots[region]})
                for item, line in self.lines.items()
                if region in line.slots
            },
        )

    def _with(self, item_id: str, line: StockLine) -> Self:
        return replace(self, lines=dict(sorted({**self.lines, item_id: line}.items())))

    def merge(self, other: Self) -> Self:
        """Join two versions item by item."""
        none = StockLine()
        return replace(
            self,
            lines={
                item: self.lines.get(item, none).merge(other.lines.get(item, none))
                for item in sorted(self.lines.keys() | other.lines.keys())
            },
        )

    def stamps(self) -> list[Stamp]:
        """Every stamp in it."""
        return [line.count.stamp for line in self.lines.values() if line.count is not None]

    def dump(self) -> Body:
        """Its stored layout: item id to [count or null, {region: slot}].

        A count is [pieces, {region: where its slot stood}, stamp].
        """
        stamps = StampWriter(self.stamps())

        def cells(line: StockLine) -> list[Any]:
            count = line.count
            return [
                None
                if count is None
                else [
                    count.value.pieces,
                    dict(sorted(count.value.seen.items())),
                    stamps[count.stamp],
                ],
                {region: slot.dump() for region, slot in sorted(line.slots.items())},
            ]

        return {
            STAMPS: stamps.table(),
            ENTRIES: {item: cells(line) for item, line in sorted(self.lines.items())},
        }

    @classmethod
    def read(cls, store_id: str, bodies: Sequence[Body]) -> Self:
        """The stock whose parts have these bodies, its lines made when they are asked for.

        Raises:
            InvalidDocumentError: a body has another shape; also later, where it shows later.
        """

        def whole() -> Mapping[str, StockLine]:
            joined = cls(store_id, {})
            for body in bodies:
                joined = joined.merge(cls.load(store_id, body))
            return joined.lines

        parts = [entries(body) for body in bodies]
        stored = parts[0] if len(parts) == 1 else _joined(parts)
        return cls(store_id, whole() if stored is None else LazyEntries(stored, whole))

    @classmethod
    def load(cls, store_id: str, body: Body) -> Self:
        """Read its stored layout.

        Raises:
            InvalidDocumentError: the body has another shape.
        """
        stamps = read_stamps(body)
        try:
            lines = {
                item: StockLine(
                    None
                    if count is None
                    else Register(Count(count[0], dict(count[1])), stamps[count[2]]),
                    {
                        region: Slot(sold, dict(map(tuple, *returns)) if returns else {})
                        for region, (sold, *returns) in slots.items()
                    },
                )
                for item, (count, slots) in body[ENTRIES].items()
            }
        except _SHAPE_ERRORS as error:
            raise InvalidDocumentError(f"not a stock: {error!r}") from error
        return cls(store_id, lines)


def _joined(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The stored rows of all parts as one map; None where two parts tell of the same thing."""
    joined: dict[str, Any] = {}
    for part in parts:
        for item, row in part.items():
            known = joined.get(item)
            if known is None:
                joined[item] = row
                continue
            count, slots = known
            if (count is not None and row[0] is not None) or not slots.keys().isdisjoint(row[1]):
                return None
            joined[item] = [row[0] if count is None else count, {**slots, **row[1]}]
    return joined


def _left(row: Sequence[Any]) -> int | None:
    """`StockLine.left` from a stored row."""
    count, slots = row
    if count is None:
        return None
    left: int = count[0]
    seen = count[1]
    for region, slot in slots.items():
        counted = seen.get(region, 0)
        left -= slot[0] - counted
        if len(slot) > 1:
            left += sum(pieces for at, pieces in slot[1] if at > counted)
    return left
