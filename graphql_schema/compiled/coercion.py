"""Coerces variables of the usual classes; graphql-core coerces, or rejects, all others.

Each function maps a JSON value to the value that resolvers get, or raises `NotPlainError`. No
resolver has run by then, so graphql-core can run the whole operation and word the error.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import import_module
from typing import Any

from graphql_schema.compiled.serialization import MAX_INT, MIN_INT

Coerce = Callable[[Any], Any]


class NotPlainError(Exception):
    """The value needs graphql-core to be coerced or rejected."""


def string(value: Any) -> Any:
    """Return a value of a variable as a String."""
    if value.__class__ is not str:
        raise NotPlainError
    return value


def identifier(value: Any) -> Any:
    """Return a value of a variable as an ID: a text, or a whole number."""
    if value.__class__ is int:
        return str(value)
    return string(value)


def integer(value: Any) -> Any:
    """Return a value of a variable as an Int."""
    if value.__class__ is not int or not MIN_INT <= value <= MAX_INT:
        raise NotPlainError
    return value


def number(value: Any) -> Any:
    """Return a value of a variable as a Float; a whole number where a float holds it exactly."""
    if value.__class__ is float and value - value == 0.0:
        return value
    if value.__class__ is int and abs(value) <= 2**53:
        return float(value)
    raise NotPlainError


def boolean(value: Any) -> Any:
    """Return a value of a variable as a Boolean."""
    if value.__class__ is not bool:
        raise NotPlainError
    return value


def moment(value: Any) -> datetime:
    """Return a value of a variable as a DateTime, as Strawberry reads it."""
    parse: Callable[[str], datetime] = import_module("dateutil.parser").isoparse
    try:
        return parse(string(value))
    except Exception:  # noqa: BLE001 - graphql-core will say what it was
        raise NotPlainError from None


def nullable(of: Coerce) -> Coerce:
    """Return the coercion of a type that may be null."""
    return lambda value: None if value is None else of(value)


def required(of: Coerce) -> Coerce:
    """Return the coercion of a type that may not be null."""

    def coerce(value: Any) -> Any:
        if value is None:
            raise NotPlainError
        return of(value)

    return coerce


def listed(of: Coerce) -> Coerce:
    """Return the coercion of a list; a single value becomes a list of one (GraphQL, 3.11)."""

    def coerce(value: Any) -> Any:
        if value.__class__ is list:
            return [of(one) for one in value]
        if value.__class__ in (str, int, float, bool, dict):
            return [of(value)]
        raise NotPlainError

    return coerce


def enum(values: Mapping[str, Any]) -> Coerce:
    """Return the coercion of an enum from its names."""

    def coerce(value: Any) -> Any:
        try:
            return values[string(value)]
        except KeyError:
            raise NotPlainError from None

    return coerce


def enum_class(module: str, name: str, values: Mapping[str, Any]) -> Coerce:
    """Return the coercion of an enum to the members of a Python class.

    Args:
        module: The module of the class, imported at the first value, for the sake of cold starts.
        name: The name of the class in it.
        values: By the names of GraphQL, the values of the members.
    """

    def coerce(value: Any) -> Any:
        try:
            return getattr(import_module(module), name)(values[string(value)])
        except (KeyError, ValueError):
            raise NotPlainError from None

    return coerce


def of_core(coerce_input: Coerce) -> Coerce:
    """Return the coercion of a scalar that only graphql-core can coerce."""

    def coerce(value: Any) -> Any:
        try:
            coerced = coerce_input(value)
        except Exception:  # noqa: BLE001 - graphql-core will say what it was
            raise NotPlainError from None
        if type(coerced).__name__ == "UndefinedType":
            raise NotPlainError
        return coerced

    return coerce


def fields(
    known: Mapping[str, tuple[str, Coerce, bool, Callable[[], Any] | None]],
) -> Coerce:
    """An input object: name to (name for resolvers, coercion, required, maker of the default)."""

    def coerce(value: Any) -> Any:
        if value.__class__ is not dict or not value.keys() <= known.keys():
            raise NotPlainError
        coerced = {}
        for name, (out, of, needed, default) in known.items():
            if name in value:
                coerced[out] = of(value[name])
            elif needed:
                raise NotPlainError
            elif default is not None:
                coerced[out] = default()
        return coerced

    return coerce
