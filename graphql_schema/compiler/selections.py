"""Compiles the selections of a validated operation into Python source.

graphql-core itself collects the selected fields, once for each combination of the variables that
decide `@skip` and `@include`; so merging, fragments and order agree with it. For each field, this
module writes the resolver, the arguments, the type, and, where reading has no effects, a `fast`
function.
"""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    OperationType,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues
from graphql.language import get_location

from graphql_schema.compiled.plan import NotCompilableError
from graphql_schema.compiler import fast_functions as fast
from graphql_schema.compiler.abstract_types import describing, resolving
from graphql_schema.compiler.arguments import Arguments
from graphql_schema.compiler.emitter import Emitter
from graphql_schema.compiler.leaf_types import LeafTypes
from graphql_schema.compiler.parsed_operation import ParsedOperation
from graphql_schema.compiler.sources import refuse_asynchronous, source_of

# Types whose objects keep their serialized part of a response, in `memo`, by `keep`.
MEMOIZED = frozenset({"MenuItem"})


class SelectionCompiler:
    """Writes the function that makes one `Selection`."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: ParsedOperation,
        emitter: Emitter,
        *,
        memo: str | None,
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._emitter = emitter
        self._memo = memo
        self._leaves = LeafTypes(emitter)
        self._arguments = Arguments(schema, operation, emitter)
        self._objects: dict[tuple[str, tuple[int, ...]], str] = {}
        self._values = VariableValues({}, {})
        # Whether a `fast` function of a field above does what is being written.
        self._covered = False

    def write(self, switches: Mapping[str, bool]) -> str:
        """Write the lines, and return an expression of the `Selection`.

        Raises:
            NotCompilableError: Graphql-core has to run it.
        """
        self._values = VariableValues({}, dict(switches))
        operation = self._operation
        root = self._schema.get_root_type(operation.node.operation)
        if root is None:
            raise NotCompilableError("the schema has no such operations")
        if operation.node.operation is OperationType.SUBSCRIPTION:
            self._check_subscription(root)
        groups = collect_fields(
            self._schema, operation.fragments, self._values, root, operation.node
        ).grouped_field_set
        made = self._object(root, groups)
        checks = " and ".join(sorted(self._arguments.checks))
        return f"Selection({made}, {f'lambda v: {checks}' if checks else None})"

    def _check_subscription(self, root: GraphQLObjectType) -> None:
        """Refuse what does not yield by running the operation anew after each change.

        Raises:
            NotCompilableError: The operation is persisted, or a field makes its own events.
        """
        if self._emitter.portable:
            raise NotCompilableError("subscriptions run where they are watched, not by documents")
        if any(field.subscribe is not None for field in root.fields.values()):
            raise NotCompilableError("a subscription that makes its own events")

    def _object(self, kind: GraphQLObjectType, groups: Mapping[str, list[FieldDetails]]) -> str:
        fields = [self._field(kind, key, details) for key, details in groups.items()]
        type_of = ""
        if kind.is_type_of is not None:
            refuse_asynchronous(kind.is_type_of)
            type_of = f", {self._emitter.constant(kind.is_type_of)}"
        listed = "".join(f"{one}, " for one in fields)
        return self._emitter.let("object", f"ObjectType({kind.name!r}, ({listed}){type_of})")

    def _field(self, parent: GraphQLObjectType, key: str, details: list[FieldDetails]) -> str:
        nodes = [one.node for one in details]
        name = nodes[0].name.value
        places = [get_location(one.loc.source, one.loc.start) for one in nodes if one.loc]
        locations = "".join(f"({place.line}, {place.column}), " for place in places)
        head = f"Field({key!r}"
        where = f"{parent.name!r}, ({locations})"
        if name == "__typename":
            kind = self._emitter.let("type", f"NonNullType({self._leaves.builtin('String')})")
            return self._emitter.let(
                "field",
                f"{head}, '__typename', '{parent.name}.__typename', {where}, {kind}, "
                f"CONSTANT, {parent.name!r})",
            )
        definition = parent.fields.get(name)
        if definition is None:
            raise NotCompilableError(f"{parent.name} has no field {name} of its own")
        source = source_of(self._schema, definition, name, portable=self._emitter.portable)
        arguments = self._arguments.of(definition, nodes[0], source.renamed)
        quick = self._fast(definition.type, details)
        covered, self._covered = self._covered, self._covered or quick != "None"
        kind = self._type(definition.type, details)
        self._covered = covered
        about = "None"
        if source.wants_info or self._wants_info(definition.type):
            about = self._emitter.constant((definition, nodes, parent))
        call = "None" if source.call is None else self._emitter.constant(source.call)
        return self._emitter.let(
            "field",
            f"{head}, {source.name!r}, '{parent.name}.{name}', {where}, {kind}, {source.mode}, "
            f"{call}, {arguments}, {quick}, {about})",
        )

    def _wants_info(self, kind: Any) -> bool:
        while is_non_null_type(kind) or is_list_type(kind):
            kind = kind.of_type
        return is_abstract_type(kind) or (is_object_type(kind) and kind.is_type_of is not None)

    def _type(self, kind: Any, details: list[FieldDetails]) -> str:
        if is_non_null_type(kind):
            return self._emitter.let("type", f"NonNullType({self._type(kind.of_type, details)})")
        if is_list_type(kind):
            return self._emitter.let("type", f"ListType({self._type(kind.of_type, details)})")
        if is_leaf_type(kind):
            return self._leaves.of(kind)
        if is_abstract_type(kind):
            return self._abstract(kind, details)
        return self._selected(kind, details)

    def _selected(self, kind: GraphQLObjectType, details: list[FieldDetails]) -> str:
        known = (kind.name, tuple(id(one.node) for one in details))
        if known not in self._objects:
            self._objects[known] = self._object(kind, self._groups(kind, details))
        return self._objects[known]

    def _groups(
        self, kind: GraphQLObjectType, details: list[FieldDetails]
    ) -> Mapping[str, list[FieldDetails]]:
        operation = self._operation
        return collect_subfields(
            self._schema, operation.fragments, self._values, operation.node, kind, details
        ).grouped_field_set

    def _abstract(self, kind: Any, details: list[FieldDetails]) -> str:
        refuse_asynchronous(kind.resolve_type)
        objects = ", ".join(
            f"{one.name!r}: {self._selected(one, details)}"
            for one in self._schema.get_possible_types(kind)
        )
        resolve = self._emitter.constant(resolving(kind))
        describe = self._emitter.constant(describing(self._schema, kind))
        return self._emitter.let(
            "type", f"AbstractType({kind.name!r}, {resolve}, {{{objects}}}, {describe})"
        )

    def _fast(self, kind: Any, details: list[FieldDetails]) -> str:
        nullable = not is_non_null_type(kind)
        inner = kind if nullable else kind.of_type
        if is_leaf_type(inner) or self._covered:
            return "None"
        found = self._fast_type(inner, details)
        if found is None:
            return "None"
        return fast.write(self._emitter, found, nullable=nullable)

    def _fast_type(self, kind: Any, details: list[FieldDetails]) -> fast.FastType | None:
        if is_leaf_type(kind):
            return self._leaves.fast(kind)
        if is_list_type(kind):
            nullable = not is_non_null_type(kind.of_type)
            item = self._fast_type(kind.of_type if nullable else kind.of_type.of_type, details)
            return None if item is None else fast.FastList(item, nullable)
        if not is_object_type(kind) or kind.is_type_of is not None:
            return None
        return self._fast_object(kind, details)

    def _fast_object(
        self, kind: GraphQLObjectType, details: list[FieldDetails]
    ) -> fast.FastObject | None:
        fields: list[tuple[str, str | None, Any, bool]] = []
        dicts: set[bool] = set()
        for key, merged in self._groups(kind, details).items():
            name = merged[0].node.name.value
            if name == "__typename":
                fields.append((key, None, None, False))
                continue
            definition = kind.fields.get(name)
            if definition is None or definition.args:
                return None
            source = source_of(self._schema, definition, name, portable=self._emitter.portable)
            if source.access is None:
                return None
            dicts.add(source.dicts)
            nullable = not is_non_null_type(definition.type)
            inner = definition.type if nullable else definition.type.of_type
            child = self._fast_type(inner, merged)
            if child is None:
                return None
            fields.append((key, source.access, child, nullable))
        if len(dicts) > 1:
            return None
        memo = None
        if self._memo is not None and kind.name in MEMOIZED:
            memo = self._emitter.name(f"{self._memo}/")
        return fast.FastObject(kind.name, fields, dicts == {True}, memo)
