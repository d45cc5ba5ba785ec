"""The stock: per item the last count and, per region, what was sold in all.

What is left of an item is `count - (sold in all regions now - sold when it was counted)`. The
count is a register that remembers, region by region, how far the counter had seen the sales; sales
are counters with one slot per region, which only that region writes. So a sale that a count had not
seen yet still lowers what is left, whichever arrives first.

A sale that several regions recorded is taken back in all of them but one. Each taking back names
the operation and where the slots of all these regions stood right after it, so that what is left
can be reckoned from whether a count had seen the sale anywhere (`StockLine.sold_since`).
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, Self, cast

from services.domain.documents.layout import (
    ENTRIES,
    SHAPE_ERRORS,
    STAMPS,
    Body,
    InvalidDocumentError,
    StampWriter,
    entries,
)
from services.domain.documents.lazy import DecodedEntries, LazyEntries
from services.domain.documents.stock_line import ORIGINS, REGIONS, Count, Return, Slot, StockLine
from services.domain.stamp import Stamp

if TYPE_CHECKING:
    from services.domain.documents.stock_rows import StockRows

_BACK: Final = 6  # index in a stored slot of the reservations that were taken back


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
                left = None if row is None else _left(row)
            except SHAPE_ERRORS as error:
                raise InvalidDocumentError(f"not a stock: {error!r}") from error
            if left is None or type(left) is int:
                return left
            raise InvalidDocumentError(f"not a stock: {str(left)[:60]!r} pieces")
        line = lines.get(item_id)
        return None if line is None else line.left

    def at_most(self, pieces: int) -> dict[str, int]:
        """Return the pieces left of each tracked item that has at most so many left."""
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
                left = count[0] if count and not slots else _left((count, slots))
                if left is not None and left <= pieces:
                    found[item] = left
        except SHAPE_ERRORS as error:
            raise InvalidDocumentError(f"not a stock: {error!r}") from error
        return found

    def line(self, item_id: str) -> StockLine:
        """Return the line of an item; an empty one where the item is not tracked."""
        return self.lines.get(item_id) or StockLine()

    def with_line(self, item_id: str, line: StockLine) -> Self:
        """Return this stock with the line of an item replaced."""
        rows = self._rows()
        if rows is not None:
            return type(self)(self.store_id, rows.with_line(item_id, line))
        lines = {**self.lines}
        known = item_id in lines
        lines[item_id] = line
        return replace(self, lines=lines if known else dict(sorted(lines.items())))

    def sold(self, item_id: str, pieces: int, region: str) -> Self:
        """Return this stock after `region` sold pieces."""
        slot = self._slot(item_id, region)
        position = self.position(item_id, region)
        return self._with_slot(item_id, region, replace(slot, sold=position + pieces))

    def taken_back(
        self, item_id: str, pieces: int, region: str, key: str, positions: Mapping[str, int]
    ) -> Self:
        """This stock after `region` took back its record of a sale that stands elsewhere.

        Args:
            item_id: What was sold.
            pieces: Pieces of the sale.
            region: Where the record is taken back.
            key: Of the operation, as `return_key` makes it; taking back twice is taking back once.
            positions: As in `Return`.
        """
        returned = Slot(returns={key: Return(pieces, positions)})
        return self._with_slot(item_id, region, self._slot(item_id, region).merge(returned))

    def position(self, item_id: str, region: str) -> int:
        """Where a region's slot of an item stands: all it ever sold."""
        return self.lines.get(item_id, StockLine()).position(region)

    def returns(self, item_id: str, region: str) -> Mapping[str, Return]:
        """What a region took back of an item, as in `Slot.returns`."""
        return self._slot(item_id, region).returns

    def _slot(self, item_id: str, region: str) -> Slot:
        return self.lines.get(item_id, StockLine()).slots.get(region, Slot())

    def _with_slot(self, item_id: str, region: str, slot: Slot) -> Self:
        line = self.lines.get(item_id, StockLine())
        return self.with_line(item_id, replace(line, slots={**line.slots, region: slot}))

    def counts(self) -> Self:
        """Return only what was counted, without the sales.

        Raises:
            NewerDocumentError: A newer version of carte stored more beside the counts.
        """
        self._refuse_newer("")
        lines = self.lines.items()
        return replace(self, lines={i: StockLine(line.count) for i, line in lines if line.count})

    def counts_at(self, stamp: Stamp) -> Self:
        """Only what one write counted."""
        return replace(
            self,
            lines={
                item: StockLine(line.count)
                for item, line in self.lines.items()
                if line.count is not None and line.count.stamp == stamp
            },
        )

    def sales_in(self, region: str) -> Self:
        """Return only what one region sold.

        Raises:
            NewerDocumentError: A newer version of carte stored more beside these sales.
        """
        self._refuse_newer(region)
        rows = self._rows()
        sold = None if rows is None else rows.sales_in(region)
        if sold is not None:
            return type(self)(self.store_id, sold)
        return replace(
            self,
            lines={
                item: StockLine(slots={region: line.slots[region]})
                for item, line in self.lines.items()
                if region in line.slots
            },
        )

    def merge(self, other: Self) -> Self:
        """Join two versions item by item.

        Raises:
            NewerDocumentError: A newer version of carte stored what cannot be joined here.
        """
        rows, others = self._rows(), other._rows()
        if rows is not None and others is not None:
            joined = rows.joined(others)
            if joined is not None:
                return type(self)(self.store_id, joined)
        self._refuse_newer()
        other._refuse_newer()
        # Most lines are in one of two parts only: decoded once, and joined with nothing.
        mine, theirs = {**self.lines}, {**other.lines}
        lines = {**mine, **theirs}
        for item in mine.keys() & theirs.keys():
            lines[item] = mine[item].merge(theirs[item])
        return replace(self, lines=dict(sorted(lines.items())))

    def counts_as(self, other: Self) -> bool:
        """Return whether the counts are the very ones of another stock, from which it was made.

        False says nothing: equal counts may be other objects.
        """
        rows, others = self._rows(), other._rows()
        if rows is not None and others is not None:
            return rows.counts_as(others)
        mine, theirs = self.lines, other.lines
        return mine.keys() >= theirs.keys() and all(
            line.count is (theirs[item].count if item in theirs else None)
            for item, line in mine.items()
        )

    def stamps(self) -> list[Stamp]:
        """Return every stamp in it."""
        rows = self._rows()
        stamps = None if rows is None else rows.stamps()
        if stamps is not None:
            return stamps
        return [line.count.stamp for line in self.lines.values() if line.count is not None]

    def dump(self) -> Body:
        """Return its stored layout: item id to [count or null, {region: slot}].

        A count is laid out by `Count.dump`, a slot by `Slot.dump`; shares are in the order of the
        table of regions.

        Raises:
            NewerDocumentError: A newer version of carte stored more beside the rows.
        """
        self._refuse_newer()
        rows = self._rows()
        sales = None if rows is None else rows.dump_sales()
        if sales is not None:
            return sales
        stamps = StampWriter(self.stamps())
        regions = sorted(
            {
                region
                for line in self.lines.values()
                if line.count is not None
                for region, share in (line.count.value.shares or {}).items()
                if share
            }
        )

        def cells(line: StockLine) -> list[Any]:
            count = line.count
            return [
                None if count is None else count.value.dump(stamps[count.stamp], regions),
                {region: slot.dump() for region, slot in sorted(line.slots.items())},
            ]

        return {
            STAMPS: stamps.table(),
            **({REGIONS: regions} if regions else {}),
            **_origins(self.lines),
            ENTRIES: {item: cells(line) for item, line in sorted(self.lines.items())},
        }

    @classmethod
    def read(cls, store_id: str, bodies: Sequence[Body]) -> Self:
        """Return the stock whose parts have these bodies, its lines made at their first use.

        Raises:
            InvalidDocumentError: A body has another shape; also later, where it shows later.
        """

        def whole() -> "StockRows":
            # Imported here: menus need none of it.
            from services.domain.documents.stock_rows import StockPart, StockRows

            return StockRows([StockPart(body) for body in bodies])

        parts = [entries(body) for body in bodies]
        stored = parts[0] if len(parts) == 1 else _joined(parts)
        return cls(store_id, whole() if stored is None else LazyEntries(stored, whole))

    @classmethod
    def load(cls, store_id: str, body: Body) -> Self:
        """Read its stored layout.

        Raises:
            InvalidDocumentError: The body has another shape.
        """
        # Imported here: menus need none of it.
        from services.domain.documents.stock_rows import StockPart, StockRows

        return cls(store_id, StockRows([StockPart(body)]))

    def _refuse_newer(self, region: str | None = None) -> None:
        rows = self._rows()
        if rows is not None:
            rows.refuse_newer(region)

    def _rows(self) -> "StockRows | None":
        """Return the lines as rows that are stored, or were; None: they are no such rows."""
        lines = self.lines
        if isinstance(lines, LazyEntries):
            lines = lines.decoded()
        return cast("StockRows", lines) if isinstance(lines, DecodedEntries) else None


