"""The days that a query of figures is about: bounded, and a span by the store's calendar."""

from datetime import date, timedelta
from typing import Final

from graphql_schema.errors import BadInputError

MAX_SPAN: Final = 31  # days of one answer
_MAX_AWAY: Final = 3_660  # days from today, into the past or the future


def check_near(name: str, day: date, today: date) -> None:
    """Check that a day is within ten years of today, so that it has bounds in every time zone.

    Args:
        name: That of the argument, for the error.
        day: Day of a calendar.
        today: Today by the same calendar, or by another one.

    Raises:
        BadInputError: It is further away.
    """
    if abs(day - today) > timedelta(days=_MAX_AWAY):
        raise BadInputError(f"`{name}` is within {_MAX_AWAY} days of today, {today}")


def days_of_span(first: date | None, last: date | None, today: date) -> list[date]:
    """Return the days from the first to the last one.

    Args:
        first: The first day; None: the last one.
        last: The last day; None: today.
        today: Today by the store's calendar.

    Raises:
        BadInputError: They are too many, too far away, or none.
    """
    to = last or today
    start = first or to
    for name, day in (("from", first), ("to", last)):
        if day is not None:
            check_near(name, day, today)
    if start > to:
        raise BadInputError(f"`from` is {start} and `to` is {to}; ask for the earlier day first")
    count = (to - start).days + 1
    if count > MAX_SPAN:
        raise BadInputError(
            f"from {start} to {to} are {count} days; ask for at most {MAX_SPAN}, several times"
        )
    return [start + timedelta(days=at) for at in range(count)]
