"""Compiles an operation while the service runs; resolvers may take graphql-core's `info`."""

from functools import partial
from typing import Any, Final, NoReturn

from graphql import DocumentNode, GraphQLResolveInfo, GraphQLSchema
from graphql.pyutils import Path, is_awaitable
from graphql.type import GraphQLResolveInfoHelpers

from graphql_schema.compiled.execution import Execution
from graphql_schema.compiled.field_errors import Path as FieldPath
from graphql_schema.compiled.operation import CompiledOperation
from graphql_schema.compiled.plan import Field, NotCompilableError, Plan, Selection
from graphql_schema.compiler.codegen import HEADER, Written, write_selection, write_variables
from graphql_schema.compiler.parsed_operation import ParsedOperation, parsed_operation
from graphql_schema.compiler.variables import signatures, values_of

MAX_SWITCHES: Final = 4


def compile_operation(
    schema: GraphQLSchema, document: DocumentNode, name: str | None, document_id: str = ""
) -> CompiledOperation:
    """Compile a validated operation.

    Selections for other values of the `@skip` and `@include` variables are compiled on first use.

    Raises:
        NotCompilableError: Graphql-core has to run the operation.
    """
    operation = parsed_operation(document, name)
    if len(operation.switches) > MAX_SWITCHES:
        raise NotCompilableError("too many combinations of @skip and @include")
    made = _compiled(write_variables(schema, operation), "variables")
    plan = Plan(
        operation.name,
        operation.node.operation.value,
        made,
        operation.switches,
        partial(_selection, schema, operation),
        _Infos(schema, operation).make,
    )
    # Raises now, before any resolver has run.
    plan.selection((False,) * len(operation.switches))
    plan.selection((True,) * len(operation.switches))
    return CompiledOperation(plan, document_id)


def _selection(
    schema: GraphQLSchema, operation: ParsedOperation, switches: tuple[bool, ...]
) -> Selection:
    selection: Selection = _compiled(write_selection(schema, operation, switches), "selection")
    return selection


def _compiled(written: Written, name: str) -> Any:
    namespace: dict[str, Any] = {}
    exec(compile(HEADER + written.text, "<compiled operation>", "exec"), namespace)  # noqa: S102
    return namespace[name](written.constants)


class _Infos:
    """Makes the `info` of graphql-core for resolvers that take it."""

    def __init__(self, schema: GraphQLSchema, operation: ParsedOperation) -> None:
        self._schema = schema
        self._operation = operation
        self._signatures = signatures(schema, operation)
        self._fragments = dict(operation.definitions)

    def make(
        self, field: Field, path: FieldPath, execution: Execution
    ) -> "GraphQLResolveInfo[Any]":
        definition, nodes, parent = field.about
        return GraphQLResolveInfo(
            nodes[0].name.value,
            nodes,
            definition.type,
            parent,
            _path(path),
            self._schema,
            self._fragments,
            execution.root,
            self._operation.node,
            values_of(self._signatures, execution.variables, execution.raw),
            execution.context,
            is_awaitable,
            None,
            GraphQLResolveInfoHelpers(gather=_asynchronous, track=_asynchronous),
        )


def _asynchronous(_values: Any) -> NoReturn:
    raise RuntimeError("resolvers of compiled operations are synchronous")


def _path(path: FieldPath) -> Path:
    before, key, type_name = path
    return Path(None if before is None else _path(before), key, type_name)
