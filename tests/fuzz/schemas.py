"""Random schemas: objects in four styles, interfaces, unions, enums, scalars, inputs, arguments."""

import random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLError,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    IntValueNode,
)

from tests.fuzz import nodes

STYLES = ("attributes", "dicts", "resolvers", "mixed")
_WRAPS = ("{}", "{}!", "{}!", "[{}]", "[{}!]", "[{}!]!", "[{}]!", "[[{}]]", "[[{}!]!]!")


def _even(value: Any) -> Any:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"not even a number: {type(value).__name__}")
    return None if value == 0 else value


def _even_literal(node: Any, _variables: Any = None) -> Any:
    if not isinstance(node, IntValueNode) or int(node.value) % 2:
        raise GraphQLError("Even cannot represent that")
    return int(node.value)


def _even_input(value: Any) -> Any:
    if not isinstance(value, int) or value % 2:
        raise GraphQLError("Even cannot represent that")
    return value


class SchemaMaker:
    """Makes one schema from one random number generator."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._schema: list[GraphQLSchema] = []
        self._shared = {"schema": self._schema}
        even = GraphQLScalarType("Even", _even, _even_input, _even_literal)
        blob = GraphQLScalarType("Blob")
        self._leaves: list[Any] = [
            GraphQLString, GraphQLID, GraphQLInt, GraphQLFloat, GraphQLBoolean, even, blob,
            *self._enums(),
        ]  # fmt: skip
        # An enum with null for a value is left to graphql-core wherever a variable has its type.
        odd = "OddEnum" if dice.random() < 0.9 else ""
        # Half of the schemas are mostly plain data: what `fast` functions are for.
        self._plain = dice.random() < 0.5
        self._inputs = [one for one in self._leaves if one is not blob and one.name != odd]
        for at in range(2):
            self._inputs.append(self._input(f"In{at}"))
        self._composite: list[Any] = []
        self._prefixes = 0

    def make(self) -> GraphQLSchema:
        """The schema."""
        dice = self._dice
        interfaces = [
            GraphQLInterfaceType(
                f"Face{at}",
                self._fields(dice.randrange(1, 4)),
                resolve_type=nodes.type_resolver(dice),
                extensions=dict(self._shared),
            )
            for at in range(dice.randrange(3))
        ]
        objects = [self._object(f"Obj{at}", interfaces) for at in range(dice.randrange(2, 6))]
        unions = [
            GraphQLUnionType(
                f"Union{at}",
                dice.sample(objects, dice.randrange(1, len(objects) + 1)),
                resolve_type=nodes.type_resolver(dice),
                extensions=dict(self._shared),
            )
            for at in range(dice.randrange(3))
        ]
        self._composite = [*interfaces, *objects, *objects, *unions]
        root = self._root("Query")
        made = GraphQLSchema(root, self._root("Mutation"), types=[*objects, *unions])
        self._schema.append(made)
        return made

    def _enums(self) -> list[GraphQLEnumType]:
        plain = GraphQLEnumType("Plain", {"ONE": 1, "TWO": 2, "TRUE_LIKE": "true"})
        odd = GraphQLEnumType(
            "OddEnum",
            {
                "NONE": GraphQLEnumValue(None),
                "LISTED": GraphQLEnumValue([1]),
                "SAME": GraphQLEnumValue(1.0),
                "AGAIN": GraphQLEnumValue(1),
            },
        )
        return [plain, odd]

    def _input(self, name: str) -> GraphQLInputObjectType:
        dice = self._dice
        inner = list(self._inputs)
        fields = {}
        for at in range(dice.randrange(1, 4)):
            kind, default = self._input_type(dice.choice(inner))
            out = f"out_{at}" if dice.random() < 0.3 else None
            fields[f"in{at}"] = GraphQLInputField(kind, default_value=default, out_name=out)
        return GraphQLInputObjectType(name, fields)

    def _input_type(self, named: Any) -> tuple[Any, Any]:
        from graphql import Undefined

        kind = named
        wrap = self._dice.random()
        if wrap < 0.2:
            kind = GraphQLList(kind if wrap < 0.1 else GraphQLNonNull(kind))
        default: Any = Undefined
        if self._dice.random() < 0.3:
            default = None
            if named is GraphQLInt and kind is named:
                default = 5
            if named is GraphQLString and kind is named:
                default = "default"
            if isinstance(kind, GraphQLList):
                default = []
        if (default is Undefined or default is not None) and self._dice.random() < 0.4:
            kind = GraphQLNonNull(kind)
        return kind, default

    def _object(self, name: str, interfaces: list[GraphQLInterfaceType]) -> GraphQLObjectType:
        dice = self._dice
        chosen = [one for one in interfaces if dice.random() < 0.6]
        style = dice.choice(STYLES[:2] if self._plain else STYLES)
        own = self._fields(dice.randrange(2, 7), style)

        def fields() -> dict[str, GraphQLField]:
            inherited = {
                key: nodes.styled(style, key, one.type, dict(one.args))
                for face in chosen
                for key, one in face.fields.items()
            }
            return {**own(), **inherited}

        made = GraphQLObjectType(
            name,
            fields,
            interfaces=chosen,
            is_type_of=None if self._plain else nodes.type_check(dice),
            extensions=dict(self._shared),
        )
        made.extensions["make"] = nodes.maker(made, style)
        if made.is_type_of is not None:
            made.is_type_of.owner = name  # type: ignore[attr-defined]
        return made

    def _root(self, name: str) -> GraphQLObjectType:
        return GraphQLObjectType(name, self._fields(self._dice.randrange(3, 7), "resolvers"))

    def _fields(self, count: int, style: str = "resolvers") -> Any:
        dice = random.Random(self._dice.random())
        self._prefixes += 1
        prefix = f"f{self._prefixes}_"

        def make() -> dict[str, GraphQLField]:
            fields = {}
            for at in range(count):
                own = dice.choice(("resolvers", "attributes")) if style == "mixed" else style
                named = dice.choice(self._leaves if dice.random() < 0.6 else self._composite)
                if self._plain and named.name in {"Even", "Blob"}:
                    named = GraphQLInt
                arguments = {}
                if own == "resolvers" or (own == "dicts" and dice.random() < 0.2):
                    arguments = self._arguments(dice)
                fields[f"{prefix}{at}"] = nodes.styled(
                    own, f"{prefix}{at}", _wrapped(dice.choice(_WRAPS), named), arguments
                )
            return fields

        return make

    def _arguments(self, dice: random.Random) -> dict[str, GraphQLArgument]:
        arguments = {}
        for at in range(dice.choice((0, 0, 1, 1, 2, 3))):
            kind, default = self._input_type(dice.choice(self._inputs))
            out = f"given_{at}" if dice.random() < 0.2 else None
            arguments[f"arg{at}"] = GraphQLArgument(kind, default_value=default, out_name=out)
        return arguments


def _wrapped(pattern: str, named: Any) -> Any:
    kind = named
    for mark in pattern.split("{}")[1]:
        kind = GraphQLNonNull(kind) if mark == "!" else GraphQLList(kind)
    return kind
