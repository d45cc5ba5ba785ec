"""Pieces that a region took back of its own reservations: ranges of positions, the old ones folded.

A reservation covers the positions after the one before it up to its own (`Reserved.position`), so
reservations that follow each other and are all taken back are one range. Ranges that can matter
again only to a count that had seen far less than the one in force are folded into a number: then
that count leaves these pieces out of what may be sold, until the next count.

Only the region itself writes it, so of two versions one contains the other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

# Ranges of positions, of those that the count in force had seen, that are kept for a count that is
# still on its way and had seen less: twice as many before the oldest are folded.
MAX_RANGES: Final = 16


@dataclass(frozen=True, slots=True)
class Returned:
    """What a region took back.

    Attributes:
        floor: The position up to which only the number of pieces is known.
        below: Pieces taken back up to the floor.
        ranges: Pieces taken back above it: after one position, up to another one; ascending,
            without overlaps, and with a gap between each two.
    """

    floor: int = 0
    below: int = 0
    ranges: tuple[tuple[int, int], ...] = ()

    @property
    def pieces(self) -> int:
        """Return all pieces that were taken back."""
        return self.up_to(self.ranges[-1][1] if self.ranges else self.floor)

    def up_to(self, position: int) -> int:
        """Return the pieces that were taken back up to a position, which is not below the floor."""
        return self.below + sum(
            max(0, min(end, position) - after) for after, end in self.ranges if after < position
        )

    def above(self, position: int) -> int:
        """Return the pieces that were taken back above the position of a sale.

        Below the floor it is the least that it can be: no piece may be sold twice.
        """
        unknown = max(0, self.below - position)  # no more were taken back than there are positions
        return unknown + sum(end - max(after, position) for after, end in self.ranges
                             if end > position)  # fmt: skip

    def has(self, position: int) -> bool:
        """Return whether the reservation of a position was taken back; False below the floor."""
        return any(after < position <= end for after, end in self.ranges)

    def taking_back(self, position: int, pieces: int) -> Self:
        """Return this after a reservation was taken back; twice is like once.

        Args:
            position: Of the reservation. One up to the floor changes nothing: it was settled, or
                the count in force had taken its goods for gone.
            pieces: Pieces of the reservation.
        """
        if position <= self.floor:
            return self
        added = (max(self.floor, position - pieces), position)
        return replace(self, ranges=_union((*self.ranges, added)))

    def folded(self, below: int) -> Self:
        """Return this with the oldest ranges folded, where there are many.

        Args:
            below: A position up to which no range matters to the count in force.
        """
        old = [end for _, end in self.ranges if end <= below]
        if len(old) <= 2 * MAX_RANGES:
            return self
        return self._from(old[-MAX_RANGES - 1])

    def merge(self, other: Self) -> Self:
        """Return the join of two versions."""
        floor = max(self.floor, other.floor)
        mine, theirs = self._from(floor), other._from(floor)
        ranges = _union((*mine.ranges, *theirs.ranges))
        return type(self)(floor, max(mine.below, theirs.below), ranges)

    def _from(self, floor: int) -> Self:
        """Return this with all up to a position folded."""
        ranges = tuple((max(after, floor), end) for after, end in self.ranges if end > floor)
        return type(self)(floor, self.up_to(floor), ranges)

    def dump(self) -> list[int]:
        """Return its stored layout: floor, below, then gap and length of each range.

        It is [] where nothing was taken back.
        """
        if not (self.floor or self.ranges):
            return []
        row, at = [self.floor, self.below], self.floor
        for after, end in self.ranges:
            row += [after - at, end - after]
            at = end
        return row

    @classmethod
    def load(cls, row: Sequence[Any]) -> Self:
        """Read its stored layout.

        Raises:
            ValueError: The row has another shape.
        """
        if not row:
            return cls()
        if len(row) % 2 or not all(isinstance(one, int) and one >= 0 for one in row):
            raise ValueError(f"not what a region took back: {str(row)[:60]}")
        floor, below, *rest = row
        ranges, at = [], floor
        for gap, length in zip(rest[::2], rest[1::2], strict=True):
            ranges.append((at + gap, at + gap + length))
            at += gap + length
        return cls(floor, below, tuple(ranges))


NOTHING: Final = Returned()


def _union(ranges: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the union of ranges, joined where they touch."""

    def joined() -> Iterator[tuple[int, int]]:
        start, stop = None, 0
        for after, end in sorted(ranges):
            if start is not None and after <= stop:
                stop = max(stop, end)
                continue
            if start is not None:
                yield start, stop
            start, stop = after, end
        if start is not None:
            yield start, stop

    return tuple(joined())
