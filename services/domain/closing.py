"""What an edit may do to the days on which a store is closed; `closures` says how they are kept."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from services.domain.closures import CLOSED_FROM, DAY_PREFIX, HIDDEN
from services.domain.stamp import Stamp
from services.domain.validation import InvalidFieldError, InvalidFieldsError

CLOSED_DAYS: Final = "closed_days"
OPEN_DAYS: Final = "open_days"
FIELDS: Final = frozenset({CLOSED_DAYS, OPEN_DAYS, CLOSED_FROM, HIDDEN})

AHEAD_DAYS: Final = 360
BACK_YEARS: Final = 20
"""Most days from today to a day that is closed: less than a year, because a profile has one
register for each day of the calendar."""


def registers_of(
    values: Mapping[str, Any], fields: Mapping[str, Any], stamp: Stamp
) -> dict[str, Any]:
    """Return the registers that an edit of closures sets, with their values.

    Args:
        values: Field of the profile to value, as it stands.
        fields: `closed_days` and `open_days` (dates as text; closed days of None open all),
            `closed_from` (a date as text, or None) and `hidden`; other fields are left out.
        stamp: Of the edit; days are checked against its time.

    Raises:
        InvalidFieldsError: A day is in the past or too far ahead, or is closed and opened at once.
    """
    found = {name: fields[name] for name in (CLOSED_FROM, HIDDEN) if name in fields}
    to_close, to_open = fields.get(CLOSED_DAYS), fields.get(OPEN_DAYS) or ()
    if CLOSED_DAYS in fields and to_close is None:
        # Also those that are open: somebody may have closed one of them, and it not be here yet.
        found |= {one: None for one in values if one.startswith(DAY_PREFIX)}
    today = datetime.fromtimestamp(stamp.unix_ms / 1000, UTC).date()
    errors: list[InvalidFieldError] = []
    since = found.get(CLOSED_FROM)
    if since is not None and since != values.get(CLOSED_FROM):
        errors += filter(None, [since_error(CLOSED_FROM, since, today)])
    for day in to_close or ():
        error = day_error(CLOSED_DAYS, day, today)
        if day in to_open:
            message = f"{day} is closed and opened at once"
            error = InvalidFieldError(CLOSED_DAYS, "is closed and opened", message, "choose one")
        # What stands already is no change, also once it is past: a file may be imported again.
        if error and values.get(_register(day)) != day:
            errors.append(error)
    if errors:
        raise InvalidFieldsError(errors)
    return found | {_register(one): one for one in to_close or ()} | _opened(values, to_open)


def _opened(values: Mapping[str, Any], days: Iterable[str]) -> dict[str, None]:
    # The same day of another year stays closed.
    return {_register(day): None for day in days if values.get(_register(day)) in {None, day}}


def day_error(field: str, day: str, today: date) -> InvalidFieldError | None:
    """Return what is wrong with closing a day, or None if it can be closed.

    Args:
        field: Name of the field or column.
        day: ISO 8601, `2026-12-24`.
        today: By UTC; a store's own day may be the one before.
    """
    first, last = today - timedelta(days=1), today + timedelta(days=AHEAD_DAYS)
    if date.fromisoformat(day) < first:
        return InvalidFieldError(
            field, "lies in the past", f"{day} lies in the past", "leave it out, or mend the year"
        )
    if date.fromisoformat(day) > last:
        return InvalidFieldError(
            field,
            "is too far ahead",
            f"{day} is more than {AHEAD_DAYS} days ahead",
            "close it later, or close the store for good",
        )
    return None


def since_error(field: str, day: str, today: date) -> InvalidFieldError | None:
    """Return what is wrong with a first day of being closed for good, or None.

    Args:
        field: Name of the field or column.
        day: ISO 8601, `2026-12-24`; also a day of the last `BACK_YEARS` years.
        today: By UTC.
    """
    since = date.fromisoformat(day)
    if since.year < today.year - BACK_YEARS or since > today + timedelta(days=AHEAD_DAYS):
        return InvalidFieldError(
            field,
            "is too far away",
            f"{day} is more than {BACK_YEARS} years past, or more than {AHEAD_DAYS} days ahead",
            "mend the year",
        )
    return None


def _register(day: str) -> str:
    return DAY_PREFIX + day[5:]
