"""Builds the executable schema: root types, limits, and caches of parsed documents."""

from collections.abc import Iterator
from typing import Final

import strawberry
from graphql import GraphQLError
from strawberry.extensions import (
    MaxTokensLimiter,
    ParserCache,
    SchemaExtension,
    ValidationCache,
)
from strawberry.types import ExecutionContext

from graphql_schema import limits
from graphql_schema.context import Context
from graphql_schema.errors import BAD_REQUEST, CodedError
from graphql_schema.limits import MAX_TOKENS
from graphql_schema.root import ERRORS, Mutation, Query

CACHED_DOCUMENTS: Final = 500


class OperationRules(SchemaExtension):
    """Bounds, one operation per request, and a note in the context that its execution began."""

    def on_parse(self) -> Iterator[None]:
        """Reject a document of several operations without operationName (GraphQL spec, 6.1)."""
        yield
        context = self.execution_context
        document = context.graphql_document
        if document is not None:
            limits.check(document)
        if context._provided_operation_name is None and document is not None:  # noqa: SLF001
            kinds = [one.kind for one in document.definitions]
            if kinds.count("operation_definition") > 1:
                raise CodedError(
                    "the document has several operations; send operationName", BAD_REQUEST
                )

    def on_execute(self) -> Iterator[None]:
        """Mark the context; failures before this are the client's: HTTP status 400."""
        context: Context = self.execution_context.context
        context.executed = True
        context.operation = self.execution_context.operation_name
        yield


class Schema(strawberry.Schema):
    """Strawberry's schema without its own log: the service writes one line per request."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Log nothing here."""


def build() -> strawberry.Schema:
    """Return a new schema, which owns its caches of parsed and validated documents."""
    parsed, validated = ParserCache(maxsize=CACHED_DOCUMENTS), ValidationCache(CACHED_DOCUMENTS)
    return Schema(
        query=Query,
        mutation=Mutation,
        types=ERRORS,
        extensions=[
            OperationRules,
            lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
            lambda: parsed,
            lambda: validated,
        ],
    )