def _origins(lines: Mapping[str, StockLine]) -> dict[str, Any]:
    """Return the part of the stored layout that says which files counts are from."""
    indexes: dict[tuple[int | None, str], int] = {}
    of_items = []
    for _, line in sorted(lines.items()):
        count = line.count.value if line.count else None
        if count is None or count.counted_ms is None:
            of_items.append(-1)
        else:
            origin = count.counted_ms, count.source
            of_items.append(indexes.setdefault(origin, len(indexes)))
    return {ORIGINS: [[list(origin) for origin in indexes], of_items]} if indexes else {}


def _joined(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return the stored rows of all parts as one map; None where two have the same entry."""
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
        if (len(slot) > 1 and slot[1]) or len(slot) > _BACK:
            line = StockLine(slots={name: Slot.load(name, one) for name, one in slots.items()})
            held = Count.load(count, ()).held
            pieces: int = count[0]
            return pieces - line.sold_since(seen, held)
        since = slot[0] - seen.get(region, 0)
        if since > 0:
            left -= since
    return left


def return_key(operation_id: str) -> str:
    """Return the name of an operation in `Slot.returns`: 8 characters, whatever clients make up.

    They are 48 bits of a digest. Only operations of one store's item are compared by it, and of
    these only those that several regions applied.
    """
    return b64encode(blake2b(operation_id.encode(), digest_size=6).digest()).decode()
