"""Literals and values of input types, and the variables that stand for them."""

import json
import random
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, is_list_type, is_non_null_type

_LITERALS: dict[str, tuple[str, ...]] = {
    "String": ('"text"', '""', '"""block"""', '"ü"'),
    "ID": ('"id"', "7"),
    "Int": ("0", "7", "-3", "2147483647"),
    "Float": ("1.5", "2", "-0.25", "1e3"),
    "Boolean": ("true", "false"),
    "Even": ("2", "0", "4"),
    "Blob": ("1",),
    "Date": ('"2026-05-04"', '"2026-10-25"'),
    "DateTime": ('"2026-05-04T08:00:00+02:00"', '"2026-05-04T06:00:00Z"'),
}
_VALUES: dict[str, tuple[Any, ...]] = {
    "String": ("text", "", "ü"),
    "ID": ("id", 7, "7"),
    "Int": (0, 7, -3, 2**31 - 1),
    "Float": (1.5, 2, -0.25, 1e300),
    "Boolean": (True, False),
    "Even": (2, 0),
    "Blob": (1,),
    "Date": ("2026-05-04", "0001-01-01"),
    "DateTime": ("2026-05-04T08:00:00+02:00", "2026-05-04T06:00:00Z"),
}
WRONG: tuple[Any, ...] = (None, 1.5, "wrong", [], {}, True, 2**40, [None], {"in0": 1})


class Inputs:
    """What an operation gives to its fields."""

    def __init__(
        self, dice: random.Random, usual: Mapping[str, tuple[Any, ...]] | None = None
    ) -> None:
        self._dice = dice
        self._values = {**_VALUES, **(usual or {})}
        self._literals = {
            **_LITERALS,
            **{name: tuple(map(json.dumps, values)) for name, values in (usual or {}).items()},
        }
        self._variables: dict[str, tuple[Any, str]] = {}

    def _literal(self, kind: Any, location: Any, depth: int) -> str:
        dice = self._dice
        if dice.random() < (0.5 if depth == 0 else 0.2):
            return self._variable(kind, location)
        if is_non_null_type(kind):
            return self._literal_of(kind.of_type, depth)
        return "null" if dice.random() < 0.12 else self._literal_of(kind, depth)

    def _literal_of(self, kind: Any, depth: int) -> str:
        dice = self._dice
        if is_list_type(kind):
            if dice.random() < 0.2 and not is_list_type(kind.of_type):
                return self._literal_of(_bare(kind.of_type), depth + 1)
            count = dice.randrange(3)
            items = (self._literal(kind.of_type, None, depth + 1) for _ in range(count))
            return f"[{', '.join(items)}]"
        if isinstance(kind, GraphQLInputObjectType):
            fields = [
                f"{name}: {self._literal(one.type, one, depth + 1)}"
                for name, one in kind.fields.items()
                if _needed(one) or dice.random() < 0.6
            ]
            return "{" + ", ".join(fields) + "}"
        if isinstance(kind, GraphQLEnumType):
            return str(dice.choice(list(kind.values)))
        return dice.choice(self._literals[kind.name])

    def _variable(self, kind: Any, location: Any) -> str:
        dice = self._dice
        name = f"v{len(self._variables)}"
        default = ""
        declared = kind
        if is_non_null_type(kind) and (
            (location is not None and not _needed(location)) or dice.random() < 0.3
        ):
            # Allowed where there is a default; and then null may come all the same.
            declared = kind.of_type
            default = "" if location is not None and not _needed(location) else "default"
        elif not is_non_null_type(kind) and dice.random() < 0.4:
            default = "default"
        if default:
            default = f" = {self._constant(_bare(declared))}"
        self._variables[name] = (declared, default)
        return f"${name}"

    def _constant(self, kind: Any) -> str:
        """A literal without variables."""
        if is_list_type(kind):
            return f"[{self._constant(_bare(kind.of_type))}]"
        if isinstance(kind, GraphQLInputObjectType):
            return (
                "{"
                + ", ".join(
                    f"{name}: {self._constant(_bare(one.type))}"
                    for name, one in kind.fields.items()
                )
                + "}"
            )
        if isinstance(kind, GraphQLEnumType):
            return str(next(iter(kind.values)))
        return self._literals[kind.name][0]

    def _value(self, kind: Any, dice: random.Random) -> Any:
        if is_non_null_type(kind):
            return self._value_of(kind.of_type, dice)
        return None if dice.random() < 0.15 else self._value_of(kind, dice)

    def _value_of(self, kind: Any, dice: random.Random) -> Any:
        if is_list_type(kind):
            if dice.random() < 0.1:
                return self._value(kind.of_type, dice)
            return [self._value(kind.of_type, dice) for _ in range(dice.randrange(3))]
        if isinstance(kind, GraphQLInputObjectType):
            return {
                name: self._value(one.type, dice)
                for name, one in kind.fields.items()
                if _needed(one) or dice.random() < 0.6
            }
        if isinstance(kind, GraphQLEnumType):
            return dice.choice(list(kind.values))
        return dice.choice(self._values[kind.name])


def _bare(kind: Any) -> Any:
    return kind.of_type if is_non_null_type(kind) else kind


def _needed(location: Any) -> bool:
    from graphql import is_required_argument, is_required_input_field
    from graphql.type import GraphQLInputField

    if isinstance(location, GraphQLInputField):
        return bool(is_required_input_field(location))
    return bool(is_required_argument(location))
