"""Prepared conversions of arguments make what Strawberry makes, of every input of the schema."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Annotated, Any

import pytest
import strawberry
from graphql import (
    GraphQLField,
    GraphQLInputType,
    get_named_type,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.utilities.coerce_input_value import coerce_default_value
from hypothesis import given, settings
from hypothesis import strategies as st
from strawberry import UNSET
from strawberry.relay import GlobalID
from strawberry.types.arguments import convert_arguments

from graphql_schema.compiler.conversions import (
    Conversions,
    NotPreparableError,
    prepared_resolver,
)
from graphql_schema.schema import build

ABSENT = object()


@strawberry.enum
class Color(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.input
class Leaf:
    text: str
    color: Color = Color.RED
    colors: list[Color | None] | None = UNSET


@strawberry.input
class Tree:
    own_leaf: Leaf
    note: str | None
    named: int | None = strawberry.field(name="other_name", default=3)
    leaves: list[list[Leaf]] = strawberry.field(default_factory=list)
    texts: list[str] | None = UNSET
    inner: Annotated["Tree", strawberry.lazy(__name__)] | None = None


@strawberry.input(one_of=True)
class Choice:
    tree: Tree | None = UNSET
    number: int | None = UNSET


@strawberry.input
class Perhaps:
    text: strawberry.Maybe[str | None]


@strawberry.input
class Refers:
    of: GlobalID


@strawberry.type
class Node:
    number: int

    @strawberry.field
    def seen(self, info: strawberry.Info[Any, Any], tree: Tree, by: list[Color]) -> str:
        return repr((self.number, info.field_name, tree, by))


def _parent(parent: strawberry.Parent[Node], choice: Choice | None = None) -> str:
    return repr((parent, choice))


@strawberry.type
class Query(Node):
    node: Node
    of_parent: str = strawberry.field(resolver=_parent)

    @strawberry.field
    def maybe(self, perhaps: Perhaps) -> str:
        return repr(perhaps)

    @strawberry.field
    def refers(self, refers: Refers) -> str:
        return repr(refers)

    @strawberry.field
    async def awaited(self, tree: Tree) -> str:
        return repr(tree)


OWN = strawberry.Schema(query=Query)
CARTE = build()
LEFT_TO_STRAWBERRY = {"Query.maybe", "Query.refers", "Query.awaited"}


def with_arguments(owner: strawberry.Schema) -> dict[str, GraphQLField]:
    """The fields of a schema that take arguments and have a resolver."""
    found = {}
    for kind in owner._schema.type_map.values():
        if (is_object_type(kind) or is_interface_type(kind)) and not kind.name.startswith("__"):
            for name, field in kind.fields.items():
                if field.args and "strawberry-definition" in field.extensions:
                    found[f"{kind.name}.{name}"] = field
    return found


FIELDS = [(owner, name) for owner in (CARTE, OWN) for name in with_arguments(owner)]


def values_of(kind: GraphQLInputType, depth: int = 0) -> st.SearchStrategy[Any]:
    """Coerced values of a type, as graphql-core gives them to resolvers."""
    if is_non_null_type(kind):
        return values_of(kind.of_type, depth)
    if is_list_type(kind):
        item = values_of(kind.of_type, depth)
        if not is_non_null_type(kind.of_type):
            item |= st.none()
        return st.lists(item, max_size=2)
    if is_enum_type(kind):
        return st.sampled_from([one.value for one in kind.values.values()])
    if is_input_object_type(kind):
        return mappings_of(kind.fields, depth + 1)
    return st.integers(0, 2) | st.sampled_from(["", "a", "é"])


def mappings_of(entries: Mapping[str, Any], depth: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """Coerced values of arguments, or of the fields of an input, by their names."""
    made = {}
    for name, entry in entries.items():
        required = is_non_null_type(entry.type) and coerce_default_value(entry) is not None
        if depth > 3 and not is_non_null_type(entry.type):
            made[name] = st.just(ABSENT)
            continue
        one: st.SearchStrategy[Any] = values_of(entry.type, depth)
        if not is_non_null_type(entry.type):
            one = st.just(ABSENT) | st.none() | st.just(UNSET) | one
        elif not required:
            one |= st.just(ABSENT)
        made[name] = one
    return st.fixed_dictionaries(made).map(
        lambda found: {name: one for name, one in found.items() if one is not ABSENT}
    )


def by_strawberry(owner: strawberry.Schema, field: GraphQLField, values: Any) -> Any:
    """Convert as Strawberry does."""
    converter = owner.schema_converter
    arguments = field.extensions["strawberry-definition"].arguments
    return convert_arguments(values, arguments, converter.scalar_registry, owner.config)


def prepared(owner: strawberry.Schema, field: GraphQLField) -> Callable[[Any], Any]:
    conversions = Conversions(owner.config, owner.schema_converter.scalar_registry)
    return conversions.of_arguments(field.extensions["strawberry-definition"].arguments)


def outcome(convert: Callable[[Any], Any], values: Any) -> tuple[Any, str]:
    """What a conversion makes, and how it shows it: 1 and True are equal."""
    try:
        made = convert(values)
    except Exception as error:  # noqa: BLE001 - Strawberry's classes raise what they will
        return type(error), str(error)
    return made, repr(made)


@pytest.mark.parametrize(("owner", "name"), FIELDS, ids=[name for _, name in FIELDS])
@given(data=st.data())
@settings(max_examples=25)
def test_what_is_made_of_arguments(
    owner: strawberry.Schema, name: str, data: st.DataObject
) -> None:
    field = with_arguments(owner)[name]
    try:
        convert = prepared(owner, field)
    except NotPreparableError:
        assert owner is OWN
        assert name in LEFT_TO_STRAWBERRY
        return
    values = data.draw(mappings_of(field.args))
    expected = outcome(lambda given: by_strawberry(owner, field, given), values)
    assert outcome(convert, values) == expected
    _share_no_list(convert, values)


def _share_no_list(convert: Callable[[Any], Any], values: dict[str, Any]) -> None:
    made = outcome(convert, values)[0]
    if isinstance(made, dict):
        mine = [one for one in made.values() if isinstance(one, list)]
        given_ones = [one for one in values.values() if isinstance(one, list)]
        assert not any(one is other for one in mine for other in given_ones)


class _Info:
    """What a resolver reads of graphql-core's info."""

    field_name = "seen"


