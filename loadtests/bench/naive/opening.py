"""Whether a store is open, as one writes it for spans within one day."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

WEEKDAYS: Final = (
    "MONDAY",
    "TUESDAY",
    "WEDNESDAY",
    "THURSDAY",
    "FRIDAY",
    "SATURDAY",
    "SUNDAY",
)
_HORIZON_DAYS: Final = 9


@lru_cache
def _wall(text: str) -> time:
    return time.fromisoformat(text)


def opening(
    hours: Sequence[Sequence[str]], zone: str, at: datetime
) -> tuple[bool, datetime | None, datetime | None]:
    """Open at the aware instant `at`; when it opens next; when it closes.

    `hours` are (weekday, opens, closes) in the store's wall time.
    """
    tz = ZoneInfo(zone)
    today = at.astimezone(tz).date()
    for offset in range(_HORIZON_DAYS):
        day = today + timedelta(days=offset)
        for weekday, opens, closes in hours:
            if weekday != WEEKDAYS[day.weekday()]:
                continue
            start = datetime.combine(day, _wall(opens), tz)
            end = datetime.combine(day, _wall(closes), tz)
            if start <= at < end:
                return True, None, end
            if start > at:
                return False, start, None
    return False, None, None
