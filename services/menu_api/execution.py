"""Running an operation: compiled ahead where it can be, else by Strawberry and graphql-core.

Strawberry is imported when the first operation needs it: a menu does not.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphql_schema.compiled import CompiledOperation, load
from graphql_schema.context import Context
from services.menu_api.documents import Document, OperationRequest
from services.menu_api.refusals import RefusedRequestError
from services.menu_api.schema_in_use import SchemaInUse

if TYPE_CHECKING:
    from graphql_schema.compiler.adhoc import AdhocOperations


class Executed:
    """The result of an operation.

    Attributes:
        operation: Its name; None where it has none or the document was not parsed.
        data: Ready for orjson; may share parts with other requests, so it is read only.
        executed: Whether execution began; the answer of a request that failed before has no data.
        errors: In the client's form.
        faults: Exceptions of internal faults, for the log.
        cost: `requested`, what the operation costs, and `limit`; None unless the client wants it.
        repeatable: It was a compiled query: the same again gives the same as long as what it read
            stands.
    """

    __slots__ = ("cost", "data", "errors", "executed", "faults", "operation", "repeatable")

    def __init__(
        self,
        data: Any,
        errors: list[dict[str, Any]],
        faults: list[BaseException],
        *,
        operation: str | None = None,
        repeatable: bool,
        executed: bool = True,
    ) -> None:
        self.cost: dict[str, int] | None = None
        self.data = data
        self.executed = executed
        self.errors = errors
        self.faults = faults
        self.operation = operation
        self.repeatable = repeatable


class Executor:
    """Runs operations of one schema; may be used by several threads."""

    def __init__(self, log: Callable[[str], object]) -> None:
        self._log = log
        self._schema = SchemaInUse()
        # The text and name that ran before operations could be compiled.
        self._first: tuple[str, str | None] | None = None

    def run(self, operation: OperationRequest, context: Context, *, reads_only: bool) -> Executed:
        """Run an operation.

        Args:
            operation: The document, which of its operations, and the variables.
            context: Of the request.
            reads_only: Only queries are allowed.

        Raises:
            RefusedRequestError: The operation is no query, or there is no such operation.
        """
        done = self._run(operation, context, reads_only=reads_only)
        if operation.wants_cost and done.executed:
            done.cost = self._cost(operation)
        return done

    def _cost(self, operation: OperationRequest) -> dict[str, int]:
        from graphql import parse

        from graphql_schema.cost.directives import MAX_COST

        text = operation.document.text
        schema = self._schema.for_document(text)
        document = schema.documents.find(text) or parse(text)
        requested = schema.cost(document, operation.operation_name, operation.variables or {})
        return {"requested": requested, "limit": MAX_COST}

    def _run(self, operation: OperationRequest, context: Context, *, reads_only: bool) -> Executed:
        compiled = self._compiled(operation.document, operation.operation_name)
        if compiled is not None and (
            compiled.kind == "query" or (compiled.kind == "mutation" and not reads_only)
        ):
            result = compiled.run(operation.variables, context)
            if result is not None:
                return Executed(
                    result.data,
                    result.errors,
                    result.faults,
                    operation=compiled.name,
                    repeatable=compiled.kind == "query",
                )
        done = self._interpreted(operation, context, reads_only=reads_only)
        if context.executed and compiled is None:
            text, name = operation.document.text, operation.operation_name
            if (adhoc := self._schema.adhoc) is not None:
                adhoc.ran(text, name)
            elif self._first is None:
                self._first = text, name
        return done

    def _compiled(self, document: Document, name: str | None) -> CompiledOperation | None:
        if document.persisted_id is not None:
            found = load(document.persisted_id, self._log)
            if found is not None:
                return found if name in (None, found.name) else None
        adhoc = self._schema.adhoc
        if adhoc is None:
            if self._first is None:
                return None  # the first one of a process cannot be compiled, and needs no compiler
            adhoc = self._adhoc_operations()
        return adhoc.find(document.text, name)

    def prepare(self) -> None:
        """Import and build all that an operation needs that was not compiled at build time."""
        self._schema.whole()
        self._adhoc_operations()

    def _adhoc_operations(self) -> "AdhocOperations":
        adhoc = self._schema.adhoc_operations()
        first, self._first = self._first, None
        if first is not None:
            adhoc.ran(*first)
        return adhoc

    def _interpreted(
        self, operation: OperationRequest, context: Context, *, reads_only: bool
    ) -> Executed:
        text = operation.document.text
        schema = self._schema.for_document(text)  # first: it imports without collecting garbage
        from strawberry.schema.exceptions import (
            CannotGetOperationTypeError,
            InvalidOperationTypeError,
        )
        from strawberry.types.graphql import OperationType

        from graphql_schema.errors import formatted, is_internal

        reads, writes = OperationType.QUERY, OperationType.MUTATION
        try:
            result = schema.execute_sync(
                text,
                variable_values=operation.variables,
                operation_name=operation.operation_name,
                context_value=context,
                allowed_operation_types=(reads,) if reads_only else (reads, writes),
            )
        except InvalidOperationTypeError as error:
            if not reads_only:
                message = "subscriptions are served by WebSocket (graphql-transport-ws) at /graphql"
                raise RefusedRequestError(message, status=400) from error
            message = "only queries may be sent by GET; use POST"
            raise RefusedRequestError(message, status=405) from error
        except RecursionError as error:
            raise RefusedRequestError("the document nests too deeply") from error
        except CannotGetOperationTypeError as error:
            raise RefusedRequestError(
                f"the document has no operation {error.operation_name!r}"
                if error.operation_name
                else "the document has several operations or none; send operationName"
            ) from error
        errors = result.errors or []
        # Variables that cannot be coerced fail before any field; each error of a field has a path
        # (GraphQL spec, 6.1 and 7.1.2).
        executed = context.executed and (
            result.data is not None or any(error.path is not None for error in errors)
        )
        return Executed(
            result.data,
            [formatted(error, executed=context.executed) for error in errors],
            [error.original_error or error for error in errors if is_internal(error)],
            operation=context.operation or operation.operation_name,
            repeatable=False,
            executed=executed,
        )
