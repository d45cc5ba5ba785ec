"""What `fast` functions call for values that are right but not of the usual class."""

from datetime import datetime
from typing import Any, Final

import orjson

_MAX_KNOWN: Final = 1000
_EXACT: Final = 2**53

# Classes of objects that are no errors, not awaitable and not callable.
READABLE_CLASSES: Final[set[type]] = set()


class UnusualValueError(Exception):
    """A value that is not plainly right; it is completed again, exactly."""


def check_readable(value: Any) -> None:
    """Remember the class of an object that fields can be read from.

    Raises:
        UnusualValueError: it is something else.
    """
    kind = type(value)
    if (
        isinstance(value, BaseException)
        or hasattr(value, "__await__")
        or callable(value)  # graphql-core's default resolver would call it
        or kind.__name__ == "UndefinedType"
        or value is None
    ):
        raise UnusualValueError
    if len(READABLE_CLASSES) < _MAX_KNOWN and not hasattr(kind, "__getattr__"):
        READABLE_CLASSES.add(kind)


def identifier(value: Any) -> str:
    """ID that is no text.

    Raises:
        UnusualValueError: it is not a whole number either.
    """
    if value.__class__ is not int:
        raise UnusualValueError
    return str(value)


def number(value: Any) -> float:
    """Float that is no float.

    Raises:
        UnusualValueError: it is no whole number that a float holds exactly.
    """
    if value.__class__ is not int or not -_EXACT <= value <= _EXACT:
        raise UnusualValueError
    return float(value)


def moment(value: Any) -> str:
    """DateTime.

    Raises:
        UnusualValueError: it is none.
    """
    if value.__class__ is not datetime:
        raise UnusualValueError
    text: str = value.isoformat()
    return text


def written(value: Any) -> orjson.Fragment:
    """A part of a response that is written once, and copied into every response that has it."""
    return orjson.Fragment(orjson.dumps(value))
