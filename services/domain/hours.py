"""Opening hours in a store's own time zone: text form, and whether it is open at an instant.

The text is the part of OpenStreetMap's `opening_hours` that shops use: `Mo-Fr 07:00-20:00;
Sa,Su 08:00-12:00,14:00-18:00; We off`. Closing after midnight is written `18:00-02:00`,
all day `00:00-24:00`. A later rule for a day replaces an earlier one.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from services.domain.closures import Closures

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY: Final = 24 * 60
_RULE: Final = re.compile(r"^([A-Z][a-z](?:[-,][A-Z][a-z])*)\s+(.+)$")
_SPAN: Final = re.compile(r"^(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$")
_HORIZON_DAYS: Final = 9
_YEAR_DAYS: Final = 366

Spans = tuple[tuple[int, int], ...]


class InvalidHoursError(ValueError):
    """A text is not opening hours; the message names the part that is wrong."""


class InvalidTimeZoneError(ValueError):
    """A name is not in the IANA time zone database."""


@dataclass(frozen=True, slots=True)
class WeekHours:
    """Seven days from Monday; each has spans of minutes after midnight, local wall time.

    A span ends after it starts; an end over 1440 is on the next day.
    """

    days: tuple[Spans, ...]


@dataclass(frozen=True, slots=True)
class OpeningState:
    """Whether a store is open at an instant, and what comes next (aware, store's zone).

    Attributes:
        open: It is open.
        opens_at: While closed, when it opens next: within nine days by its hours, and within a
            year of the days on which it is closed; None if not.
        closes_at: While open, when it closes; None if it never does.
    """

    open: bool
    opens_at: datetime | None
    closes_at: datetime | None


@lru_cache(maxsize=1024)
def parse_hours(text: str) -> WeekHours:
    """Read hours such as `Mo-Fr 07:00-20:00; Sa 08:00-18:00`.

    Raises:
        InvalidHoursError: A part is not a rule.
    """
    if text.strip() == "24/7":
        text = "Mo-Su 00:00-24:00"
    days: list[Spans] = [()] * 7
    for rule in filter(None, (part.strip() for part in text.split(";"))):
        found = _RULE.match(rule)
        if not found:
            raise InvalidHoursError(f"{rule!r} is not like 'Mo-Fr 07:00-20:00'")
        spans = () if found[2] == "off" else tuple(parse_span(part) for part in found[2].split(","))
        for day in _days(found[1]):
            days[day] = tuple(sorted(spans))
    return WeekHours(tuple(days))


def _days(text: str) -> list[int]:
    chosen: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        try:
            start, end = DAYS.index(first), DAYS.index(last or first)
        except ValueError as error:
            raise InvalidHoursError(f"{part!r} is not a day; days are {', '.join(DAYS)}") from error
        chosen += range(start, end + 1) if start <= end else [*range(start, 7), *range(end + 1)]
    return chosen


def parse_span(text: str) -> tuple[int, int]:
    """Read a span such as `07:00-20:00`, as minutes after midnight; a night ends after 1440.

    Raises:
        InvalidHoursError: It is none, or is empty.
    """
    found = _SPAN.match(text.strip())
    if not found:
        raise InvalidHoursError(f"{text.strip()!r} is not like '07:00-20:00'")
    from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if max(from_minute, to_minute) > 59 or start >= _DAY or end > _DAY:  # noqa: PLR2004
        raise InvalidHoursError(f"{text.strip()!r} is not within 00:00-24:00")
    if start == end:
        raise InvalidHoursError(f"{text.strip()!r} is empty; all day is 00:00-24:00")
    return (start, end) if start < end else (start, end + _DAY)


@lru_cache(maxsize=512)
def zone(name: str) -> "ZoneInfo":
    """Return the IANA time zone of this name.

    Raises:
        InvalidTimeZoneError: There is none.
    """
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidTimeZoneError(f"{name!r} is not an IANA time zone") from error


def day_in(zone_name: str, at: datetime) -> date:
    """Return the day of an aware instant by the calendar of an IANA time zone.

    Raises:
        InvalidTimeZoneError: There is no such zone.
    """
    return at.astimezone(zone(zone_name)).date()


def opening_state(
    hours: WeekHours, zone_name: str, at: datetime, closures: "Closures | None" = None
) -> OpeningState:
    """Return whether a store is open at an instant, right across changes of summer time.

    Args:
        hours: Of the week.
        zone_name: IANA name.
        at: Aware instant.
        closures: Days on which the store is closed although its hours say otherwise.
    """
    return _state_in(hours, zone_name, int(at.timestamp() // 60), closures)


@lru_cache(maxsize=4096)
def _state_in(
    hours: WeekHours, zone_name: str, minute: int, closures: "Closures | None"
) -> OpeningState:
    """The state in a Unix minute, which is all alike: spans and offsets are in whole minutes."""
    tz = zone(zone_name)
    instant = datetime.fromtimestamp(minute * 60, UTC)
    today = instant.astimezone(tz).date()
    horizon = _instant(today + timedelta(days=_HORIZON_DAYS), 0, tz)
    for start, end in _spans(hours, tz, today - timedelta(days=1), _HORIZON_DAYS + 1, closures):
        if start <= instant < end:
            closes = None if end >= horizon else end.astimezone(tz)
            return OpeningState(open=True, opens_at=None, closes_at=closes)
        if start > instant:
            return OpeningState(open=False, opens_at=start.astimezone(tz), closes_at=None)
    opens = None if closures is None else _after_closures(hours, tz, today, closures)
    return OpeningState(open=False, opens_at=opens, closes_at=None)


def _after_closures(
    hours: WeekHours, tz: "ZoneInfo", today: date, closures: "Closures"
) -> datetime | None:
    """Return when a store opens that does not within `_HORIZON_DAYS`; None if not within a year.

    Spans of the days before have been looked at. A day is closed at most 360 days ahead.
    """
    for offset in range(_HORIZON_DAYS, _YEAR_DAYS + 1):
        day = today + timedelta(days=offset)
        if not closures.cover(day) and (spans := _spans(hours, tz, day, 1, None)):
            return spans[0][0].astimezone(tz)
    return None


def open_spans(
    hours: WeekHours, zone_name: str, day: date, closures: "Closures | None" = None
) -> list[tuple[datetime, datetime]]:
    """Return when a store is open on a local day and the next: (from, to), aware, UTC, in order.

    A span that began the day before is whole. Spans that meet are one span. A store that is always
    open has one span, which ends two days after `day` at the earliest.

    Args:
        hours: Of the week.
        zone_name: IANA name.
        day: By the store's calendar.
        closures: Days of which no span is returned that begins on them.
    """
    return _spans(hours, zone(zone_name), day - timedelta(days=1), 4, closures)


def _spans(
    hours: WeekHours, tz: "ZoneInfo", first: date, days: int, closures: "Closures | None"
) -> list[tuple[datetime, datetime]]:
    spans = [
        (_instant(day, start, tz), _instant(day, end, tz))
        for day in (first + timedelta(days=offset) for offset in range(days))
        if closures is None or not closures.cover(day)
        for start, end in hours.days[day.weekday()]
    ]
    # A span inside a clock change is empty.
    return _joined(sorted((start, end) for start, end in spans if start < end))


def _instant(day: date, minutes: int, tz: "ZoneInfo") -> datetime:
    # Wall time first, then UTC: a store opens at 07:00 by its own clock, also the day that changes.
    days, minute = divmod(minutes, _DAY)
    wall = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), tz)
    instant = wall.astimezone(UTC)
    if instant.astimezone(tz).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    return _end_of_gap(wall)


def _end_of_gap(wall: datetime) -> datetime:
    """Return the instant at which clocks were put forward over a wall time that never came."""
    early, late = wall.replace(fold=1).astimezone(UTC), wall.astimezone(UTC)
    after = wall.replace(fold=1).utcoffset()
    while late - early > timedelta(minutes=1):
        middle = early + (late - early) // 2 // timedelta(minutes=1) * timedelta(minutes=1)
        if middle == early:
            break
        if middle.astimezone(wall.tzinfo).utcoffset() == after:
            late = middle
        else:
            early = middle
    return late


def _joined(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    joined: list[tuple[datetime, datetime]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def wall_time(minutes: int) -> str:
    """`07:30` of 450 minutes; the next day wraps (1500 gives `01:00`); 1440 is `24:00`."""
    if minutes == _DAY:
        return "24:00"
    return f"{minutes % _DAY // 60:02d}:{minutes % 60:02d}"
