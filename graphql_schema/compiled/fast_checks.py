"""Checks and conversions that generated `fast` functions call for values of other classes."""

from datetime import datetime
from typing import Any, Final

import orjson

_MAX_KNOWN: Final = 1000
_EXACT: Final = 2**53

# Classes whose attributes may be read without further checks: no errors, awaitables or callables.
# Grows to at most _MAX_KNOWN classes in the life of a process; clear() forgets them.
READABLE_CLASSES: Final[set[type]] = set()


class UnusualValueError(Exception):
    """A value that `fast` functions do not handle; `Execution` completes it step by step."""


def check_readable(value: Any) -> None:
    """Check that fields can be read from an object, and remember its class.

    Raises:
        UnusualValueError: The object is an error, an awaitable, a callable, or undefined.
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
    """Convert a whole number to an ID.

    Raises:
        UnusualValueError: The value is not an int.
    """
    if value.__class__ is not int:
        raise UnusualValueError
    return str(value)


def number(value: Any) -> float:
    """Convert a whole number to a Float.

    Raises:
        UnusualValueError: The value is not an int that a float holds exactly.
    """
    if value.__class__ is not int or not -_EXACT <= value <= _EXACT:
        raise UnusualValueError
    return float(value)


def moment(value: Any) -> str:
    """Convert a datetime to ISO 8601.

    Raises:
        UnusualValueError: The value is not a datetime.
    """
    if value.__class__ is not datetime:
        raise UnusualValueError
    text: str = value.isoformat()
    return text


def written(value: Any) -> orjson.Fragment:
    """Serialize a part of a response, so that orjson copies its bytes into every response."""
    # A copy: orjson's own result keeps a buffer of at least 4 kB, and menus keep 24,000 of these.
    return orjson.Fragment(bytes(memoryview(orjson.dumps(value))))
