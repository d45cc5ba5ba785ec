"""One item of a stock: its last count, and per region what was sold in all; see `stock`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from services.domain.register import Register


@dataclass(frozen=True, slots=True)
class Count:
    """Pieces counted, and where each region's slot stood (`Slot.sold`) as the counter saw it."""

    pieces: int
    seen: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Slot:
    """One region's counter of one item; it only grows.

    Attributes:
        sold: Pieces sold, also those that were taken back.
        returns: What was taken back: where `sold` stood right after the sale, to its pieces.
    """

    sold: int = 0
    returns: Mapping[int, int] = field(default_factory=dict)

    @property
    def undone(self) -> int:
        """Pieces taken back."""
        return sum(self.returns.values())

    @property
    def net(self) -> int:
        """Pieces sold and not taken back."""
        return self.sold - self.undone

    def since(self, seen: int) -> int:
        """Net pieces of the sales after the slot stood at `seen`."""
        returned = sum(pieces for at, pieces in self.returns.items() if at > seen)
        return self.sold - seen - returned

    def merge(self, other: Self) -> Self:
        """Return the larger of each."""
        returns = {
            at: max(self.returns.get(at, 0), other.returns.get(at, 0))
            for at in sorted(self.returns.keys() | other.returns.keys())
        }
        return replace(self, sold=max(self.sold, other.sold), returns=returns)

    def dump(self) -> list[Any]:
        """Its stored layout: [sold], and [[where, pieces]] of what was taken back, if any."""
        returns = [[at, pieces] for at, pieces in sorted(self.returns.items())]
        return [self.sold, returns] if returns else [self.sold]


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
        sold = sum(slot.since(seen.get(region, 0)) for region, slot in self.slots.items())
        return self.count.value.pieces - sold

    def merge(self, other: "StockLine") -> "StockLine":
        """Return the later count, the larger of each slot."""
        counts = [line.count for line in (self, other) if line.count is not None]
        count = counts[0] if len(counts) == 1 else counts[0].merge(counts[1]) if counts else None
        return StockLine(
            count,
            {
                region: self.slots.get(region, Slot()).merge(other.slots.get(region, Slot()))
                for region in sorted(self.slots.keys() | other.slots.keys())
            },
        )
