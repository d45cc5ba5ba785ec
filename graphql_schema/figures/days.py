"""The days of which figures can be had."""

from datetime import date, timedelta
from typing import Final

from graphql_schema.errors import BadInputError

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
