"""When a store is closed although its hours say otherwise, and whether lists show it.

Three kinds of registers in a store's profile hold it:

- `closed:MM-DD`, one for each day of the calendar: the date on which the store is closed then, None
  where it opens again. Two people who close two days at once both succeed. A closed day of the past
  is replaced by that of the next year, so a profile holds 366 of them at most; a day can therefore
  be closed less than a year ahead (`closing.AHEAD_DAYS`).
- `closed_from`: the day from which the store is closed for good; None where it is not.
- `hidden`: whether lists and searches leave the store out. It can still be read by its id.

A profile has the last two wherever it has one of them, so that a menu finds out with one lookup
that its store has no closures.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from services.domain.documents.layout import InvalidDocumentError
from services.domain.register import Register, merge_registers
from services.domain.stamp import Stamp

CLOSED_FROM: Final = "closed_from"
HIDDEN: Final = "hidden"
DAY_PREFIX: Final = "closed:"
# Below every real stamp: what nobody set must never beat an edit.
_DEFAULTS: Final[Mapping[str, Register[Any]]] = {
    CLOSED_FROM: Register(None, Stamp(0, "origin")),
    HIDDEN: Register(value=False, stamp=Stamp(0, "origin")),
}


class Closures(NamedTuple):
    """Days on which a store does not open, by the store's own calendar.

    Attributes:
        days: Single days.
        closed_from: The first day of being closed for good; None: it is not.
    """

    days: frozenset[date]
    closed_from: date | None

    def cover(self, day: date) -> bool:
        """Return whether the store does not open on a day; what began the day before goes on."""
        return day in self.days or (self.closed_from is not None and day >= self.closed_from)


def closures_of(values: Mapping[str, Any]) -> Closures | None:
    """Return the closures of a store, or None if it has none.

    Args:
        values: Field of the profile to value.

    Raises:
        InvalidDocumentError: A closed day is no date.
    """
    if CLOSED_FROM not in values:
        return None
    try:
        days = frozenset(
            date.fromisoformat(value)
            for field, value in values.items()
            if value is not None and field.startswith(DAY_PREFIX)
        )
        closed_from = values[CLOSED_FROM]
        since = None if closed_from is None else date.fromisoformat(closed_from)
    except (TypeError, ValueError) as error:
        raise InvalidDocumentError(f"not a closed day: {error}") from error
    return Closures(days, since) if days or since else None


def is_closure(field: str) -> bool:
    """Return whether a field of a profile holds a closure."""
    return field in _DEFAULTS or field.startswith(DAY_PREFIX)


def with_defaults(registers: Mapping[str, Register[Any]]) -> Mapping[str, Register[Any]]:
    """Return registers of a profile with those that each profile with closures has."""
    return merge_registers(registers, _DEFAULTS)
