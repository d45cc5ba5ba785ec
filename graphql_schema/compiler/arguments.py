"""Writes functions that map variables to the keyword arguments of a resolver."""

from collections.abc import Mapping
from typing import Any, Final

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    VariableNode,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
)
from graphql.execution.values import get_argument_values
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal

from graphql_schema.compiled.plan import NotCompilableError
from graphql_schema.compiler.emitter import Emitter
from graphql_schema.compiler.parsed_operation import ParsedOperation
from graphql_schema.compiler.variables import signatures, values_of

# The names of variables that stand for literals (`graphql_schema.compiler.lifting`) begin so.
SLOT: Final = "#"


class Arguments:
    """Writes the functions that make arguments.

    Attributes:
        checks: Conditions on the coerced variables `v`; where one fails, graphql-core runs the
            operation.
    """

    def __init__(self, schema: GraphQLSchema, operation: ParsedOperation, emitter: Emitter) -> None:
        self._operation = operation
        self._emitter = emitter
        self._signatures = signatures(schema, operation)
        self.checks: set[str] = set()

    def of(
        self, definition: GraphQLField, node: FieldNode, renamed: Mapping[str, str] | None
    ) -> str:
        """Return an expression for a function of (coerced variables, raw variables), or `None`.

        Raises:
            NotCompilableError: Only graphql-core can decide it, and the code has to be portable.
        """
        if not definition.args:
            return "None"
        try:
            return self._spelled(definition, node, renamed)
        except NotCompilableError:
            if self._emitter.portable or renamed is not None:
                raise
        known = self._signatures

        def arguments(coerced: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
            return get_argument_values(definition, node, values_of(known, coerced, raw))

        return self._emitter.constant(arguments)

    def _spelled(
        self, definition: GraphQLField, node: FieldNode, renamed: Mapping[str, str] | None
    ) -> str:
        given = {one.name.value: one.value for one in node.arguments or ()}
        entries = []
        for name, argument in definition.args.items():
            out = argument.out_name or name
            if renamed is not None:
                out = renamed[name]
            entry = self._entry(out, argument, given.get(name))
            if entry is not None:
                entries.append(entry)
        return f"lambda v, _raw: {{{', '.join(entries)}}}"

    def _entry(self, out: str, argument: GraphQLArgument, value: Any) -> str | None:
        """`'name': expression`, or `**...` where the argument may be left out."""
        if value is None:
            if is_required_argument(argument):
                raise NotCompilableError("a required argument is missing")
            return self._default(out, argument)
        names = {one.name.value for one in _variables_in(value)}
        if all(one.startswith(SLOT) for one in names):
            return f"{out!r}: {self._literal(value, argument.type)}"
        if isinstance(value, VariableNode):
            return self._variable(out, argument, value.name.value)
        raise NotCompilableError("variables within a literal")

    def _literal(self, value: Any, kind: Any) -> str:
        """Return an expression for a literal, parts of which may be slots."""
        if isinstance(value, VariableNode):
            return f"v[{value.name.value!r}]"
        kind = get_nullable_type(kind)
        if any(True for _ in _variables_in(value)):
            if is_list_type(kind):
                items = value.values if isinstance(value, ListValueNode) else (value,)
                return f"[{', '.join(self._literal(one, kind.of_type) for one in items)}]"
            if is_input_object_type(kind) and isinstance(value, ObjectValueNode):
                return self._object(value, kind)
        coerced = coerce_input_literal(value, kind)
        if coerced is Undefined:
            raise NotCompilableError("a literal of another type")
        return self._emitter.value(coerced)

    def _object(self, value: ObjectValueNode, kind: GraphQLInputObjectType) -> str:
        given = {one.name.value: one.value for one in value.fields}
        entries = []
        for name, one in kind.fields.items():
            if name in given:
                spelled = self._literal(given[name], one.type)
            elif (default := coerce_default_value(one)) is not Undefined:
                spelled = self._emitter.value(default)
            else:
                continue
            entries.append(f"{(one.out_name or name)!r}: {spelled}")
        made = f"{{{', '.join(entries)}}}"
        if kind.out_type is GraphQLInputObjectType.out_type:
            return made
        return f"{self._emitter.constant(kind.out_type)}({made})"

    def _default(self, out: str, argument: GraphQLArgument) -> str | None:
        default = coerce_default_value(argument)
        return None if default is Undefined else f"{out!r}: {self._emitter.value(default)}"

    def _variable(self, out: str, argument: GraphQLArgument, name: str) -> str:
        signature = self._signatures.get(name)
        if signature is None:
            raise NotCompilableError(f"${name} is not declared")
        never_null = is_non_null_type(signature.type)
        if is_non_null_type(argument.type) and not never_null:
            # Null may come, and then it is the field's error.
            self.checks.add(f"v.get({name!r}, 0) is not None")
        if never_null or signature.default is not None:
            return f"{out!r}: v[{name!r}]"
        absent = self._default(out, argument)
        without = "{}" if absent is None else f"{{{absent}}}"
        return f"**({{{out!r}: v[{name!r}]}} if {name!r} in v else {without})"


def _variables_in(node: Any) -> Any:
    if isinstance(node, VariableNode):
        yield node
    for inner in getattr(node, "values", None) or ():
        yield from _variables_in(inner)
    for inner in getattr(node, "fields", None) or ():
        yield from _variables_in(inner.value)
