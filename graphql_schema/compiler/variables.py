"""Writes the coercion of an operation's variables."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    Undefined,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.utilities.coerce_input_value import coerce_default_value

from graphql_schema.compiled.plan import NotCompilableError
from graphql_schema.compiler.emitter import Emitter
from graphql_schema.compiler.leaf_types import known_scalar
from graphql_schema.compiler.parsed_operation import ParsedOperation

_KNOWN = {
    "String": "coercion.string",
    "ID": "coercion.identifier",
    "Int": "coercion.integer",
    "Float": "coercion.number",
    "Boolean": "coercion.boolean",
    "DateTime": "coercion.moment",
}
Signatures = Mapping[str, GraphQLVariableSignature]


def signatures(schema: GraphQLSchema, operation: ParsedOperation) -> Signatures:
    """Return the operation's variables by name.

    Raises:
        NotCompilableError: One is of no input type.
    """
    found = {}
    for node in operation.node.variable_definitions or ():
        signature = get_variable_signature(schema, node)
        if isinstance(signature, GraphQLError):
            raise NotCompilableError(signature.message)
        found[signature.name] = signature
    return found


def values_of(
    known: Signatures, coerced: Mapping[str, Any], raw: Mapping[str, Any]
) -> VariableValues:
    """Coerced variables as graphql-core has them."""
    sources = {
        name: VariableValueSource(one, raw.get(name, Undefined)) for name, one in known.items()
    }
    return VariableValues(sources, dict(coerced))


class Variables:
    """Writes the variables of an operation."""

    def __init__(self, schema: GraphQLSchema, operation: ParsedOperation, emitter: Emitter) -> None:
        self._signatures = signatures(schema, operation)
        self._emitter = emitter
        self._within: list[str] = []

    def write(self) -> str:
        """Return an expression for the tuple of variables.

        Raises:
            NotCompilableError: Graphql-core has to coerce one.
        """
        return "(" + "".join(f"{self._one(one)}, " for one in self._signatures.values()) + ")"

    def _one(self, signature: GraphQLVariableSignature) -> str:
        required = is_non_null_type(signature.type)
        default = "None"
        if signature.default is not None:
            value = coerce_default_value(signature)
            default = f"lambda: {self._emitter.value(value)}"
        return (
            f"Variable({signature.name!r}, {self._coercion(signature.type)}, {required}, {default})"
        )

    def _coercion(self, kind: Any) -> str:
        if is_non_null_type(kind):
            return f"coercion.required({self._plain(kind.of_type)})"
        return f"coercion.nullable({self._plain(kind)})"

    def _plain(self, kind: Any) -> str:
        if is_list_type(kind):
            return f"coercion.listed({self._coercion(kind.of_type)})"
        if isinstance(kind, GraphQLInputObjectType):
            return self._fields(kind)
        if isinstance(kind, GraphQLScalarType) and (known := known_scalar(kind)):
            return _KNOWN[known]
        if isinstance(kind, GraphQLEnumType):
            values = {name: one.value for name, one in kind.values.items()}
            if any(value is None or value is Undefined for value in values.values()):
                raise NotCompilableError(f"{kind.name} has a value that is null")
            if all(type(value) in (str, int) for value in values.values()):
                made = getattr(kind, "wrapped_cls", None)
                if made is None:
                    return f"coercion.enum({self._emitter.mapping(values)})"
                if "<" not in made.__qualname__ and "." not in made.__qualname__:
                    where = f"{made.__module__!r}, {made.__name__!r}"
                    return f"coercion.enum_class({where}, {self._emitter.mapping(values)})"
        return f"coercion.of_core({self._emitter.constant(kind.coerce_input_value)})"

    def _fields(self, kind: GraphQLInputObjectType) -> str:
        if kind.name in self._within:
            raise NotCompilableError(f"{kind.name} holds itself")
        if kind.is_one_of or kind.out_type is not GraphQLInputObjectType.out_type:
            raise NotCompilableError(f"{kind.name} is made by code")
        self._within.append(kind.name)
        entries = []
        for name, one in kind.fields.items():
            default = coerce_default_value(one)
            maker = "None" if default is Undefined else f"lambda: {self._emitter.value(default)}"
            out = one.out_name or name
            entries.append(
                f"{name!r}: ({out!r}, {self._coercion(one.type)}, "
                f"{is_required_input_field(one)}, {maker})"
            )
        self._within.pop()
        return f"coercion.fields({{{', '.join(entries)}}})"
