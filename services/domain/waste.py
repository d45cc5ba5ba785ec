"""Waste: on which days it may be recorded, and what a store's figures say of it.

What was thrown away lowers what is left as a sale does (`stock_edits.sell`). The records of it are
added up here by day and item, each with the reasons.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from services.domain.documents.waste import WasteReason, WasteRecord
from services.domain.validation import InvalidFieldError

MAX_AGE_DAYS: Final = 6
"""Days after which it is too late to record what was thrown away on a day.

Below the seven days for which operations are known, so that no late repetition counts twice.
"""


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


class ListedWaste(NamedTuple):
    """What one operation recorded as thrown away, as people are shown it.

    Attributes:
        record: The record that stands.
        unix_ms: When it was recorded first, milliseconds since 1970-01-01T00:00Z.
        is_taken_back: Whether it was a mistake that figures leave out.
    """

    record: WasteRecord
    unix_ms: int
    is_taken_back: bool


def listed_waste(
    records: Mapping[WasteRecord, int], taken_back: Collection[tuple[date, str]]
) -> list[ListedWaste]:
    """Return what operations recorded as thrown away, the newest first.

    Two operations under one id on one day, a fault of the client, are taken back together: they
    are listed as one, with the pieces of both.

    Args:
        records: The records of all regions, with the Unix milliseconds at which each was written.
        taken_back: Day and operation of the records that were taken back.
    """
    # The first time, whichever region's record stands: a repetition elsewhere moves it nowhere.
    recorded: dict[tuple[date, str], int] = {}
    for record, unix_ms in records.items():
        recorded[record.name] = min(unix_ms, recorded.get(record.name, unix_ms))
    found: dict[tuple[date, str], ListedWaste] = {}
    for record in sorted(standing(records), key=lambda one: (records[one], one.region)):
        known = found.get(record.name)
        if known is not None:
            lines = known.record.lines + record.lines
            found[record.name] = known._replace(record=replace(known.record, lines=lines))
        else:
            is_taken_back = record.name in taken_back
            found[record.name] = ListedWaste(record, recorded[record.name], is_taken_back)
    return sorted(found.values(), key=place_of_waste)


def place_of_waste(listed: ListedWaste) -> tuple[int, str]:
    """Return the place of a record in the list of a day."""
    return -listed.unix_ms, listed.record.operation_id


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
    taken_back: Collection[tuple[date, str]],
    days: Sequence[date],
    currency: str,
) -> WasteFigures:
    """Return what a store threw away on some days.

    Args:
        records: The store's records, as all regions wrote them; those of other days are left out.
        taken_back: Day and operation of the records that were taken back.
        days: Days by the store's calendar, each once.
        currency: ISO 4217 code of the values.
    """
    by_day = {day: WasteSum() for day in days}
    by_item: dict[str, WasteSum] = {}
    for record in standing(records):
        of_day = by_day.get(record.day)
        if of_day is None or record.name in taken_back:
            continue
        for item, pieces, price in record.lines:
            value = pieces * price if record.currency == currency else None
            of_day.add(record.reason, pieces, value)
            by_item.setdefault(item, WasteSum()).add(record.reason, pieces, value)
    items = sorted(
        by_item.items(), key=lambda one: (-one[1].total.value, -one[1].total.pieces, one)
    )
    return WasteFigures(by_day, dict(items))
