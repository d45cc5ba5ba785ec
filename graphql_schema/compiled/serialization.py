"""Serializes scalars and enums of the usual classes; graphql-core serializes all other values.

Any other value (a Decimal, a subclass of int, a wrong value) is rare. Only then graphql-core is
imported, so that values and error messages are its own.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

MAX_INT: Final = 2**31 - 1
MIN_INT: Final = -(2**31)


def string(value: Any) -> Any:
    """Return a value in an answer as a String."""
    return value if value.__class__ is str else _odd("String", value)


def identifier(value: Any) -> Any:
    """Return a value in an answer as an ID."""
    return value if value.__class__ is str else _odd("ID", value)


def integer(value: Any) -> Any:
    """Return a value in an answer as an Int."""
    if value.__class__ is int and MIN_INT <= value <= MAX_INT:
        return value
    return _odd("Int", value)


def number(value: Any) -> Any:
    """Return a value in an answer as a Float."""
    # Only a finite number minus itself is 0: the quickest test for infinity and NaN.
    return value if value.__class__ is float and value - value == 0.0 else _odd("Float", value)


def boolean(value: Any) -> Any:
    """Return a value in an answer as a Boolean."""
    return value if value.__class__ is bool else _odd("Boolean", value)


def moment(value: Any) -> Any:
    """Return a value in an answer as a DateTime in ISO 8601, as Strawberry writes it."""
    if value.__class__ is datetime:
        return value.isoformat()
    return checked("DateTime", value, value.isoformat())


def enum(name: str, names: Mapping[Any, str], owner: str) -> Callable[[Any], Any]:
    """Return the serializer of an enum to the names of its values.

    Args:
        name: Of the GraphQL type.
        names: Value to name.
        owner: Module and name of the Python enum behind it, whose members stand for their values.
    """

    def serialize(value: Any) -> Any:
        kind = type(value)
        try:
            if f"{kind.__module__}.{kind.__qualname__}" == owner:
                return names[value.value]
            return names[value]
        except (KeyError, TypeError):
            from graphql import GraphQLError
            from graphql.pyutils import inspect

            raise GraphQLError(f"Enum '{name}' cannot represent value: {inspect(value)}") from None

    return serialize


def of_core(name: str, serialize: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the serializer of a leaf type that only graphql-core can serialize."""

    def complete(value: Any) -> Any:
        return checked(name, value, serialize(value))

    return complete


def checked(name: str, value: Any, serialized: Any) -> Any:
    """Return what a serializer made; a leaf is never null.

    Raises:
        TypeError: It made nothing.
    """
    if serialized is None or type(serialized).__name__ == "UndefinedType":
        from graphql.pyutils import inspect

        raise TypeError(
            f"Expected `{name}.coerce_output_value({inspect(value)})` to return non-nullable"
            f" value, returned: {inspect(serialized)}"
        )
    return serialized


def _odd(name: str, value: Any) -> Any:
    from graphql import specified_scalar_types

    return checked(name, value, specified_scalar_types[name].coerce_output_value(value))
