"""The interface of a compiled operation: coerce variables, run, return data and errors."""

from collections.abc import Mapping
from typing import Any

from graphql_schema.compiled.coercion import NotPlainError
from graphql_schema.compiled.execution import Execution
from graphql_schema.compiled.field_errors import FieldError
from graphql_schema.compiled.plan import NotCompilableError, Plan, Selection
from graphql_schema.context import Context
from graphql_schema.errors import (
    BAD_USER_INPUT,
    INTERNAL_MESSAGE,
    RETRYABLE,
    bounded,
    internal_code,
)


class CompiledResult:
    """The result of an operation.

    Attributes:
        data: For orjson; read only, because requests share parts of it.
        errors: In the form that clients get.
        faults: What internal errors raised; for the log.
        executed: Always True; requests that fail before execution are left to graphql-core.
    """

    __slots__ = ("data", "errors", "executed", "faults")

    def __init__(
        self,
        data: dict[str, Any] | None,
        errors: list[dict[str, Any]],
        faults: list[BaseException],
    ) -> None:
        self.data = data
        self.errors = errors
        self.faults = faults
        self.executed = True


class CompiledOperation:
    """An operation that runs without graphql-core.

    Attributes:
        name: Of the operation.
        kind: `query` or `mutation`.
        document_id: SHA-256 of the document's text.
    """

    __slots__ = ("document_id", "plan")

    def __init__(self, plan: Plan, document_id: str) -> None:
        self.plan = plan
        self.document_id = document_id

    @property
    def name(self) -> str:
        """The operation's name."""
        return self.plan.name

    @property
    def kind(self) -> str:
        """`query` or `mutation`."""
        return self.plan.kind

    def prepared(
        self, variables: Mapping[str, Any] | None
    ) -> tuple[Selection, dict[str, Any]] | None:
        """Return the selection and coerced variables; None if graphql-core has to coerce them."""
        plan = self.plan
        given = variables or {}
        try:
            coerced = {}
            for variable in plan.variables:
                name = variable.name
                if name in given:
                    coerced[name] = variable.coerce(given[name])
                elif variable.default is not None:
                    coerced[name] = variable.default()
                elif variable.required:
                    return None
        except (NotPlainError, RecursionError):
            return None
        switches = tuple(coerced.get(name) for name in plan.switches)
        if not all(one is True or one is False for one in switches):
            return None
        try:
            selection = plan.selection(switches)  # type: ignore[arg-type]
        except NotCompilableError:
            return None
        if selection.checks is not None and not selection.checks(coerced):
            return None
        return selection, coerced

    def run(self, variables: Mapping[str, Any] | None, context: Context) -> CompiledResult | None:
        """Run the operation.

        Returns:
            None if nothing was run, because graphql-core has to.
        """
        prepared = self.prepared(variables)
        if prepared is None:
            return None
        selection, coerced = prepared
        context.executed = True
        execution = Execution(self.plan, coerced, context, variables or {})
        data = execution.data(selection)
        if not execution.errors:
            return CompiledResult(data, [], [])
        errors = self.placed(execution.errors)
        return CompiledResult(
            data,
            [client_form(error) for error in errors],
            [one.original for one in errors if one.internal and one.original],
        )

    def placed(self, errors: list[FieldError]) -> list[FieldError]:
        """Return errors at their places in the document of the request.

        Here these are the places in the document that was compiled, because it is the same.
        """
        return errors


def client_form(error: FieldError) -> dict[str, Any]:
    """Return an error in the form that clients get, as `errors.formatted` does."""
    shown = error.formatted
    code = error.extensions.get("code")
    more: dict[str, Any] = {}
    if error.internal:
        shown["message"] = INTERNAL_MESSAGE
        code = internal_code(error.original)
        more = RETRYABLE
    elif code is None:
        code = BAD_USER_INPUT
    shown["message"] = bounded(shown["message"])
    shown["extensions"] = {**error.extensions, "code": code, **more}
    return shown
