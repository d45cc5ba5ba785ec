"""Waste: on which days it may be recorded, how it is taken back, and what a store's figures say.

What was thrown away lowers what is left as a sale does (`stock_edits.sell`). The records of it are
added up here by day and item, each with the reasons.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple

from services.domain.documents.stock import Stock, return_key
from services.domain.documents.stock_line import StockLine
from services.domain.documents.waste import WasteReason, WasteRecord
from services.domain.validation import InvalidFieldError

MAX_AGE_DAYS: Final = 7
"""Days after which it is too late to record what was thrown away on a day."""


class NotArrivedError(Exception):
    """A region knows of a record, and its stock does not show the pieces yet."""


def check_day(field_name: str, day: date, today: date) -> None:
    """Check the day on which something was thrown away.

    Args:
        field_name: Name of the field that has it.
        day: Day by the store's calendar.
        today: Today by the store's calendar.

    Raises:
        InvalidFieldError: It is after today, or over `MAX_AGE_DAYS` days ago.
    """
    first = today - timedelta(days=MAX_AGE_DAYS)
    if not first <= day <= today:
        rule = f"is not from {first} to {today}, the store's today"
        raise InvalidFieldError(field_name, rule, f"{day} {rule}", "write one of these days")


def standing(records: Iterable[WasteRecord]) -> list[WasteRecord]:
    """Return one record for each operation: that of the first region by name.

    So does the stock (`OperationRecord.of_record`). Two operations under one id, a fault of the
    client, differ in their content, and both count there: so they do here.
    """
    found: dict[object, WasteRecord] = {}
    for one in records:
        known = found.setdefault(one.content, one)
        if one.region < known.region:
            found[one.content] = one
    return list(found.values())


class Wasted(NamedTuple):
    """Pieces that were thrown away, and what menus asked for them.

    Attributes:
        pieces: Pieces.
        value: Their prices on the menu when it was recorded, in minor units of one currency.
    """

    pieces: int = 0
    value: int = 0

    def plus(self, pieces: int, value: int) -> "Wasted":
        """Return the sums."""
        return Wasted(self.pieces + pieces, self.value + value)


NOTHING: Final = Wasted()


@dataclass(slots=True)
class WasteSum:
    """What was thrown away on a day, or of an item.

    Attributes:
        total: All of it.
        reasons: By reason; one that is missing is nothing.
        foreign: Pieces whose price is in another currency; the values leave it out.
    """

    total: Wasted = NOTHING
    reasons: dict[WasteReason, Wasted] = field(default_factory=dict)
    foreign: int = 0

    def add(self, reason: WasteReason, pieces: int, value: int | None) -> None:
        """Add pieces; a value of None is in another currency."""
        worth = value or 0
        self.total = self.total.plus(pieces, worth)
        self.reasons[reason] = self.reasons.get(reason, NOTHING).plus(pieces, worth)
        if value is None:
            self.foreign += pieces


@dataclass(frozen=True, slots=True)
class WasteFigures:
    """What a store threw away on some days.

    Attributes:
        days: Each of the days, in their order, also those without waste.
        items: By item, the highest value first.
    """

    days: Mapping[date, WasteSum]
    items: Mapping[str, WasteSum]


def waste_figures(
    records: Iterable[WasteRecord],
    taken_back: Collection[str],
    days: Sequence[date],
    currency: str,
) -> WasteFigures:
    """Return what a store threw away on some days.

    Args:
        records: The store's records, as all regions wrote them; those of other days are left out.
        taken_back: The operations whose records were taken back.
        days: Days by the store's calendar, each once.
        currency: ISO 4217 code of the values.
    """
    by_day = {day: WasteSum() for day in days}
    by_item: dict[str, WasteSum] = {}
    for record in standing(records):
        of_day = by_day.get(record.day)
        if of_day is None or record.operation_id in taken_back:
            continue
        for item, pieces, price in record.lines:
            value = pieces * price if record.currency == currency else None
            of_day.add(record.reason, pieces, value)
            by_item.setdefault(item, WasteSum()).add(record.reason, pieces, value)
    items = sorted(
        by_item.items(), key=lambda one: (-one[1].total.value, -one[1].total.pieces, one)
    )
    return WasteFigures(by_day, dict(items))


def counts_without(stock: Stock | None, records: Sequence[WasteRecord], now: int) -> dict[str, int]:
    """Return what the items of records that are taken back count, had nothing been thrown away.

    Of an item that nobody counted, or that somebody counted since, there is nothing to correct:
    that count says what is on the shelf.

    Args:
        stock: The store's stock; None: nothing was counted or sold yet.
        records: The records of an operation, of all regions that wrote one.
        now: Unix seconds. A reservation that ended before is taken for collected.

    Raises:
        NotArrivedError: The region does not have the stock of another one yet.
    """
    counts: dict[str, int] = {}
    for record in standing(records):
        same = [one for one in records if one.content == record.content]
        for item, pieces, _ in record.lines:
            line = stock.line(item) if stock else StockLine()
            times = _times_lowered(line, item, same)
            left = line.left
            if times and left is not None:
                base = counts.get(item, left + _in_store(line, now))
                counts[item] = base + pieces * times
    return {item: pieces for item, pieces in counts.items() if pieces >= 0}


def _times_lowered(line: StockLine, item: str, records: Sequence[WasteRecord]) -> int:
    """Return how often a line is lowered by an operation: once, but where repairs are still due."""
    if line.count is None:
        return 0
    seen = line.count.value.seen
    if any(one.positions[item] <= seen.get(one.region, 0) for one in records):
        return 0
    if any(line.position(one.region) < one.positions[item] for one in records):
        raise NotArrivedError(item)
    key = return_key(records[0].operation_id)
    return len(records) - sum(key in slot.returns for slot in line.slots.values())


def _in_store(line: StockLine, now: int) -> int:
    """Return the pieces that orders reserved and that are still in the store."""
    return sum(
        pieces
        for slot in line.slots.values()
        for pieces, until in slot.held.values()
        if until > now
    )
