"""One item of a stock: its last count, and per region what was sold in all; see `stock`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from services.domain.register import Register, join_tails
from services.domain.rights.returned import NOTHING, Returned
from services.domain.stamp import Stamp

REGIONS: Final = "r"  # of a stored stock: the regions that its shares are in the order of
# Of a stored stock: the files that counts are from, as [[counted_ms, source], ...], and for each
# item in order the index of its own, or -1. Beside the rows, so that a version that does not read
# it reads all else.
ORIGINS: Final = "o"

# Position of a reservation to its pieces and to when its goods are taken for gone, Unix seconds.
Holds = Mapping[int, tuple[int, int]]

_OLD_COUNT: Final = 3  # values of a count in version 0.1.0
_NEW_SLOT: Final[tuple[Any, ...]] = ({}, {}, (), 0, 0, ())
_NO_RIGHTS: Final[tuple[Any, ...]] = (None, 0, {}, {})


@dataclass(frozen=True, slots=True)
class Count:
    """What somebody counted, and how the pieces were shared out.

    Attributes:
        pieces: Pieces that may be sold: those that were counted, less the reservations whose goods
            were still in the store.
        seen: Region to where its slot stood (`Slot.sold`) as the counter saw it.
        shares: Region to its rights to sell; their sum is `pieces`. None: all belong to the region
            that counted, as in version 0.1.0.
        reserved: Pieces that were counted and are in `held`.
        given: Region to the rights that it had given to each region by then.
        held: Region to the reservations in `reserved`: position to pieces and time, as in `Slot`.
        counted_ms: When somebody counted, in Unix milliseconds; None: when it was written.
        source: Digest of the file that had the count; empty: no file had it.
        more: Stored values after those that this version of carte reads; written back.
    """

    pieces: int
    seen: Mapping[str, int]
    shares: Mapping[str, int] | None = None
    reserved: int = 0
    given: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    held: Mapping[str, Holds] = field(default_factory=dict)
    counted_ms: int | None = None
    source: str = ""
    more: tuple[Any, ...] = ()

    @property
    def counted(self) -> int:
        """Return the pieces that were there."""
        return self.pieces + self.reserved

    def dump(self, stamp_index: int, regions: Sequence[str]) -> list[Any]:
        """Return its stored layout: pieces, seen, stamp; then shares, reserved, given, held.

        Values at the end that say nothing are left out.

        Args:
            stamp_index: Index of the count's stamp.
            regions: The document's table of regions; shares are in its order.
        """
        shares = self.shares
        row = [
            *(self.pieces, dict(sorted(self.seen.items())), stamp_index),
            None if shares is None else _trimmed([shares.get(one, 0) for one in regions]),
            self.reserved,
            {region: dict(sorted(to.items())) for region, to in sorted(self.given.items()) if to},
            {region: _dump_holds(held) for region, held in sorted(self.held.items()) if held},
        ]
        if self.more:
            return [*row, *self.more]
        while len(row) > _OLD_COUNT and not row[-1]:
            row.pop()
        return row

    @classmethod
    def load(cls, row: Sequence[Any], regions: Sequence[str]) -> Self:
        """Read its stored layout, also that of 0.1.0, which had pieces, seen and stamp only."""
        more = row[_OLD_COUNT:]
        shares, reserved, given, held, *added = (*more, *_NO_RIGHTS[len(more) :])
        return cls(
            _number(row[0]),
            _numbers(row[1]),
            None
            if shares is None
            else _numbers({to: one for to, one in zip(regions, shares, strict=False) if one}),
            _number(reserved),
            {region: _numbers(to) for region, to in given.items()},
            {region: _load_holds(rows) for region, rows in held.items()},
            more=tuple(added),
        )


def counting_order(count: Register[Count]) -> tuple[int, str, Stamp]:
    """Return what decides between two counts: when somebody counted, not when it was written.

    Files arrive in any order, and in two regions at once. Of counts of the same millisecond the
    digest of the file decides, so that the same one stands whatever arrives first.
    """
    counted_ms = count.value.counted_ms
    at = count.stamp.unix_ms if counted_ms is None else counted_ms
    return at, count.value.source, count.stamp


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
        if self == other:
            return self
        return type(self)(max(self.pieces, other.pieces), highest(self.positions, other.positions))


@dataclass(frozen=True, slots=True)
class Slot:
    """One region's counter of one item; it only grows.

    Attributes:
        sold: Pieces sold, also those that were taken back.
        returns: Sales that were taken back: the key of an operation (`return_key`) to its sale. So
            are orders that were taken back before `back` was there.
        given: Region to the rights to sell that were given to it in all.
        held: Reservations whose goods are still in the store.
        wanted: Rights that the region would like to have; 0: no more than it has.
        version: Number of changes of `held` and `wanted`, which do not only grow.
        back: Reservations of orders that were taken back.
        more: Stored values after those that this version of carte reads; written back.
    """

    sold: int = 0
    returns: Mapping[str, Return] = field(default_factory=dict)
    given: Mapping[str, int] = field(default_factory=dict)
    held: Holds = field(default_factory=dict)
    wanted: int = 0
    version: int = 0
    back: Returned = NOTHING
    more: tuple[Any, ...] = ()

    @property
    def undone(self) -> int:
        """Pieces of sales that were undone."""
        return sum(one.pieces for one in self.returns.values()) + self.back.pieces

    @property
    def net(self) -> int:
        """Pieces sold and not taken back."""
        return self.sold - self.undone

    def merge(self, other: Self) -> Self:
        """Return the larger of each.

        Raises:
            NewerDocumentError: A newer version wrote more, which differs.
        """
        if self == other:
            return self
        mine, theirs = self.returns, other.returns
        returns = {
            key: mine[key].merge(theirs[key])
            if key in mine and key in theirs
            else mine.get(key) or theirs[key]
            for key in sorted(mine.keys() | theirs.keys())
        }
        later = max(
            self, other, key=lambda one: (one.version, sorted(one.held.items()), one.wanted)
        )
        return replace(
            later,
            sold=max(self.sold, other.sold),
            returns=returns,
            given=highest(self.given, other.given),
            back=self.back.merge(other.back),
            more=join_tails(self.more, other.more),
        )

    def dump(self) -> list[Any]:
        """Its stored layout: sold; {key: [pieces, positions]} of what was taken back; the rest.

        Values at the end that say nothing are left out, so that most slots are [sold].
        """
        rest = self.returns or self.given or self.held or self.wanted or self.version
        if not rest and self.back is NOTHING and not self.more:
            return [self.sold]
        returns = {
            key: [one.pieces, dict(sorted(one.positions.items()))]
            for key, one in sorted(self.returns.items())
        }
        given, held = dict(sorted(self.given.items())), _dump_holds(self.held)
        back = self.back.dump()
        row: list[Any] = [self.sold, returns, given, held, self.wanted, self.version, back]
        if self.more:
            return [*row, *self.more]
        while len(row) > 1 and not row[-1]:
            row.pop()
        return row

    @classmethod
    def load(cls, region: str, row: Iterable[Any]) -> Self:
        """Read the stored layout of a region's slot, also that of 0.1.0.

        Version 0.1.0 named a sale by its position in its own region: [[position, pieces]].
        """
        sold, *rest = row
        if not rest:  # as nearly all are
            return cls(_number(sold))
        stored, given, held, wanted, version, back, *added = (*rest, *_NEW_SLOT[len(rest) :])
        if isinstance(stored, list):
            stored = {f"{region}:{at}": [pieces, {region: at}] for at, pieces in stored}
        returns = {
            key: Return(_number(pieces), _numbers(at)) for key, (pieces, at) in stored.items()
        }
        taken_back = Returned.load(back) if back else NOTHING
        return cls(
            *(_number(sold), returns, _numbers(given), _load_holds(held)),
            *(_number(wanted), _number(version), taken_back, tuple(added)),
        )


@dataclass(frozen=True, slots=True)
class StockLine:
    """One item: the register of its count, if it was ever counted, and its slots by region."""

    count: Register[Count] | None = None
    slots: Mapping[str, Slot] = field(default_factory=dict)

    @property
    def left(self) -> int | None:
        """Pieces left, None where the item was never counted; below zero when oversold."""
        count = self.count
        if count is None:
            return None
        return count.value.pieces - self.sold_since(count.value.seen, count.value.held)

    def sold_since(self, seen: Mapping[str, int], held: Mapping[str, Holds] | None = None) -> int:
        """Return the pieces of the sales that a counter had not seen, each sale once.

        A sale that several regions recorded was seen when its record in any of them was: the
        counter looked at the shelf, from which its goods had gone once. Then none of its records
        counts. A sale that was not seen counts where it was not taken back.

        Args:
            seen: Region to where its slot stood as the counter saw it.
            held: Region to the reservations that the counter left out of the pieces: taking one of
                them back makes its pieces free, though the counter had seen it.
        """
        slots, held = self.slots, held or {}
        # A count may arrive before the slots that it had seen.
        since = sum(max(0, slot.sold - seen.get(region, 0)) for region, slot in slots.items())
        for region, slot in slots.items():
            if slot.back is not NOTHING:
                known = seen.get(region, 0)
                since -= slot.back.above(known)
                since -= sum(
                    pieces
                    for at, (pieces, _) in held.get(region, {}).items()
                    if at <= known and slot.back.has(at)
                )
        returned: dict[str, list[Return]] = {}
        for slot in slots.values():
            for key, one in slot.returns.items():
                returned.setdefault(key, []).append(one)
        for ones in returned.values():
            sale = ones[0]
            for one in ones[1:]:
                sale = sale.merge(one)
            unseen = [
                region
                for region, at in sale.positions.items()
                if at > seen.get(region, 0) or at in held.get(region, ())
            ]
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
        """Return the later count, the larger of each slot."""
        slots = {**self.slots, **other.slots}
        for region in self.slots.keys() & other.slots.keys():
            slots[region] = self.slots[region].merge(other.slots[region])
        return StockLine(_later(self.count, other.count), dict(sorted(slots.items())))


def _later(one: Register[Count] | None, other: Register[Count] | None) -> Register[Count] | None:
    if one is None or other is None:
        return other if one is None else one
    if counting_order(one) == counting_order(other):
        return one.merge(other)
    # Also of two with one stamp: a file with the same pieces raises what the count is of, and sets
    # nothing anew.
    return max(one, other, key=counting_order)


def highest(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Return the union of two maps of positions, with the higher position of each region."""
    return {
        region: max(one.get(region, 0), other.get(region, 0))
        for region in sorted(one.keys() | other.keys())
    }


def _trimmed(values: list[int]) -> list[int]:
    """Return the values without zeros at the end."""
    while values and not values[-1]:
        values.pop()
    return values


def _dump_holds(holds: Holds) -> list[list[int]]:
    return [[at, *hold] for at, hold in sorted(holds.items())]


def _load_holds(rows: Iterable[Sequence[int]]) -> dict[int, tuple[int, int]]:
    return {_number(at): (_number(pieces), _number(until)) for at, pieces, until in rows}


def _number(value: Any) -> int:
    """Return a stored number, which a damaged document may have something else in place of."""
    if type(value) is not int:
        raise TypeError(f"{value!r} where a number of pieces is expected")
    return value


def _numbers(values: Mapping[str, Any]) -> dict[str, int]:
    return {key: _number(value) for key, value in values.items()}
