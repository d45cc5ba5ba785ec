"""GraphQL over HTTP: from a request to the response of the schema."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any, Final

import strawberry
from graphql import GraphQLError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from graphql_schema.context import CacheHint, Context, Services
from graphql_schema.errors import formatted, is_internal
from services.menu_api.auth import TokenRefusedError, TokenVerifier
from services.menu_api.documents import DocumentCatalog, DocumentNotFoundError
from services.menu_api.messages import Request, Response, json_response
from services.menu_api.negotiation import (
    APPLICATION_JSON,
    GRAPHQL_RESPONSE,
    Agreed,
    agree,
    is_json,
)
from services.menu_api.parameters import BadRequestError, Parameters

_READS: Final = (OperationType.QUERY,)
_ALL: Final = (OperationType.QUERY, OperationType.MUTATION)
_NOTHING_AGREED: Final = Agreed(APPLICATION_JSON, legacy=False)
_STALE: Final = "stale-while-revalidate=30, stale-if-error=300"
_NO_STORE: Final = "no-store"
_OPERATION: Final = re.compile(r"^\s*(?:query|mutation)\s+(\w+)", re.MULTILINE)
_ETAG: Final = re.compile(r'(?:W/)?"[^"]*"')


@dataclass(slots=True)
class Outcome:
    """A response, and what the log wants to know about it."""

    response: Response
    operation: str | None = None
    faults: list[GraphQLError] = field(default_factory=list)


class GraphQLEndpoint:
    """Answers GET and POST of `/graphql`, and GET of `/graphql/persisted/{documentId}`."""

    def __init__(
        self,
        schema: strawberry.Schema,
        services: Services,
        documents: DocumentCatalog,
        tokens: TokenVerifier,
    ) -> None:
        self._schema = schema
        self._services = services
        self._documents = documents
        self._tokens = tokens

    def get(self, request: Request) -> Outcome:
        """A query in the query string."""
        return self._answer(request, lambda: Parameters.from_query(request.query), _READS)

    def post(self, request: Request) -> Outcome:
        """A query or mutation in a JSON body."""

        def parameters() -> Parameters:
            if not is_json(request.headers.get("content-type")):
                message = "send the request as content-type: application/json, in UTF-8"
                raise BadRequestError(message, status=415)
            return Parameters.from_body(request.body)

        return self._answer(request, parameters, _ALL)

    def get_persisted(self, request: Request, document_id: str) -> Outcome:
        """A query persisted at build time, its variables in the query string."""

        def parameters() -> Parameters:
            document = self._documents.persisted(document_id)
            if document is None:
                raise BadRequestError(
                    "no such persisted document; send the document itself by POST", status=404
                )
            return Parameters.from_query({**request.query, "query": document})

        return self._answer(request, parameters, _READS)

    def _answer(self, request: Request, parameters: Any, allowed: Any) -> Outcome:
        agreed = agree(request.headers.get("accept"))
        if agreed is None:
            offer = f"this endpoint answers {GRAPHQL_RESPONSE} or {APPLICATION_JSON}"
            return Outcome(_refused(BadRequestError(offer, status=406), _NOTHING_AGREED))
        try:
            asked: Parameters = parameters()
            document = self._documents.resolve(asked)
        except BadRequestError as error:
            return Outcome(_refused(error, agreed))
        except DocumentNotFoundError:
            return Outcome(_not_found(agreed))
        named = asked.operation_name or next(iter(_OPERATION.findall(document)), None)
        context = self._context(request)
        result = self._execute(document, asked, context, allowed)
        if isinstance(result, BadRequestError):
            return Outcome(_refused(result, agreed), named)
        return self._finished(request, agreed, context, result, named)

    def _context(self, request: Request) -> Context:
        context = Context(services=self._services, at=self._services.now())
        try:
            context.principal = self._tokens.principal(request.headers)
        except TokenRefusedError as error:
            # Menus are for everyone: only a field that asks who you are refuses the request.
            context.refusal = str(error)
        return context

    def _execute(
        self, document: str, asked: Parameters, context: Context, allowed: Any
    ) -> ExecutionResult | BadRequestError:
        try:
            return self._schema.execute_sync(
                document,
                variable_values=asked.variables,
                operation_name=asked.operation_name,
                context_value=context,
                allowed_operation_types=allowed,
            )
        except InvalidOperationTypeError:
            return BadRequestError("only queries may be sent by GET; use POST", status=405)
        except CannotGetOperationTypeError as error:
            return BadRequestError(
                f"the document has no operation {error.operation_name!r}"
                if error.operation_name
                else "the document has several operations or none; send operationName"
            )

    def _finished(
        self,
        request: Request,
        agreed: Agreed,
        context: Context,
        result: ExecutionResult,
        operation: str | None,
    ) -> Outcome:
        errors = result.errors or []
        body: dict[str, Any] = {}
        if errors:
            body["errors"] = [formatted(error, executed=context.executed) for error in errors]
        if context.executed:
            body["data"] = result.data
        status = 200 if context.executed or agreed.legacy else 400
        response = json_response(status, body, agreed.content_type)
        _cache(request, response, context.cache, failed=bool(errors))
        return Outcome(response, operation, [error for error in errors if is_internal(error)])


def _cache(request: Request, response: Response, hint: CacheHint, *, failed: bool) -> None:
    """Set the caching headers, and answer 304 where the client has these very bytes."""
    response.headers["vary"] = "accept"
    if failed or not hint.max_age_s or request.method != "GET":
        response.headers["cache-control"] = _NO_STORE
        return
    response.headers["cache-control"] = f"public, max-age={hint.max_age_s}, {_STALE}"
    if hint.tags:
        response.headers["cache-tag"] = ",".join(sorted(hint.tags)[:50])
    digest = hashlib.blake2b(response.body, digest_size=12).hexdigest()
    etag = response.headers["etag"] = f'"{digest}"'
    known = request.headers.get("if-none-match", "")
    if known == "*" or etag in (one.removeprefix("W/") for one in _ETAG.findall(known)):
        response.status, response.body = 304, b""
        del response.headers["content-type"]


def _refused(error: BadRequestError, agreed: Agreed) -> Response:
    body = {"errors": [{"message": str(error), "extensions": {"code": "BAD_REQUEST"}}]}
    response = json_response(error.status, body, agreed.content_type)
    response.headers["cache-control"] = _NO_STORE
    if error.status == 405:  # noqa: PLR2004
        response.headers["allow"] = "POST"
    return response


def _not_found(agreed: Agreed) -> Response:
    # Apollo clients look for this message and code, and expect status 200.
    error = {
        "message": "PersistedQueryNotFound",
        "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"},
    }
    response = json_response(200, {"errors": [error]}, agreed.content_type)
    response.headers["cache-control"] = _NO_STORE
    return response
