"""What `fast` functions call for values that are right but not of the usual class."""

from datetime import datetime
from typing import Any, Final

import orjson

from graphql_schema.compiled.waiting import is_awaitable

_MAX_KNOWN: Final = 1000
_EXACT: Final = 2**53

# Classes of objects that are no errors, not awaitable and not callable.
SAFE: Final[set[type]] = set()


class Odd(Exception):  # noqa: N818 - no error: it says that a value wants a closer look
    """A value that is not plainly right; it is completed again, exactly."""


def known(value: Any) -> None:
    """Remember the class of an object that fields can be read from.

    Raises:
        Odd: it is something else.
    """
    kind = type(value)
    if (
        isinstance(value, BaseException)
        or is_awaitable(value)
        or callable(value)  # graphql-core's default resolver would call it
        or kind.__name__ == "UndefinedType"
        or value is None
    ):
        raise Odd
    if len(SAFE) < _MAX_KNOWN and not hasattr(kind, "__getattr__"):
        SAFE.add(kind)


def identifier(value: Any) -> str:
    """ID that is no text.

    Raises:
        Odd: it is not a whole number either.
    """
    if value.__class__ is not int:
        raise Odd
    return str(value)


def number(value: Any) -> float:
    """Float that is no float.

    Raises:
        Odd: it is no whole number that a float holds exactly.
    """
    if value.__class__ is not int or not -_EXACT <= value <= _EXACT:
        raise Odd
    return float(value)


def moment(value: Any) -> str:
    """DateTime.

    Raises:
        Odd: it is none.
    """
    if value.__class__ is not datetime:
        raise Odd
    text: str = value.isoformat()
    return text


def written(value: Any) -> orjson.Fragment:
    """A part of a response that is written once, and copied into every response that has it."""
    return orjson.Fragment(orjson.dumps(value))
