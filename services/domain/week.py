"""Weeks of opening hours as edits write them: bounded, without overlaps, in one text."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from services.domain.hours import DAYS, InvalidHoursError, Spans, WeekHours, wall_time

MAX_SPANS: Final = 4
"""Spans that begin on one day."""


def check_week(week: WeekHours) -> None:
    """Check that each day has at most `MAX_SPANS` spans, none of which overlaps another.

    Spans of two days may: what is open until 02:00 may open again at midnight. Spans that meet are
    one to guests.

    Raises:
        InvalidHoursError: A day has more, or two of its spans overlap.
    """
    for day, spans in zip(DAYS, week.days, strict=True):
        if len(spans) > MAX_SPANS:
            raise InvalidHoursError(f"{day} has {len(spans)} spans; at most {MAX_SPANS} a day")
        for before, after in pairwise(spans):
            if after[0] < before[1]:
                raise InvalidHoursError(f"{_span(before)} and {_span(after)} of {day} overlap")


def week_text(week: WeekHours) -> str:
    """Return the text that `hours.parse_hours` reads as this week; days that are alike are one.

    Every day is named: `Mo-Fr 07:00-20:00; Sa 08:00-12:00,14:00-18:00; Su off`.
    """
    alike: dict[Spans, list[int]] = {}
    for day, spans in enumerate(week.days):
        alike.setdefault(spans, []).append(day)
    return "; ".join(
        f"{_days(days)} {','.join(map(_span, spans)) or 'off'}" for spans, days in alike.items()
    )


def _days(days: Sequence[int]) -> str:
    """Return days in their order as ranges: `Mo-Th,Sa`."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs
    )


def _span(span: tuple[int, int]) -> str:
    start, end = span
    return f"{wall_time(start)}-{wall_time(end)}"
