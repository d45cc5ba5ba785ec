"""Interfaces and unions: finds the object type of a value, or the error message without one."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLSchema, is_object_type
from graphql.execution import default_type_resolver
from graphql.pyutils import inspect


def resolving(kind: Any) -> Callable[[Any, Any], Any]:
    """Return a function of (value, info) that returns the name of the object type."""

    def resolve(value: Any, info: Any) -> Any:
        return (kind.resolve_type or default_type_resolver)(value, info, kind)

    return resolve


def describing(schema: GraphQLSchema, kind: Any) -> Callable[[Any, Any, str], str]:
    """Return why (name, value, field) is no object of the type, in graphql-core's words."""

    def describe(name: Any, value: Any, field: str) -> str:
        if name is None:
            return (
                f"Abstract type '{kind}' must resolve to an Object type at runtime"
                f" for field '{field}'. Either the '{kind}' type should provide"
                " a 'resolve_type' function or each possible type should provide"
                " an 'is_type_of' function."
            )
        if not isinstance(name, str):
            return (
                f"Abstract type '{kind}' must resolve to an Object type at runtime"
                f" for field '{field}' with value {inspect(value)}, received"
                f" '{inspect(name)}', which is not a valid Object type name."
            )
        found = schema.get_type(name)
        if found is None:
            return (
                f"Abstract type '{kind}' was resolved to a type '{name}'"
                " that does not exist inside the schema."
            )
        if not is_object_type(found):
            return f"Abstract type '{kind}' was resolved to a non-object type '{name}'."
        return f"Runtime Object type '{found}' is not a possible type for '{kind}'."

    return describe
