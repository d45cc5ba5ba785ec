"""Decides how the value of a field is got: an attribute, a plain function, or a resolver."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any, Final

from graphql import GraphQLField, GraphQLSchema
from strawberry.types.field import StrawberryField

from graphql_schema.compiled.plan import NotCompilableError
from graphql_schema.compiler.conversions import prepared_resolver
from graphql_schema.plain_resolvers import RESOLVER

_STRAWBERRY: Final = "strawberry-definition"
# Extension of a GraphQLField: the attribute that its resolver reads, and nothing else.
ATTRIBUTE: Final = "carte-attribute"


@dataclass(frozen=True, slots=True)
class Source:
    """How to get a field's value.

    Attributes:
        mode: As in `plan`.
        name: The field's, or the attribute's.
        access: What follows the source in an expression without effects; None: there is none.
        dicts: `access` is for dicts.
        renamed: Arguments' names in the document to the resolver's; None: as graphql-core has them.
    """

    mode: str
    name: str
    access: str | None = None
    dicts: bool = False
    call: Callable[..., Any] | None = None
    wants_info: bool = False
    renamed: Mapping[str, str] | None = field(default=None)


def source_of(
    schema: GraphQLSchema, definition: GraphQLField, name: str, *, portable: bool
) -> Source:
    """Where a field's value comes from.

    Raises:
        NotCompilableError: It needs graphql-core's info, and the code has to be portable.
    """
    attribute = definition.extensions.get(ATTRIBUTE)
    known: StrawberryField | None = definition.extensions.get(_STRAWBERRY)
    if (
        known is not None
        and known.is_basic_field
        and getattr(definition.resolve, "_is_default", False)
    ):
        attribute = known.python_name
    if attribute is not None:
        return Source("ATTRIBUTE", attribute, access=attribute)
    if known is not None and RESOLVER in known.metadata and not known.extensions:
        renamed = {
            argument.graphql_name or _camel(argument.python_name): argument.python_name
            for argument in known.arguments
        }
        return Source("CONTEXT", name, call=known.metadata[RESOLVER], renamed=renamed)
    if portable:
        raise NotCompilableError(f"{name} has a resolver that wants graphql-core's info")
    refuse_asynchronous(definition.resolve)
    if definition.resolve is None:
        return Source("DEFAULT", name, f"get({name!r})", dicts=True, wants_info=True)
    call = prepared_resolver(definition, schema) or definition.resolve
    return Source("RESOLVER", name, call=call, wants_info=True)


def refuse_asynchronous(function: Callable[..., Any] | None) -> None:
    """Leave a function that is awaited to graphql-core.

    Raises:
        NotCompilableError: The function is a coroutine function or an asynchronous generator.
    """
    if iscoroutinefunction(function) or isasyncgenfunction(function):
        raise NotCompilableError(f"{function!r} is asynchronous")


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
