"""Dayparts: the hours of a store's own day in which time-bound items are served."""

from datetime import datetime
from enum import Enum


class Daypart(Enum):
    """A part of the local day, from its first minute up to, not including, its last."""

    BREAKFAST = (5 * 60, 11 * 60)
    LUNCH = (11 * 60, 15 * 60)
    AFTERNOON = (15 * 60, 18 * 60)
    EVENING = (18 * 60, 29 * 60)  # until 05:00 of the next day

    def covers(self, minute: int) -> bool:
        """Return whether the minute of the day (0 to 1439, local time) lies in this daypart."""
        start, end = self.value
        return start <= minute < end or start <= minute + 1440 < end


def served(dayparts: tuple[str, ...], local: datetime) -> bool:
    """Whether an item of these dayparts is served at the store's local time; none means always.

    In a daypart that only a newer version of carte knows it is not served.
    """
    minute = local.hour * 60 + local.minute
    known = Daypart.__members__
    return not dayparts or any(name in known and known[name].covers(minute) for name in dayparts)
