"""The stock: per item the last count and, per region, what was sold in all.

What is left of an item is `count - (sold in all regions now - sold when it was counted)`. The
count is a register that remembers, region by region, the sales the counter had seen; sales are
counters with one slot per region, which only that region writes. So a sale that a count had not
seen yet still lowers what is left, whichever arrives first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from services.domain.documents.layout import (
    ENTRIES,
    STAMPS,
    Body,
    InvalidDocumentError,
    StampWriter,
    read_stamps,
)
from services.domain.register import Register
from services.domain.stamp import Stamp


@dataclass(frozen=True, slots=True)
class Count:
    """Pieces counted, and the net sales per region that the counter had seen then."""

    pieces: int
    seen: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Slot:
    """One region's counter of one item: pieces sold and pieces taken back; both only grow."""

    sold: int = 0
    undone: int = 0

    @property
    def net(self) -> int:
        """Pieces sold and not taken back."""
        return self.sold - self.undone

    def merge(self, other: Self) -> Self:
        """The larger of each."""
        return replace(self, sold=max(self.sold, other.sold), undone=max(self.undone, other.undone))


@dataclass(frozen=True, slots=True)
class StockLine:
    """One item: the register of its count, if it was ever counted, and its slots by region."""

    count: Register[Count] | None = None
    slots: Mapping[str, Slot] = field(default_factory=dict)

    @property
    def left(self) -> int | None:
        """Pieces left, None where the item was never counted; below zero when oversold."""
        if self.count is None:
            return None
        seen = self.count.value.seen
        sold = sum(slot.net - seen.get(region, 0) for region, slot in self.slots.items())
        return self.count.value.pieces - sold

    def merge(self, other: "StockLine") -> "StockLine":
        """The later count, the larger of each slot."""
        counts = [line.count for line in (self, other) if line.count is not None]
        count = counts[0] if len(counts) == 1 else counts[0].merge(counts[1]) if counts else None
        return StockLine(
            count,
            {
                region: self.slots.get(region, Slot()).merge(other.slots.get(region, Slot()))
                for region in sorted(self.slots.keys() | other.slots.keys())
            },
        )


@dataclass(frozen=True, slots=True)
class Stock:
    """What one store has of each item it counts; an item that is not here is not tracked."""

    store_id: str
    lines: Mapping[str, StockLine]

    def left(self, item_id: str) -> int | None:
        """Pieces left of an item, None where it is not tracked."""
        line = self.lines.get(item_id)
        return None if line is None else line.left

    def counted(self, item_id: str, pieces: int, stamp: Stamp) -> Self:
        """This stock after someone counted `pieces` of an item, having seen all sales in here."""
        line = self.lines.get(item_id, StockLine())
        seen = {region: slot.net for region, slot in sorted(line.slots.items())}
        return self._with(item_id, replace(line, count=Register(Count(pieces, seen), stamp)))

    def sold(self, item_id: str, pieces: int, region: str) -> Self:
        """This stock after `region` sold pieces (negative: took a sale back)."""
        line = self.lines.get(item_id, StockLine())
        slot = line.slots.get(region, Slot())
        grown = Slot(slot.sold + max(pieces, 0), slot.undone + max(-pieces, 0))
        return self._with(item_id, replace(line, slots={**line.slots, region: grown}))

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
        """Its stored layout: item id to [count or null, {region: [sold, undone]}].

        A count is [pieces, {region: net sales seen}, stamp].
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
                {region: [slot.sold, slot.undone] for region, slot in sorted(line.slots.items())},
            ]

        return {
            STAMPS: stamps.table(),
            ENTRIES: {item: cells(line) for item, line in sorted(self.lines.items())},
        }

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
                    else Register(Count(count[0], count[1]), stamps[count[2]]),
                    {region: Slot(sold, undone) for region, (sold, undone) in slots.items()},
                )
                for item, (count, slots) in body[ENTRIES].items()
            }
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise InvalidDocumentError(f"not a stock: {error!r}") from error
        return cls(store_id, lines)
