"""Evaluates the operation of a subscription: compiled where it can be, else by graphql-core."""

import time
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

import orjson

from graphql_schema.access import effective_roles
from graphql_schema.compiler.adhoc import AdhocOperations
from graphql_schema.context import Context, Services
from graphql_schema.errors import BAD_REQUEST, formatted, is_internal
from graphql_schema.schema import Schema, build
from services.domain.live.topics import LONGEST, MARKET, ORDER, ORDERS, REGIONS, STORE
from services.domain.principal import Principal
from services.live.query import LiveQuery
from services.storage import reads
from services.storage.capacity import Capacity, seconds_left
from services.storage.exceptions import CatalogNotReplicatedError

_COMPILED_AFTER: Final = 1
_BUDGET_S: Final = 5.0
_PREFIXES: Final = (STORE, MARKET, ORDER, ORDERS)


class Evaluation(NamedTuple):
    """The state of a subscription.

    Attributes:
        data: For JSON; None where the operation failed as a whole.
        errors: In the form that clients get.
        topics: The topics whose changes concern it.
        faults: Exceptions of faults of ours; also where the state is made of what was in memory
            because it could not be read, or of a catalog older than the one that is in force.
        executed: Whether execution began; if not, the request is wrong.
    """

    data: Any
    errors: list[dict[str, Any]]
    topics: frozenset[str]
    faults: list[BaseException]
    executed: bool = True


class Evaluator:
    """Evaluates subscriptions.

    Attributes:
        runs: How many operations were run.
    """

    def __init__(self, services: Services) -> None:
        """Build the schema.

        Args:
            services: The repositories that resolvers use; they must show every acknowledged write.
        """
        self.runs = 0
        self._services = services
        self._schema: Schema = build()
        self._compiled = AdhocOperations(self._schema, after=_COMPILED_AFTER)

    def rights(self, subject: str, roles: Iterable[str]) -> tuple[str, ...]:
        """Return those roles of a token that hold now, with those that were granted, sorted.

        Args:
            subject: The `sub` of the token.
            roles: The groups of the token.
        """
        principal = Principal(subject, frozenset(roles))
        return tuple(sorted(effective_roles(self._services, principal)))

    def evaluate(self, query: LiveQuery) -> Evaluation:
        """Return the state of a subscription now."""
        self.runs += 1
        context = Context(self._services, self._services.now(), query.principal)
        variables = orjson.loads(query.variables)
        left = seconds_left()
        budget = _BUDGET_S if left is None else min(_BUDGET_S, left)
        with Capacity(time.monotonic() + budget), reads.Reads() as noted:
            done = self._run(query, variables, context)
        topics = frozenset(
            tag
            for tag in context.cache.tags
            if (tag == REGIONS or tag.startswith(_PREFIXES)) and len(tag) <= LONGEST
        )
        return done._replace(topics=topics, faults=[*done.faults, *_outdated(noted)])

    def _run(self, query: LiveQuery, variables: dict[str, Any], context: Context) -> Evaluation:
        compiled = self._compiled.find(query.document, query.operation_name)
        if compiled is not None and compiled.kind == "subscription":
            result = compiled.run(variables, context)
            if result is not None:
                return Evaluation(result.data, result.errors, frozenset(), result.faults)
        return self._interpreted(query, variables, context)

    def _interpreted(
        self, query: LiveQuery, variables: dict[str, Any], context: Context
    ) -> Evaluation:
        from strawberry.schema.exceptions import (
            CannotGetOperationTypeError,
            InvalidOperationTypeError,
        )
        from strawberry.types.graphql import OperationType

        try:
            result = self._schema.execute_sync(
                query.document,
                variable_values=variables,
                operation_name=query.operation_name,
                context_value=context,
                allowed_operation_types=(OperationType.SUBSCRIPTION,),
            )
        except InvalidOperationTypeError:
            return _refused("only subscriptions are served here; send it by POST to /graphql")
        except RecursionError:
            return _refused("the document nests too deeply")
        except CannotGetOperationTypeError:
            return _refused("the document has several operations or none; send operationName")
        if context.executed:
            self._compiled.ran(query.document, query.operation_name)
        errors = result.errors or []
        return Evaluation(
            result.data,
            [formatted(error, executed=context.executed) for error in errors],
            frozenset(),
            [error.original_error or error for error in errors if is_internal(error)],
            executed=context.executed
            and (result.data is not None or any(one.path is not None for one in errors)),
        )


def _outdated(noted: reads.Reads) -> list[BaseException]:
    """Return why a state may be older than the change after which it was read."""
    unread = [] if noted.outdated is None else [noted.outdated]
    return [*unread, *(CatalogNotReplicatedError(market) for market in noted.behind)]


def _refused(message: str) -> Evaluation:
    error = {"message": message, "extensions": {"code": BAD_REQUEST}}
    return Evaluation(None, [error], frozenset(), [], executed=False)


Evaluate = Callable[[LiveQuery], Evaluation]
Rights = Callable[[str, Iterable[str]], tuple[str, ...]]
