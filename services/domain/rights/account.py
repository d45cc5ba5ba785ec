"""A bounded counter: pieces of one count, and the rights of each region to sell some of them.

Source: Balegas et al., "Extending Eventually Consistent Cloud Databases for Enforcing Numeric
Invariants" (2015). A count opens an epoch and shares its pieces out. Each region then sells from
its own share, without asking another, and may give rights to another region. What a region sold,
gave back and gave away stands in a part that only this region writes. So the sum of all rights is
always the number of pieces left, and no region sells what another one may sell.

All numbers only grow, and the epoch remembers where they stood; so parts need no reset when a new
count arrives, and a region that has not seen the count yet does no harm.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from services.domain.rights.returned import NOTHING, Returned
from services.domain.stamp import Stamp

NO_NUMBERS: Final[Mapping[str, int]] = {}


@dataclass(frozen=True, slots=True)
class Hold:
    """A reservation whose goods are still in the store.

    Attributes:
        pieces: Pieces reserved.
        until: When the goods are taken for gone, Unix seconds: some hours after their pickup time.
    """

    pieces: int
    until: int


NO_HOLDS: Final[Mapping[int, Hold]] = {}


@dataclass(frozen=True, slots=True)
class Part:
    """What one region did with one counter; only that region writes it.

    Attributes:
        version: Number of writes; the higher version of a part contains the lower.
        sold: Pieces sold or reserved in all, also those that were given back.
        returns: Position of a sale (`sold` right after it) to the pieces given back, as earlier
            versions of carte wrote it.
        back: Pieces given back, of sales that are not in `returns`.
        held: Position of a reservation to the pieces of it that are still in the store.
        given: Region to the rights given to it in all.
        wanted: Rights that the region would like to have; 0: no more than it has.
        more: Stored values after those that this version of carte reads; written back.
    """

    version: int = 0
    sold: int = 0
    returns: Mapping[int, int] = field(default_factory=dict)
    held: Mapping[int, Hold] = field(default_factory=dict)
    given: Mapping[str, int] = field(default_factory=dict)
    wanted: int = 0
    back: Returned = NOTHING
    more: tuple[Any, ...] = ()

    def merge(self, other: Self) -> Self:
        """Return the later one: a part has a single writer."""
        if self.version != other.version:
            return self if self.version > other.version else other
        return max(self, other, key=repr)


@dataclass(frozen=True, slots=True)
class Epoch:
    """A count and the shares that it was divided into.

    Attributes:
        stamp: When and where it was counted; the highest stamp is in force.
        counted: Pieces that were there.
        pieces: Pieces that may be sold: `counted` without the reservations known then.
        shares: Region to its rights. The sum is `pieces`; a share is below zero where fewer pieces
            were counted than other regions may have sold already.
        seen: Region to where its `sold` stood, as the counting region saw it.
        seen_given: Region to what it had given to each region by then.
        held: Region to the reservations that `pieces` leaves out, by position; giving one of them
            back makes its pieces free again.
    """

    stamp: Stamp
    counted: int
    pieces: int
    shares: Mapping[str, int]
    seen: Mapping[str, int] = field(default_factory=dict)
    seen_given: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    held: Mapping[str, Mapping[int, Hold]] = field(default_factory=dict)

    def merge(self, other: Self) -> Self:
        """Return the one in force: the later count."""
        if self.stamp != other.stamp:
            return self if self.stamp > other.stamp else other
        return max(self, other, key=repr)


@dataclass(frozen=True, slots=True)
class Account:
    """One counter as a region has it.

    Attributes:
        epoch: The count in force; None: never counted, so not bounded.
        parts: Region to its part.
    """

    epoch: Epoch | None = None
    parts: Mapping[str, Part] = field(default_factory=dict)

    def part(self, region: str) -> Part:
        """Return what a region did; an empty part where nothing is known."""
        return self.parts.get(region, Part())

    def used(self, region: str) -> int:
        """Return the pieces that a region sold since the count and did not take back."""
        epoch, part = self.epoch, self.part(region)
        seen = epoch.seen.get(region, 0) if epoch else 0
        held = epoch.held.get(region, NO_HOLDS) if epoch else NO_HOLDS
        back = sum(pieces for at, pieces in part.returns.items() if at > seen or at in held)
        if part.back is not NOTHING:
            back += part.back.above(seen)
            back += sum(one.pieces for at, one in held.items() if at <= seen and part.back.has(at))
        # A part may arrive later than the count that had seen it.
        return max(0, part.sold - seen) - back

    def moved(self, giver: str, taker: str) -> int:
        """Return the rights that one region gave to another since the count."""
        seen = self.epoch.seen_given.get(giver, NO_NUMBERS).get(taker, 0) if self.epoch else 0
        return max(0, self.part(giver).given.get(taker, 0) - seen)

    def rights(self, region: str) -> int | None:
        """Return the pieces that a region may sell; None where nobody counts.

        Below zero where a till sold pieces that the region held no rights to.
        """
        if self.epoch is None:
            return None
        others = self.regions() - {region}
        received = sum(self.moved(other, region) for other in others)
        gave = sum(self.moved(region, other) for other in others)
        return self.epoch.shares.get(region, 0) + received - gave - self.used(region)

    def left(self) -> int | None:
        """Return the pieces left, below zero for a shortage; None where nobody counts."""
        if self.epoch is None:
            return None
        return self.epoch.pieces - sum(self.used(region) for region in self.regions())

    def regions(self) -> set[str]:
        """Return every region of which anything is known."""
        epoch = self.epoch
        counted = {*epoch.shares, *epoch.seen, *epoch.seen_given} if epoch else set[str]()
        return {*counted, *self.parts, *(to for part in self.parts.values() for to in part.given)}

    def merge(self, other: Self) -> Self:
        """Return the join of two views: the later count, the later of each part."""
        epochs = [one.epoch for one in (self, other) if one.epoch is not None]
        epoch = epochs[0].merge(epochs[-1]) if epochs else None
        return replace(self, epoch=epoch, parts=merge_parts(self.parts, other.parts))

    def with_part(self, region: str, part: Part) -> Self:
        """Return this account with another version of a region's part."""
        return replace(self, parts={**self.parts, region: part})


def merge_parts(one: Mapping[str, Part], other: Mapping[str, Part]) -> dict[str, Part]:
    """Return the later part of each region, in the order of their names."""
    joined = {**one}
    for region, part in other.items():
        known = joined.get(region)
        joined[region] = part if known is None else known.merge(part)
    return dict(sorted(joined.items()))
