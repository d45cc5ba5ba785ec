"""One item of a stock: its last count, and per region what was sold in all; see `stock`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from services.domain.register import Register


@dataclass(frozen=True, slots=True)
class Count:
    """Pieces counted, and where each region's slot stood (`Slot.sold`) as the counter saw it."""

    pieces: int
    seen: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Return:
    """One region's part of a sale that several regions recorded, taken back in that region.

    Attributes:
        pieces: Pieces of the sale.
        positions: Region to where its slot stood right after it recorded the sale, for every region
            that was known to have recorded it, the one where the sale stands included.
    """

    pieces: int
    positions: Mapping[str, int]

    def merge(self, other: Self) -> Self:
        """Join two versions: the union of their positions."""
        return type(self)(max(self.pieces, other.pieces), highest(self.positions, other.positions))


@dataclass(frozen=True, slots=True)
class Slot:
    """One region's counter of one item; it only grows.

    Attributes:
        sold: Pieces sold, also those that were taken back.
        returns: What was taken back: the key of an operation (`return_key`) to its sale.
    """

    sold: int = 0
    returns: Mapping[str, Return] = field(default_factory=dict)

    @property
    def undone(self) -> int:
        """Pieces taken back."""
        return sum(one.pieces for one in self.returns.values())

    @property
    def net(self) -> int:
        """Pieces sold and not taken back."""
        return self.sold - self.undone

    def merge(self, other: Self) -> Self:
        """The larger of each."""
        mine, theirs = self.returns, other.returns
        returns = {
            key: mine[key].merge(theirs[key])
            if key in mine and key in theirs
            else mine.get(key) or theirs[key]
            for key in sorted(mine.keys() | theirs.keys())
        }
        return replace(self, sold=max(self.sold, other.sold), returns=returns)

    def dump(self) -> list[Any]:
        """Its stored layout: [sold], and {key: [pieces, positions]} of what was taken back."""
        returns = {
            key: [one.pieces, dict(sorted(one.positions.items()))]
            for key, one in sorted(self.returns.items())
        }
        return [self.sold, returns] if returns else [self.sold]

    @classmethod
    def load(cls, region: str, row: Iterable[Any]) -> Self:
        """Read the stored layout of a region's slot, also that of 0.1.0.

        Version 0.1.0 named a sale by its position in its own region: [[position, pieces]].
        """
        sold, *rest = row
        stored = rest[0] if rest else {}
        if isinstance(stored, list):
            stored = {f"{region}:{at}": [pieces, {region: at}] for at, pieces in stored}
        return cls(sold, {key: Return(pieces, {**at}) for key, (pieces, at) in stored.items()})


@dataclass(frozen=True, slots=True)
class StockLine:
    """One item: the register of its count, if it was ever counted, and its slots by region."""

    count: Register[Count] | None = None
    slots: Mapping[str, Slot] = field(default_factory=dict)

    @property
    def left(self) -> int | None:
        """Pieces left, None where the item was never counted; below zero when oversold."""
        count = self.count
        return None if count is None else count.value.pieces - self.sold_since(count.value.seen)

    def sold_since(self, seen: Mapping[str, int]) -> int:
        """Return the pieces of the sales that a counter had not seen, each sale once.

        A sale that several regions recorded was seen when its record in any of them was: the
        counter looked at the shelf, from which its goods had gone once. Then none of its records
        counts. A sale that was not seen counts where it was not taken back.

        Args:
            seen: Region to where its slot stood as the counter saw it.
        """
        slots = self.slots
        # A count may arrive before the slots that it had seen.
        since = sum(max(0, slot.sold - seen.get(region, 0)) for region, slot in slots.items())
        returned: dict[str, list[Return]] = {}
        for slot in slots.values():
            for key, one in slot.returns.items():
                returned.setdefault(key, []).append(one)
        for ones in returned.values():
            sale = ones[0]
            for one in ones[1:]:
                sale = sale.merge(one)
            unseen = [region for region, at in sale.positions.items() if at > seen.get(region, 0)]
            if len(unseen) == len(sale.positions):
                records = len(ones)
            else:
                # Items replicate in no order: a slot may not have arrived as far as the sale.
                records = sum(
                    region in slots and slots[region].sold >= sale.positions[region]
                    for region in unseen
                )
            since -= records * sale.pieces
        return since

    def position(self, region: str) -> int:
        """Return where a region's slot stands, also where only other items still show it.

        A region whose slot was lost counts on from the highest position that a count or a sale
        that was taken back elsewhere names, so that no position names two sales.
        """
        slot = self.slots.get(region)
        position = slot.sold if slot else 0
        if self.count is not None:
            position = max(position, self.count.value.seen.get(region, 0))
        for other in self.slots.values():
            for one in other.returns.values():
                position = max(position, one.positions.get(region, 0))
        return position

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


def highest(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Return the union of two maps of positions, with the higher position of each region."""
    return {
        region: max(one.get(region, 0), other.get(region, 0))
        for region in sorted(one.keys() | other.keys())
    }
