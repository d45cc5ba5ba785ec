"""The executable schema: root types, limits, cost, and a cache of parsed documents."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, cast

import strawberry
from graphql import DocumentNode, GraphQLError, validate
from strawberry.extensions import MaxTokensLimiter, SchemaExtension
from strawberry.types import ExecutionContext

from graphql_schema import limits
from graphql_schema.context import Context
from graphql_schema.cost.estimate import cost_of, refuse_above_limit
from graphql_schema.cost.weights import Weights, weights
from graphql_schema.document_cache import DocumentCache
from graphql_schema.errors import BAD_REQUEST, CodedError
from graphql_schema.introspection import ExecutionContext as MemoizedTypes
from graphql_schema.limits import MAX_TOKENS


class OperationRules(SchemaExtension):
    """Bounds, one operation per request, and a note in the context that its execution began."""

    def on_parse(self) -> Iterator[None]:
        """Reject a document of several operations without operationName (GraphQL spec, 6.1)."""
        context = self.execution_context
        known = self._schema.documents.find(context.query) if context.query else None
        context.graphql_document = known
        if known is None and context.query:
            limits.check_text(context.query)
        yield
        document = context.graphql_document
        if document is not None and known is None:
            limits.check(document)
        if context._provided_operation_name is None and document is not None:  # noqa: SLF001
            kinds = [one.kind for one in document.definitions]
            if kinds.count("operation_definition") > 1:
                raise CodedError(
                    "the document has several operations; send operationName", BAD_REQUEST
                )

    def on_validate(self) -> Iterator[None]:
        """Skip the rules for a document that is known to be valid; refuse one that costs much."""
        context = self.execution_context
        document, text = context.graphql_document, context.query
        known = text is not None and self._schema.documents.find(text) is document
        if known:
            context.pre_execution_errors = []
        elif document is not None:
            context.pre_execution_errors = self._schema.validation_errors(document)
        yield
        if document is None or text is None or context.pre_execution_errors:
            return
        if not known:
            self._schema.documents.keep(text, document)
        refuse_above_limit(
            self._schema.cost(document, context.operation_name, context.variables or {})
        )

    def on_execute(self) -> Iterator[None]:
        """Mark the context; failures before this are the client's: HTTP status 400."""
        context: Context = self.execution_context.context
        context.executed = True
        context.operation = self.execution_context.operation_name
        yield

    @property
    def _schema(self) -> "Schema":
        return cast("Schema", self.execution_context.schema)


class Schema(strawberry.Schema):
    """Strawberry's schema without its own log: the service writes one line per request.

    Attributes:
        documents: Documents that are within the limits and valid.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.documents = DocumentCache()

    @cached_property
    def weights(self) -> Weights:
        """What each field weighs."""
        return weights(self._schema)

    def validation_errors(self, document: DocumentNode) -> list[GraphQLError]:
        """Return why a document within the limits is not valid; empty where it is."""
        return validate(self._schema, document, max_errors=limits.MAX_ERRORS)

    def cost(
        self,
        document: DocumentNode,
        operation_name: str | None,
        variables: Mapping[str, Any] | None,
    ) -> int:
        """Return what an operation of a valid document costs.

        Args:
            document: The document.
            operation_name: Which of its operations; None where it has one only.
            variables: As the client sent them. None: the largest values are assumed.
        """
        return cost_of(self._schema, self.weights, document, operation_name, variables)

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Log nothing here."""

    def _warn_for_federation_directives(self) -> None:
        """Skip Strawberry's check: it imports the 18 directives of Apollo Federation to look for.

        No type has one of them, and to make them took as long as the types of `stores`.
        """


def of_types(
    query: type,
    mutation: type | None = None,
    subscription: type | None = None,
    types: Iterable[type] = (),
) -> Schema:
    """Return a new schema of root types, which owns its cache of documents.

    Args:
        query: The root type of queries.
        mutation: That of mutations.
        subscription: That of subscriptions.
        types: Types that implement an interface and that no field names.
    """
    return Schema(
        query=query,
        mutation=mutation,
        subscription=subscription,
        types=types,
        execution_context_class=MemoizedTypes,
        extensions=[
            OperationRules,
            lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
        ],
    )


def build() -> Schema:
    """Return a new schema of all subjects."""
    # Not above: a part of the schema (parts.py) does without the other subjects.
    from graphql_schema.error_types import ERRORS
    from graphql_schema.root import Mutation, Query, Subscription

    return of_types(Query, Mutation, Subscription, ERRORS)
