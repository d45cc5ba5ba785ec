"""Reads from a schema what its fields weigh: its cost directives, and sizes of introspection."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
    TypeNameMetaFieldDef,
    get_named_type,
    introspection_types,
)
from strawberry import UNSET

from graphql_schema.cost.directives import Cost, ListSize, TextCost

_DEFINITION: Final = "strawberry-definition"
_TYPE: Final = 50  # of the field `__type`: the type that is named may be the largest


@dataclass(frozen=True, slots=True)
class ArgumentCost:
    """What an argument adds to its field.

    Attributes:
        name: The argument.
        weight: Units where a value is given.
        text: Units by the length of the value; None: its length does not matter.
    """

    name: str
    weight: int
    text: TextCost | None


# The types of the schema count by so much: the introspection of tools must pass as the schema grows
# (a whole one takes 9 ms of CPU), and only tools of developers send it.
_OF_TYPES: Final = 0.6


@dataclass(frozen=True, slots=True)
class FieldCost:
    """What a field weighs.

    Attributes:
        weight: Units of the field itself.
        arguments: What its arguments add.
        size: How many entries it, or lists in what it returns, have.
        default_size: Entries where the slicing argument is left out; None: there is no default.
        is_list: Whether it returns a list.
        mean: How many values a field of introspection has on average; 1 for all others.
        of_type: Name of the type of what it returns.
    """

    weight: int
    arguments: tuple[ArgumentCost, ...]
    size: ListSize | None
    default_size: int | None
    is_list: bool
    of_type: str
    mean: float = 1.0


Weights = Mapping[tuple[str, str], FieldCost]


def weights(schema: GraphQLSchema) -> Weights:
    """Return what each field of a schema weighs, by the names of its type and of the field."""
    found: dict[tuple[str, str], FieldCost] = {}
    means = _introspection_means(schema)
    for type_name, kind in [*schema.type_map.items(), *introspection_types.items()]:
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            found[type_name, "__typename"] = _of_field(TypeNameMetaFieldDef)
            for name, field in kind.fields.items():
                found[type_name, name] = _of_field(field, means.get((type_name, name), 1.0))
    if schema.query_type is not None:
        root = schema.query_type.name
        found[root, "__schema"] = _of_field(SchemaMetaFieldDef)
        found[root, "__type"] = replace(_of_field(TypeMetaFieldDef), weight=_TYPE)
    return found


def _of_field(field: GraphQLField, mean: float = 1.0) -> FieldCost:
    stated = {type(one): one for one in _directives(field.extensions)}
    size: ListSize | None = stated.get(ListSize)
    cost: Cost | None = stated.get(Cost)
    slicing = size.slicing_arguments if size else None
    default = None
    if slicing and slicing is not UNSET:
        value = field.args[slicing[0]].default_value
        default = value if isinstance(value, int) else None
    return FieldCost(
        weight=1 if cost is None else cost.weight,
        arguments=tuple(_of_arguments(field)),
        size=size,
        default_size=default,
        mean=mean,
        is_list=_is_list(field.type),
        of_type=get_named_type(field.type).name,
    )


def _of_arguments(field: GraphQLField) -> Iterable[ArgumentCost]:
    for name, argument in field.args.items():
        stated = {type(one): one for one in _directives(argument.extensions)}
        cost: Cost | None = stated.get(Cost)
        text: TextCost | None = stated.get(TextCost)
        if cost is not None or text is not None:
            yield ArgumentCost(name, 0 if cost is None else cost.weight, text)


def _directives(extensions: Mapping[str, Any]) -> Iterable[Any]:
    definition = extensions.get(_DEFINITION)
    return () if definition is None else getattr(definition, "directives", ())


def _is_list(kind: Any) -> bool:
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)


def _introspection_means(schema: GraphQLSchema) -> dict[tuple[str, str], float]:
    """Return how many values a field of introspection has on average in this schema.

    graphql-core refuses introspection that nests deeply, so means are enough: no operation can
    follow the largest types alone.
    """
    types = list(schema.type_map.values())
    inputs = [one for one in types if isinstance(one, GraphQLInputObjectType)]
    enums = [one for one in types if isinstance(one, GraphQLEnumType)]
    with_fields = [
        one for one in types if isinstance(one, GraphQLObjectType | GraphQLInterfaceType)
    ]
    fields = [field for one in with_fields for field in one.fields.values()]
    given = [value for one in inputs for value in one.fields.values()]
    arguments = [argument for field in fields for argument in field.args.values()]
    wrapped = [_wrappers(one.type) for one in (*fields, *given, *arguments)]
    directives = schema.directives
    return {
        ("__Schema", "types"): len(types) * _OF_TYPES,
        ("__Schema", "directives"): float(len(directives)),
        ("__Type", "fields"): len(fields) / len(types),
        ("__Type", "inputFields"): len(given) / len(types),
        ("__Type", "enumValues"): sum(len(one.values) for one in enums) / len(types),
        ("__Type", "interfaces"): sum(len(one.interfaces) for one in with_fields) / len(types),
        ("__Type", "possibleTypes"): sum(len(one.interfaces) for one in with_fields) / len(types),
        ("__Type", "ofType"): sum(wrapped) / (sum(wrapped) + len(wrapped)),
        ("__Field", "args"): len(arguments) / len(fields),
        ("__Directive", "args"): sum(len(one.args) for one in directives) / len(directives),
        ("__Directive", "locations"): 3.0,
    }


def _wrappers(kind: Any) -> int:
    """Return how many non-null and list types are around a type."""
    count = 0
    while isinstance(kind, GraphQLNonNull | GraphQLList):
        count += 1
        kind = kind.of_type
    return count
