"""Runs an operation both ways and tells how the responses differ."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLSchema
from graphql.execution import execute

from graphql_schema.compiled.execution import Execution
from graphql_schema.compiled.operation import CompiledOperation
from tests.fuzz.world import World


@dataclass(frozen=True)
class Answer:
    """A response as text, errors and calls included: equal answers are the same to any client."""

    data: str
    errors: tuple[str, ...]
    calls: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of one case.

    Attributes:
        left: the compiler left it to graphql-core, before anything ran.
        difference: what differs, with all that is needed to see it again.
    """

    left: bool
    difference: str | None = None


def by_core(
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: dict[str, Any],
    world: World,
) -> Answer:
    """Graphql-core's answer."""
    result: Any = execute(
        schema, document, root_value=None, context_value=world, variable_values=variables
    )
    assert isinstance(result, ExecutionResult)
    errors = tuple(text_of(error.formatted) for error in result.errors or ())
    return Answer(text_of(result.data), errors, tuple(world.calls))


def by_compiled(
    operation: CompiledOperation,
    variables: dict[str, Any],
    world: World,
) -> Answer | None:
    """The compiled operation's answer; None: it left everything to graphql-core."""
    prepared = operation.prepared(variables)
    if prepared is None:
        assert not world.calls, "something ran before it was left to graphql-core"
        return None
    selection, coerced = prepared
    execution = Execution(operation.plan, coerced, world, variables)
    data = execution.data(selection)
    errors = tuple(text_of(error.formatted) for error in operation.placed(execution.errors))
    return Answer(text_of(data), errors, tuple(world.calls))


def text_of(value: Any) -> str:
    """A value as text that tells apart what JSON tells apart."""
    return json.dumps(value, default=_named, ensure_ascii=False)


def _named(value: Any) -> str:
    return f"<{type(value).__name__}: {value!r}>"


def difference(core: Answer, compiled: Answer) -> str | None:
    """What differs, in a few lines; None: nothing."""
    parts: list[tuple[str, Callable[[Answer], Any]]] = [
        ("data", lambda one: one.data),
        ("errors", lambda one: one.errors),
        ("calls", lambda one: one.calls),
    ]
    for name, part in parts:
        if part(core) != part(compiled):
            more = "" if name == "errors" else f"\n    errors of compiled: {compiled.errors}"
            difference = f"    graphql-core: {part(core)}\n    compiled:     {part(compiled)}"
            return f"{name}\n{difference}{more}"
    return None
