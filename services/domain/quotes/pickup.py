"""When an order can be collected: slots of a store's opening hours, or as soon as it is ready.

Slots lie on whole quarters of an hour of UTC, which are whole quarters of every market's wall clock
too. So a slot's start is unique on the day on which clocks are put back, and no slot lies in the
hour that is left out when they are put forward.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from services.domain.closures import Closures, closures_of
from services.domain.documents.profile import StoreProfile
from services.domain.hours import WeekHours, day_in, open_spans, opening_state, parse_hours, zone
from services.domain.quotes.refusals import InvalidOrder, Refusal, StoreClosed

SLOT_PREFIX: Final = "slot:"
_SLOT_ID_LENGTH: Final = 10  # of Unix seconds until the year 2286
_LONGEST_S: Final = 7200  # that a preparation takes


class Slot(NamedTuple):
    """A time in which orders are collected.

    Attributes:
        start: Unix seconds (UTC).
        end: Unix seconds (UTC), exclusive.
        day: Day of the start by the store's calendar.
    """

    start: int
    end: int
    day: date

    @property
    def id(self) -> str:
        """Id within the store."""
        return str(self.start)

    @property
    def utc_day(self) -> str:
        """Day of UTC of the start, `2026-11-28`: places of slots are kept by it."""
        return utc_day(self.start)

    @property
    def counter(self) -> str:
        """Id of the bounded counter of the slot's orders."""
        return SLOT_PREFIX + self.id


@dataclass(frozen=True, slots=True)
class PickupRules:
    """How a store's orders are collected.

    Attributes:
        slot_s: Length of a slot in seconds, a divisor of 900 or a multiple of it.
        orders_per_slot: Orders that the kitchen can make in a slot, in all regions together.
        preparation_s: Seconds that any order takes.
        piece_s: Seconds more for each piece.
        days_ahead: Days after today for which slots can be chosen.
        asap_within_s: An order as soon as possible is ready within so many seconds of its
            preparation, or there is no place for it.
    """

    slot_s: int = 900
    orders_per_slot: int = 20
    preparation_s: int = 480
    piece_s: int = 5
    days_ahead: int = 7
    asap_within_s: int = 7200

    def preparation(self, pieces: int) -> int:
        """Return the seconds from the order to the moment it is ready."""
        return self.preparation_s + self.piece_s * pieces


@dataclass(frozen=True, slots=True)
class OpeningTimes:
    """When a store is open.

    Attributes:
        hours: As `hours.parse_hours` reads them.
        time_zone: IANA name.
        closures: Days on which it is closed although its hours say otherwise; None: there are none.
    """

    hours: str
    time_zone: str
    closures: Closures | None = None

    @classmethod
    def of(cls, profile: StoreProfile) -> "OpeningTimes":
        """Return when a store is open."""
        return cls(profile["hours"], profile["time_zone"], closures_of(profile.values()))

    @property
    def week(self) -> WeekHours:
        """Hours of the week."""
        return parse_hours(self.hours)

    def closed_for_good(self, now: datetime) -> date | None:
        """Return since when a store is closed for good at an aware instant; None if it is not."""
        since = self.closures.closed_from if self.closures else None
        return since if since is not None and since <= self.today(now) else None

    def today(self, now: datetime) -> date:
        """Return the day by the store's calendar at an aware instant."""
        return day_in(self.time_zone, now)


def utc_day(at: int) -> str:
    """Return the day of UTC of an instant in Unix seconds, such as `2026-11-28`."""
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def days_of(slot_id: str | None, now: datetime, rules: PickupRules) -> list[str]:
    """Return the days of UTC in which the slots lie that an order may be collected in.

    Args:
        slot_id: The slot that was chosen; None: as soon as possible.
        now: Aware instant.
        rules: Of the store.
    """
    if slot_id is None:
        start = int(now.timestamp())
        # The largest order that limits allow takes the longest to prepare.
        return sorted({utc_day(start), utc_day(start + rules.asap_within_s + _LONGEST_S)})
    return [utc_day(int(slot_id))] if _is_slot_id(slot_id) else []


def _is_slot_id(slot_id: str) -> bool:
    return slot_id.isascii() and slot_id.isdecimal() and len(slot_id) <= _SLOT_ID_LENGTH


def slots(
    opening: OpeningTimes, day: date, now: datetime, rules: PickupRules, pieces: int = 1
) -> list[Slot]:
    """Return the slots of a day that can be chosen, earliest first.

    A slot lies wholly in opening hours, and starts when the order can be ready at the earliest:
    the preparation begins now, or when the store opens.

    Args:
        opening: When the store is open.
        day: By the store's calendar; a day in the past or too far ahead has no slots.
        now: Aware instant.
        rules: Of the store.
        pieces: Pieces of the order.
    """
    today = opening.today(now)
    if not today <= day <= today + timedelta(days=rules.days_ahead):
        return []
    return [*_ready_slots(opening, day, now, rules, pieces)]


