"""Objects of generated types, and the fields that read them, in the styles that schemas have.

attributes: objects with properties, and fields that say which one they read (as Strawberry's do);
dicts: dicts, some values callable, and graphql-core's default resolver; resolvers: functions;
mixed: attributes and resolvers.
"""

import random
from collections.abc import Callable
from typing import Any

from graphql import GraphQLArgument, GraphQLField, GraphQLObjectType

from graphql_schema.compiler.arguments import SLOT
from graphql_schema.compiler.sources import ATTRIBUTE
from tests.fuzz.values import value_of
from tests.fuzz.world import World

_DEEPEST = 4


class Node:
    """An object of a generated type."""

    def __init__(self, world: World, kind: str, place: tuple[Any, ...], depth: int) -> None:
        self.world = world
        self.kind = kind
        self.place = place
        self.depth = depth

    def __repr__(self) -> str:
        return f"<{self.kind}>"


def styled(style: str, name: str, kind: Any, arguments: dict[str, GraphQLArgument]) -> GraphQLField:
    """A field as its type's style has it."""
    if style in {"attributes", "mixed"} and not arguments:
        return GraphQLField(
            kind,
            resolve=lambda source, _info: getattr(source, name),
            extensions={ATTRIBUTE: name},
        )
    if style == "dicts":
        return GraphQLField(kind, arguments)
    return GraphQLField(kind, arguments, resolve=resolver(name, kind))


def resolver(name: str, kind: Any) -> Callable[..., Any]:
    """A resolver that notes its call."""

    def resolve(source: Any, info: Any, **arguments: Any) -> Any:
        world: World = info.context
        path = info.path.as_list()
        world.calls.append(
            f"{info.parent_type}.{info.field_name} {path} {sorted(arguments.items())!r} "
            f"{len(info.field_nodes)} {_variables(info)}"
        )
        dice = world.dice("call", name, *path)

        if "String" in str(kind) and arguments and dice.random() < 0.5:
            return repr(sorted(arguments.items()))
        return value_of(world, kind, (*path, name), len(path))

    return resolve


def _variables(info: Any) -> list[str]:
    # For a resolver that looks into the document, literals are variables that no client can send.
    return sorted(name for name in info.variable_values.coerced if not name.startswith(SLOT))


def maker(kind: GraphQLObjectType, style: str) -> Callable[..., Any]:
    """Makes objects of a type."""
    made: list[type[Node]] = []

    def make(world: World, place: tuple[Any, ...], depth: int) -> Any:
        if style == "dicts":
            return _dict(world, kind, place, depth)
        if not made:
            made.append(_class(kind))
        return made[0](world, kind.name, place, depth)

    return make


def _dict(world: World, kind: GraphQLObjectType, place: tuple[Any, ...], depth: int) -> Any:
    values: dict[str, Any] = {"kind": kind.name}
    for name, field in kind.fields.items():
        dice = world.dice(*place, name, "dict")
        if depth >= _DEEPEST or dice.random() < 0.05:
            continue  # a missing key is null

        def make(name: str = name, field: GraphQLField = field) -> Any:
            return value_of(world, field.type, (*place, name), depth + 1)

        if field.args or dice.random() < 0.1:
            values[name] = _callable(make)
            continue
        try:
            values[name] = make()
        except Exception as error:  # noqa: BLE001 - a dict cannot raise; an error may lie in it
            values[name] = error
    return values


def _callable(make: Callable[[], Any]) -> Callable[..., Any]:
    def called(info: Any, **arguments: Any) -> Any:
        info.context.calls.append(f"{info.path.as_list()} {sorted(arguments.items())!r}")
        return make()

    return called


def _class(kind: GraphQLObjectType) -> type[Node]:
    def reading(name: str, of: Any) -> property:
        def read(self: Node) -> Any:
            if self.depth > _DEEPEST + 2:
                return None
            return value_of(self.world, of, (*self.place, name), self.depth + 1)

        return property(read)

    read = {name: reading(name, field.type) for name, field in kind.fields.items()}
    return type(kind.name, (Node,), read)


def kind_of(value: Any) -> Any:
    """The name of the type that an object was made for."""
    return value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)


def type_resolver(dice: random.Random) -> Callable[..., Any] | None:
    """How an abstract type tells objects; None: graphql-core's way."""
    mood = dice.random()
    if mood < 0.25:
        return None
    wrong = dice.choice(("Query", "String", "Nowhere", None, 5, "Obj0"))

    def resolve(value: Any, info: Any, _kind: Any) -> Any:
        world: World = info.context
        name = kind_of(value)
        own = world.dice("type", *info.path.as_list(), name)
        if own.random() < world.chances.fault:
            if own.random() < 0.3:
                raise ValueError("no idea")
            name = wrong
        return name

    return resolve


def type_check(dice: random.Random) -> Callable[..., Any] | None:
    """An `is_type_of`, or none."""
    if dice.random() < 0.4:
        return None
    strict = dice.random() < 0.7

    def check(value: Any, info: Any) -> Any:
        world: World = info.context
        kind = kind_of(value)
        fits = kind is not None if not strict else kind == info_name(check)
        own = world.dice("check", *info.path.as_list(), str(kind))
        if own.random() < world.chances.fault / 2:
            raise ValueError("cannot tell")
        return fits

    return check


def info_name(check: Any) -> str | None:
    """The type that a check belongs to; set once the type is made."""
    return getattr(check, "owner", None)