@given(st.data())
@settings(max_examples=60)
def test_a_prepared_resolver_is_called_as_strawberry_calls_it(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["Query.seen", "Query.ofParent", "Node.seen"]))
    field = with_arguments(OWN)[name]
    resolve, before = prepared_resolver(field, OWN._schema), field.resolve
    assert resolve is not None
    assert before is not None
    assert resolve is prepared_resolver(field, OWN._schema)
    values, source = data.draw(mappings_of(field.args)), Query(number=3, node=Node(number=4))
    expected = outcome(lambda given: before(source, _Info(), **given), values)
    assert outcome(lambda given: resolve(source, _Info(), **given), values) == expected


def test_only_what_needs_strawberry_is_left_to_it() -> None:
    left = {
        name
        for owner, name in FIELDS
        if prepared_resolver(with_arguments(owner)[name], owner._schema) is None
    }
    assert left == LEFT_TO_STRAWBERRY


def test_every_input_of_carte_is_converted() -> None:
    reached: set[str] = set()

    def walk(entries: Mapping[str, Any]) -> None:
        for entry in entries.values():
            kind = get_named_type(entry.type)
            if is_input_object_type(kind) and kind.name not in reached:
                reached.add(kind.name)
                walk(kind.fields)

    for field in with_arguments(CARTE).values():
        walk(field.args)
    kinds = CARTE._schema.type_map.values()
    assert reached == {kind.name for kind in kinds if is_input_object_type(kind)}
    assert len(reached) > 20