def asap_slots(
    opening: OpeningTimes, now: datetime, rules: PickupRules, pieces: int
) -> list[tuple[Slot, int]]:
    """Return slots in which an order can be ready soon, and when it is ready, earliest first.

    The first one that has a place is taken. None at all: the store is closed, or closes before the
    order can be ready.

    Args:
        opening: When the store is open.
        now: Aware instant.
        rules: Of the store.
        pieces: Pieces of the order.

    Returns:
        Slots with the Unix seconds at which the order is ready.
    """
    state = opening_state(opening.week, opening.time_zone, now, opening.closures)
    if not state.open:
        return []
    ready = int(now.timestamp()) + rules.preparation(pieces)
    closes = state.closes_at.timestamp() if state.closes_at else float("inf")
    last = min(closes, ready + rules.asap_within_s)
    first_day = opening.today(now)
    return [
        (slot, max(ready, slot.start))
        for day in (first_day, first_day + timedelta(days=1))
        for slot, _ in _all_slots(opening, day, rules)
        if slot.end > ready and slot.start < last
    ]


def chosen_slot(
    opening: OpeningTimes, slot_id: str, now: datetime, rules: PickupRules, pieces: int
) -> Slot | Refusal:
    """Return the slot with an id, or why it cannot be chosen.

    Args:
        opening: When the store is open.
        slot_id: As `Slot.id` gives it.
        now: Aware instant.
        rules: Of the store.
        pieces: Pieces of the order.
    """
    path = ("pickup", "slotId")
    if not _is_slot_id(slot_id):
        return InvalidOrder("slotId is the id of one of pickupSlots", path)
    start = int(slot_id)
    if abs(start - now.timestamp()) > timedelta(days=rules.days_ahead + 2).total_seconds():
        return InvalidOrder(
            f"the slot is in the past or more than {rules.days_ahead} days ahead", path
        )
    day = day_in(opening.time_zone, datetime.fromtimestamp(start, UTC))
    today = opening.today(now)
    if today <= day <= today + timedelta(days=rules.days_ahead):
        for slot in _ready_slots(opening, day, now, rules, pieces, only=start):
            return slot
    message = "the store is closed then, or the order cannot be ready by then"
    return closed(opening, now, rules, pieces, message, path)


def closed(  # noqa: PLR0917 - the arguments of all functions here, then the refusal's own
    opening: OpeningTimes,
    now: datetime,
    rules: PickupRules,
    pieces: int,
    message: str,
    path: tuple[str, ...],
) -> StoreClosed:
    """Return the refusal of a pickup while the store is closed, with the first slot that is free.

    Args:
        opening: When the store is open.
        now: Aware instant.
        rules: Of the store.
        pieces: Pieces of the order.
        message: What is wrong.
        path: Where in the input.
    """
    today = opening.today(now)
    tz = zone(opening.time_zone)
    since = opening.closed_for_good(now)
    if since is not None:
        return StoreClosed(f"the store is closed for good since {since}; choose another one", path)
    for offset in range(rules.days_ahead + 1):
        found = slots(opening, today + timedelta(days=offset), now, rules, pieces)
        if found:
            first = datetime.fromtimestamp(found[0].start, tz)
            text = f"{message}; the next slot is {first:%A %H:%M}"
            return StoreClosed(text, path, first)
    return StoreClosed(f"{message}; no slot is free in {rules.days_ahead} days", path)


def _ready_slots(  # noqa: PLR0917 - the arguments of all functions here
    opening: OpeningTimes,
    day: date,
    now: datetime,
    rules: PickupRules,
    pieces: int,
    only: int | None = None,
) -> Iterator[Slot]:
    """Yield the slots of a day by which an order can be ready; `only` as in `_all_slots`."""
    preparation = timedelta(seconds=rules.preparation(pieces))
    for slot, opens in _all_slots(opening, day, rules, only):
        if slot.start >= (max(now, opens) + preparation).timestamp():
            yield slot


def _all_slots(
    opening: OpeningTimes, day: date, rules: PickupRules, only: int | None = None
) -> Iterator[tuple[Slot, datetime]]:
    """Yield the slots that start on a day of the store's calendar, each with when it opens.

    Args:
        opening: When the store is open.
        day: By the store's calendar.
        rules: Of the store.
        only: The start of the only slot that is wanted, in Unix seconds; None: all are.
    """
    tz = zone(opening.time_zone)
    for opens, closes in open_spans(opening.week, opening.time_zone, day, opening.closures):
        start = -(-int(opens.timestamp()) // rules.slot_s) * rules.slot_s
        # A store that never closes has a span of days; only those near the day are looked at.
        before = int(datetime.combine(day, datetime.min.time(), tz).timestamp())
        start += max(0, before - 7200 - start) // rules.slot_s * rules.slot_s
        last = closes.timestamp()
        if only is not None:
            if only < start or only % rules.slot_s:
                continue
            start, last = only, min(last, only + rules.slot_s)
        while start + rules.slot_s <= last:
            local = datetime.fromtimestamp(start, tz).date()
            if local > day:
                break
            if local == day:
                yield Slot(start, start + rules.slot_s, day), opens
            start += rules.slot_s
