"""Edits of a store's stock: counts by people, counts of files, and sales.

Pure functions from a stock and new values to the next stock, for mutations and files alike. Those
that count also return the registers that they set, as `edits` does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from services.domain.documents.journal import Change
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import Count, counting_order
from services.domain.register import Register
from services.domain.stamp import Stamp
from services.domain.validation import checked, pieces, sold_pieces

# A stamp that runs ahead of the wall clock by no more than this is the time of the count: clocks of
# regions differ by some milliseconds, and a time beside the stamp takes bytes of the store's stock.
_AHEAD_MS: Final = 1_000


def count_stock(
    current: Stock | None,
    store_id: str,
    counts: Mapping[str, int],
    stamp: Stamp,
    *,
    now: int,
    nearest: Sequence[str],
    wall_ms: int | None = None,
) -> tuple[Stock, tuple[Change, ...]]:
    """Set how many pieces of items were counted, by a counter that saw all sales known here.

    The counter also saw the count that stands here: this one is later, whatever the clocks say.

    Args:
        current: None where nothing was counted or sold yet.
        store_id: The store's id.
        counts: Item id to pieces.
        stamp: The stamp of the counts.
        nearest: As in `stock_rights.counted`.
        now: As in `stock_rights.counted`.
        wall_ms: The region's wall clock, which is when it was counted, Unix milliseconds: a stamp
            may run ahead of it. None: the stamp says it.

    Raises:
        InvalidFieldsError: A number of pieces breaks the rule of `validation.pieces`.
    """
    # Imported here: sales need no rights.
    from services.domain.documents.stock_rights import counted as count_item

    counts = checked(dict.fromkeys(counts, pieces), counts)
    stock = current or Stock(store_id, {})
    changes = []
    for item, counted in sorted(counts.items()):
        held = stock.line(item).count
        changes.append(Change(f"{item}/count", counted, held.stamp if held else None))
        stock = count_item(stock, item, counted, stamp, nearest, now)
        at = _written_ms(stamp, wall_ms)
        if held is not None:
            seen_ms, source, _ = counting_order(held)
            # Of one time the digest of a file is above none.
            at = max(at, seen_ms + bool(source))
        if at != stamp.unix_ms:
            stock = _counted_at(stock, item, at, "")
    return stock, tuple(changes)


def _written_ms(stamp: Stamp, wall_ms: int | None) -> int:
    """Return when a count was written: at its stamp, where that does not run ahead."""
    at = stamp.unix_ms
    return at if wall_ms is None or at <= wall_ms + _AHEAD_MS else wall_ms


def _counted_at(stock: Stock, item: str, counted_ms: int, source: str) -> Stock:
    """Return a stock whose count of an item, which was just set, has a time and a source."""
    line = stock.line(item)
    assert line.count is not None  # noqa: S101 - it was just set
    count = replace(line.count.value, counted_ms=counted_ms, source=source)
    return stock.with_line(item, replace(line, count=Register(count, line.count.stamp)))


class FileCount(NamedTuple):
    """One item's count in a file.

    Attributes:
        pieces: Pieces that were counted.
        counted_ms: When, in Unix milliseconds.
    """

    pieces: int
    counted_ms: int


class CountedFromFile(NamedTuple):
    """What the counts of a file make of a stock.

    Attributes:
        stock: The stock after them.
        changes: The counts that were set.
        unchanged: The items whose count in force is the same one, or a later one.
        contradicted: Items that another row of the same file counts otherwise, with its pieces.
    """

    stock: Stock
    changes: tuple[Change, ...]
    unchanged: tuple[str, ...]
    contradicted: Mapping[str, int]


def count_stock_from_file(
    current: Stock | None,
    store_id: str,
    counts: Mapping[str, FileCount],
    source: str,
    stamp: Stamp,
    *,
    now: int,
    nearest: Sequence[str],
    wall_ms: int | None = None,
) -> CountedFromFile:
    """Set the counts of a file that are later than those in force.

    Whatever order files arrive in, however often, and in whichever regions: of each item the count
    that was counted last stands, and sales since it was set are not undone.

    Args:
        current: None where nothing was counted or sold yet.
        store_id: The store's id.
        counts: Item id to its count.
        source: Digest of the file's content.
        stamp: The stamp of the edit.
        nearest: As in `stock_rights.counted`.
        now: As in `stock_rights.counted`.
        wall_ms: As in `count_stock`.

    Raises:
        InvalidFieldsError: A number of pieces breaks the rule of `validation.pieces`.
    """
    stock = current or Stock(store_id, {})
    pieces_of: dict[str, int] = {}
    unchanged: list[str] = []
    contradicted: dict[str, int] = {}
    times: dict[str, int] = {}
    raised: dict[str, Register[Count]] = {}
    for item, one in counts.items():
        # A clock that is ahead must not keep later counts from being in force.
        at = min(one.counted_ms, _written_ms(stamp, wall_ms))
        held = stock.line(item).count
        order = (0, "") if held is None else counting_order(held)[:2]
        if held is not None and at == order[0] and one.pieces == held.value.counted:
            unchanged.append(item)  # also the export of this count
            if source > order[1]:
                # Of three files with one time the highest digest stands, also if its content is
                # that of the lowest one; nothing is counted anew, so sales since then stay.
                value = replace(held.value, counted_ms=at, source=source)
                raised[item] = Register(value, held.stamp)
        elif held is None or (at, source) > order:
            pieces_of[item], times[item] = one.pieces, at
        elif (at, source) == order:
            contradicted[item] = held.value.counted
        else:
            unchanged.append(item)
    stock, changes = count_stock(stock, store_id, pieces_of, stamp, now=now, nearest=nearest)
    # Line by line: a copy of all lines would lose what a newer version stored beside them.
    for item, register in raised.items():
        stock = stock.with_line(item, replace(stock.line(item), count=register))
    for item, at in times.items():
        stock = _counted_at(stock, item, at, source)
    return CountedFromFile(stock, changes, tuple(unchanged), contradicted)


def sell(current: Stock | None, store_id: str, sold: Mapping[str, int], region: str) -> Stock:
    """Add pieces sold to a region's own counters.

    Raises:
        InvalidFieldsError: A number of pieces breaks the rule of `validation.sold_pieces`.
    """
    sold = checked(dict.fromkeys(sold, sold_pieces), sold)
    stock = current or Stock(store_id, {})
    for item, count in sorted(sold.items()):
        stock = stock.sold(item, count, region)
    return stock
