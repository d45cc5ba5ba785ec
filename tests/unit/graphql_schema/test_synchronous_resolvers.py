"""Compiled operations are synchronous: asynchronous resolvers are left to graphql-core."""

from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    is_abstract_type,
    is_introspection_type,
    is_object_type,
    parse,
)

from graphql_schema.compiled.execution import Execution
from graphql_schema.compiled.plan import NotCompilableError
from graphql_schema.compiler.in_memory import compile_operation
from graphql_schema.schema import build


async def later(*_: Any, **__: Any) -> Any:
    """A resolver, a type check, or a type resolver that has to be awaited."""
    return "Thing"


async def one_by_one(*_: Any, **__: Any) -> Any:
    """A resolver that returns an asynchronous iterator."""
    yield "thing"


def schema_of(**root: GraphQLField) -> GraphQLSchema:
    """A schema whose query type has these fields."""
    return GraphQLSchema(GraphQLObjectType("Query", root))


def asynchronous(schema: GraphQLSchema) -> list[str]:
    """The functions of a schema that have to be awaited."""
    found = []
    for kind in schema.type_map.values():
        functions: dict[str, Any] = {}
        if is_object_type(kind) and not is_introspection_type(kind):
            functions = {name: field.resolve for name, field in kind.fields.items()}
            functions["is_type_of"] = kind.is_type_of
        elif is_abstract_type(kind):
            functions["resolve_type"] = kind.resolve_type
        found += [
            f"{kind.name}.{name}"
            for name, function in functions.items()
            if iscoroutinefunction(function) or isasyncgenfunction(function)
        ]
    return found


def test_no_resolver_of_carte_is_asynchronous() -> None:
    assert asynchronous(build()._schema) == []
    assert asynchronous(schema_of(thing=GraphQLField(GraphQLString, resolve=later))) == [
        "Query.thing"
    ]


def checked_by(function: Any) -> GraphQLField:
    """A field of an object type with this `is_type_of`."""
    name = {"name": GraphQLField(GraphQLString)}
    return GraphQLField(GraphQLObjectType("Thing", name, is_type_of=function))


def resolved_by(function: Any) -> GraphQLField:
    """A field of an interface with this `resolve_type`."""
    name = {"name": GraphQLField(GraphQLString)}
    return GraphQLField(GraphQLInterfaceType("Named", name, resolve_type=function))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (GraphQLField(GraphQLString, resolve=later), "{ thing }"),
        (GraphQLField(GraphQLString, resolve=one_by_one), "{ thing }"),
        (checked_by(later), "{ thing { name } }"),
        (resolved_by(later), "{ thing { name } }"),
    ],
)
def test_operations_with_asynchronous_functions_are_left_to_graphql_core(
    field: GraphQLField, text: str
) -> None:
    with pytest.raises(NotCompilableError, match="asynchronous"):
        compile_operation(schema_of(thing=field), parse(text), None)


class Awaitable:
    """What a synchronous resolver must not return; every attribute of it reads as null."""

    def __await__(self) -> Any:
        raise AssertionError("it was awaited")


THING = GraphQLObjectType("Thing", {"name": GraphQLField(GraphQLString)})


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [(THING, Awaitable(), None), (GraphQLList(THING), [Awaitable()], [None])],
)
def test_an_awaitable_value_is_an_internal_error_and_not_silently_null(
    kind: Any, value: Any, shown: Any
) -> None:
    field = GraphQLField(kind, resolve=lambda *_: value)
    operation = compile_operation(schema_of(thing=field), parse("{ thing { name } }"), None)
    prepared = operation.prepared({})
    assert prepared is not None
    execution = Execution(operation.plan, prepared[1], None, {})
    assert execution.data(prepared[0]) == {"thing": shown}
    (error,) = execution.errors
    assert error.internal
    assert "awaitable" in error.message


def test_an_awaitable_where_null_may_not_stand_fails_the_parent() -> None:
    field = GraphQLField(GraphQLNonNull(GraphQLString), resolve=lambda *_: Awaitable())
    operation = compile_operation(schema_of(thing=field), parse("{ thing }"), None)
    prepared = operation.prepared({})
    assert prepared is not None
    execution = Execution(operation.plan, prepared[1], None, {})
    assert execution.data(prepared[0]) is None
    assert [error.internal for error in execution.errors] == [True]
