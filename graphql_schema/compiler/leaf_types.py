"""Writes the leaf types (scalars and enums) of generated code."""

from typing import Any, Final

from graphql import GraphQLEnumType, GraphQLScalarType, is_specified_scalar_type

from graphql_schema.compiled.plan import NotCompilableError
from graphql_schema.compiler.emitter import Emitter
from graphql_schema.compiler.fast_functions import CHECKS, FastLeaf

_BUILTIN: Final = {
    "String": "serialization.string",
    "ID": "serialization.identifier",
    "Int": "serialization.integer",
    "Float": "serialization.number",
    "Boolean": "serialization.boolean",
    "DateTime": "serialization.moment",
}


def known_scalar(kind: Any) -> str | None:
    """Return the name of a scalar that is known here: GraphQL's own, and Strawberry's DateTime."""
    if is_specified_scalar_type(kind):
        return str(kind.name)
    definition = kind.extensions.get("strawberry-definition")
    if definition is not None and kind.name == "DateTime":
        from strawberry.schema.types.base_scalars import DateTimeDefinition

        return "DateTime" if definition is DateTimeDefinition else None
    return None


class LeafTypes:
    """Leaf types of one emitted text, each written once."""

    def __init__(self, emitter: Emitter) -> None:
        self._emitter = emitter
        self._written: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def builtin(self, name: str) -> str:
        """Return the name of a known scalar's type."""
        if name not in self._written:
            expression = f"LeafType({name!r}, {_BUILTIN[name]})"
            self._written[name] = self._emitter.let("leaf", expression)
        return self._written[name]

    def of(self, kind: GraphQLScalarType | GraphQLEnumType) -> str:
        """Return the name of a type.

        Raises:
            NotCompilableError: It cannot be written down.
        """
        if isinstance(kind, GraphQLScalarType) and (known := known_scalar(kind)):
            return self.builtin(known)
        if kind.name in self._written:
            return self._written[kind.name]
        if isinstance(kind, GraphQLEnumType) and self._emitter.portable:
            wrapped: Any = getattr(kind, "wrapped_cls", None)
            owner = f"{wrapped.__module__}.{wrapped.__qualname__}" if wrapped else ""
            complete = f"serialization.enum({kind.name!r}, {self._enum(kind)}, {owner!r})"
        else:
            serialize = self._emitter.constant(kind.coerce_output_value)
            complete = f"serialization.of_core({kind.name!r}, {serialize})"
        name = self._emitter.let("leaf", f"LeafType({kind.name!r}, {complete})")
        self._written[kind.name] = name
        return name

    def fast(self, kind: GraphQLScalarType | GraphQLEnumType) -> FastLeaf | None:
        """How a `fast` function checks it; None: custom scalars are called once only."""
        if isinstance(kind, GraphQLEnumType):
            return FastLeaf(None, self._enum(kind))
        known = known_scalar(kind)
        return FastLeaf(CHECKS[known]) if known else None

    def _enum(self, kind: GraphQLEnumType) -> str:
        if kind.name not in self._names:
            lookup = dict(kind._value_lookup)  # noqa: SLF001 - what graphql-core looks up
            if self._emitter.portable:
                if not all(type(key) in (str, int) for key in lookup):
                    raise NotCompilableError(f"values of {kind.name}")
                expression = self._emitter.mapping(lookup)
            else:
                expression = self._emitter.constant(lookup)
            self._names[kind.name] = self._emitter.let("names", expression)
        return self._names[kind.name]
