"""Values of generated types: mostly right, sometimes odd, sometimes wrong."""

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from graphql import (
    GraphQLEnumType,
    is_abstract_type,
    is_enum_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from tests.fuzz.world import Printable, World

# By scalar: values that serialize; not all of the class that one expects.
RIGHT: dict[str, tuple[Any, ...]] = {
    "String": ("", "text", "ü", 7, 1.5, True, "null"),
    "ID": ("id", "7", 7, 7.0, ""),
    "Int": (0, 1, -1, 2**31 - 1, -(2**31), True, 7.0, "12", Decimal(3)),
    "Float": (0.0, 1.5, -2.25, 3, True, "1.5", Decimal("0.5"), 2**53, 1e300),
    "Boolean": (True, False, 1, 0, 0.0),
    "Even": (0, 2, 4),
    "Blob": ("blob", [1, {"a": None}], {"b": [True]}),
}


USUAL: dict[str, tuple[Any, ...]] = {
    "String": ("", "text", "ü"),
    "ID": ("id", "7"),
    "Int": (0, 1, -1, 2**31 - 1, -(2**31)),
    "Float": (0.0, 1.5, -2.25, 1e300),
    "Boolean": (True, False),
    "Even": (2, 4),
    "Blob": ("blob",),
}
# By type: values that are nearly right.
NEAR: dict[str, tuple[Any, ...]] = {
    "String": (b"bytes", [], object, float("nan")),
    "ID": (1.5, True, float("inf"), b"id"),
    "Int": (2**31, -(2**31) - 1, 1.5, "x", float("nan")),
    "Float": (float("nan"), float("-inf"), 2**53 + 1, "x", 10**400),
    "Boolean": ("true", float("nan"), [], None),
    "Even": (1, True, "2"),
    "Plain": ("ONE", 3, True, [], None),
    "OddEnum": ("LISTED", 2, [2], {}),
}


def _near(kind: Any) -> tuple[Any, ...]:
    if is_non_null_type(kind):
        return (None, *_near(kind.of_type))
    if is_list_type(kind):
        return (5, "text", {}, {"a": 1}, Printable())
    return NEAR.get(kind.name, (5, "text", [], Printable()))


def value_of(world: World, kind: Any, place: tuple[Any, ...], depth: int = 0) -> Any:
    """A value for a type at a place."""
    dice = world.dice(*place)
    if dice.random() < world.chances.fault:
        if dice.random() < 0.5 and (near := _near(kind)):
            return dice.choice(near)
        return world.fault(dice, f"{place[-1]}")
    if is_non_null_type(kind):
        return _filled(world, kind.of_type, dice, place, depth)
    if dice.random() < world.chances.null:
        return None
    return _filled(world, kind, dice, place, depth)


def _filled(
    world: World, kind: Any, dice: random.Random, place: tuple[Any, ...], depth: int
) -> Any:
    if is_list_type(kind):
        return _list(world, kind, dice, place, depth)
    if is_enum_type(kind):
        return _enum(kind, dice)
    if is_leaf_type(kind):
        odd = dice.random() < world.chances.odd
        return dice.choice((RIGHT if odd else USUAL)[kind.name])
    if is_abstract_type(kind):
        possible = world_schema(kind).get_possible_types(kind)
        chosen = dice.choice(possible) if possible else None
        if chosen is None:
            return None
        return make_node(world, chosen, place, depth)
    return make_node(world, kind, place, depth)


def _enum(kind: GraphQLEnumType, dice: random.Random) -> Any:
    values = [one.value if one.value is not None else name for name, one in kind.values.items()]
    return dice.choice(values)


def _list(world: World, kind: Any, dice: random.Random, place: tuple[Any, ...], depth: int) -> Any:
    length = dice.choice((0, 1, 2, 3, 5)) if depth < 3 else dice.choice((0, 1, 2))

    def item(at: int) -> Any:
        return value_of(world, kind.of_type, (*place, at), depth + 1)

    shape = dice.random() if dice.random() < world.chances.odd else 0.0
    if shape < 0.7:
        return [item(at) for at in range(length)]
    if shape < 0.85:
        return tuple(item(at) for at in range(length))

    def one_by_one() -> Iterator[Any]:
        for at in range(length):
            yield item(at)

    return one_by_one()


def make_node(world: World, kind: Any, place: tuple[Any, ...], depth: int) -> Any:
    """An object of a type, in the style that the type has."""
    make = kind.extensions["make"]
    return make(world, place, depth)


def world_schema(kind: Any) -> Any:
    """The schema of a generated type."""
    return kind.extensions["schema"][0]
