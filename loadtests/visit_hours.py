"""The share of a day's visits in each local hour: what load runs, capacity and cost assume."""

from collections.abc import Mapping
from typing import Final

from services.domain.dayparts import Daypart

# Percent of a day's visits by hour, from the first hour of each daypart. The evening goes on until
# 05:00. The figures are assumptions: breakfast is a donut store's peak, lunch is a second one.
_PERCENT: Final[Mapping[Daypart, tuple[float, ...]]] = {
    Daypart.BREAKFAST: (2.0, 6.0, 10.0, 10.0, 8.0, 6.5),
    Daypart.LUNCH: (7.0, 8.5, 7.0, 5.5),
    Daypart.AFTERNOON: (5.5, 5.5, 5.0),
    Daypart.EVENING: (4.5, 3.5, 2.0, 1.5, 0.7, 0.3, 0.2, 0.1, 0.1, 0.1, 0.5),
}


def _by_hour() -> tuple[float, ...]:
    percent = {
        (daypart.value[0] // 60 + at) % 24: value
        for daypart, values in _PERCENT.items()
        for at, value in enumerate(values)
    }
    total = sum(percent.values())
    return tuple(percent[hour] / total for hour in range(24))


VISITS_BY_HOUR: Final = _by_hour()
"""24 shares from midnight, local time, that sum to 1."""
