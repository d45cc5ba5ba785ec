"""What an edit of a store's opening hours takes: spans of the week, day by day."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from services.domain.hours import DAYS, InvalidHoursError, WeekHours, parse_span
from services.domain.validation import InvalidFieldError, InvalidFieldsError, shown
from services.domain.week import MAX_SPANS, week_text

HOURS: Final = "hours"
MAX_WEEK_SPANS: Final = MAX_SPANS * len(DAYS)
_LONGEST: Final = len("07:00")


class DaySpan(NamedTuple):
    """A span of opening hours as a client gives it, in the store's own wall time.

    Attributes:
        weekday: On which it begins; 0 is Monday.
        opens: `HH:MM`.
        closes: `HH:MM`; `24:00` is midnight at the end of the day, and a time that is not after
            `opens` is on the next day.
    """

    weekday: int
    opens: str
    closes: str


def hours_text(spans: Sequence[DaySpan]) -> str:
    """Return the text of a week whose days have these spans; a day without one is closed.

    What a day may have is the rule of all opening hours, `validation.opening_hours`.

    Raises:
        InvalidFieldsError: Spans are no wall times, under `hours/<place>`; or there are more than
            `MAX_WEEK_SPANS`, under `hours`.
    """
    if len(spans) > MAX_WEEK_SPANS:
        rule = f"has more than {MAX_WEEK_SPANS} spans"
        message = f"a week has at most {MAX_WEEK_SPANS} spans, not {len(spans)}"
        raise InvalidFieldsError([InvalidFieldError(HOURS, rule, message, f"{MAX_SPANS} a day")])
    days: list[list[tuple[int, int]]] = [[] for _ in DAYS]
    errors: list[InvalidFieldError] = []
    for at, span in enumerate(spans):
        try:
            days[span.weekday].append(_minutes(span))
        except InvalidHoursError as error:
            field, rule = f"{HOURS}/{at}", "is no span of opening hours"
            hint = "write wall times such as 07:00 and 20:00"
            errors.append(InvalidFieldError(field, rule, str(error), hint))
    if errors:
        raise InvalidFieldsError(errors)
    return week_text(WeekHours(tuple(tuple(sorted(day)) for day in days)))


def _minutes(span: DaySpan) -> tuple[int, int]:
    for clock in (span.opens, span.closes):
        if len(clock) > _LONGEST:
            raise InvalidHoursError(f"{shown(clock, 20)} is no wall time")
    return parse_span(f"{span.opens}-{span.closes}")
