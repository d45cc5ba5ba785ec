"""Answers GraphQL requests over HTTP, step by step from the parameters to the answer."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import orjson

from graphql_schema.context import Context, Services
from services.menu_api import answers
from services.menu_api.answers import Outcome
from services.menu_api.documents import DocumentCatalog, OperationRequest
from services.menu_api.execution import Executed, Executor
from services.menu_api.http_caching import wants_current
from services.menu_api.messages import Payload, Request
from services.menu_api.negotiation import (
    ANY_MEDIA,
    APPLICATION_JSON,
    GRAPHQL_RESPONSE,
    Agreed,
    agree,
    is_json,
)
from services.menu_api.parameters import Parameters, read_variables
from services.menu_api.refusals import RefusedRequestError
from services.menu_api.response_cache import CachedResponse, ResponseCache, ResponseKey
from services.staff_tokens import TokenVerifier
from services.storage import capacity, reads

# Variables that are remembered as they were read: so many texts of so many characters at most,
# about 4 kB of memory each at worst.
_SHORT: Final = 80
_SHORT_ONES: Final = 4096
MAX_KEPT_DOCUMENT: Final = 16 * 1024  # characters; the answer to a larger one is not kept


class GraphQLEndpoint:
    """Answers GET and POST of `/graphql`, and GET of `/graphql/persisted/{documentId}`."""

    def __init__(
        self,
        executor: Executor,
        services: Services,
        documents: DocumentCatalog,
        tokens: TokenVerifier,
        responses: ResponseCache,
    ) -> None:
        self._executor = executor
        self._services = services
        self._documents = documents
        self._tokens = tokens
        self._responses = responses
        # Parsed requests are never changed, so that requests may share them.
        self._short: Callable[[str, str], OperationRequest] = lru_cache(_SHORT_ONES)(
            self._persisted
        )

    def get(self, request: Request) -> Outcome:
        """Answer a query in the query string."""
        return self._answer(
            request,
            lambda: self._documents.resolve(Parameters.from_query(request.query)),
            reads_only=True,
        )

    def post(self, request: Request) -> Outcome:
        """Answer a query or mutation in a JSON body."""

        def read() -> OperationRequest:
            if not is_json(request.headers.get("content-type")):
                message = "send the request as content-type: application/json, in UTF-8"
                raise RefusedRequestError(message, status=415)
            return self._documents.resolve(Parameters.from_body(request.body))

        return self._answer(request, read, reads_only=False)

    def get_persisted(self, request: Request, document_id: str) -> Outcome:
        """Answer a query persisted at build time, its variables in the query string.

        API Gateway's stage cache gives the answer to every client that sends the same document id,
        variables and Accept. So nothing else of the request is looked at: no token, no condition
        such as If-None-Match, and no other parameter.
        """

        def read() -> OperationRequest:
            text = request.query.get("variables")
            if text is not None and len(text) <= _SHORT:
                return self._short(document_id, text)
            return self._persisted(document_id, text)

        return self._answer(request, read, reads_only=True, shared=True)

    def _persisted(self, document_id: str, variables: str | None) -> OperationRequest:
        document = self._documents.persisted(document_id)
        return OperationRequest(document, None, read_variables(variables))

    def _answer(  # noqa: C901, PLR0911 - the whole way of a request, read from top to bottom
        self,
        request: Request,
        read: Callable[[], OperationRequest],
        *,
        reads_only: bool,
        shared: bool = False,
    ) -> Outcome:
        agreed = agree(request.headers.get("accept"))
        if agreed is None:
            offer = f"this endpoint answers {GRAPHQL_RESPONSE} or {APPLICATION_JSON}"
            return answers.refused(RefusedRequestError(offer, status=406), ANY_MEDIA)
        try:
            operation = read()
        except RefusedRequestError as error:
            return answers.refused(error, agreed)
        # A request with a token, valid or not, neither reads nor writes the shared cache.
        personal = not shared and "authorization" in request.headers
        key = None if personal else _key(operation, agreed)
        moment = self._responses.begin()
        with reads.Reads() as noted:
            if key is not None:
                unchecked = request.method != "POST" and not wants_current(request)
                kept = self._responses.find(key, moment, noted, unchecked=unchecked)
                if kept is not None:
                    cache = "checked" if noted.ahead else "hit"
                    return answers.cacheable(request, agreed, kept, shared=shared, cache=cache)
            context = Context(services=self._services, at=moment.at)
            if personal:
                context.principal, context.refusal = self._tokens.identify(request.headers)
                context.device = request.headers.get("x-carte-device")
            try:
                done = self._executor.run(operation, context, reads_only=reads_only)
            except RefusedRequestError as error:
                return answers.refused(error, agreed, operation.operation_name)
        if done.faults:
            stale = None if key is None else self._responses.stale(key)
            if stale is not None:
                return answers.stale(request, agreed, stale, done.faults)
            if shared or not _is_usable(done.data):
                return answers.unavailable(agreed, done.faults, done.operation)
        if done.errors or not context.cache.max_age_s or noted.outdated is not None:
            payload = Payload(_body(done))
            return answers.executed(request, agreed, payload, done, outdated=noted)
        made = CachedResponse(Payload(_body(done)), context.cache, done.operation, moment)
        if key is None or not done.repeatable:
            # For its sender alone: what staff read, and the cost of the request.
            if personal or done.cost is not None:
                return answers.executed(request, agreed, made.payload, done, outdated=None)
            return answers.cacheable(request, agreed, made, shared=shared)
        self._responses.keep(key, made, noted, requests=capacity.requests_so_far())
        return answers.cacheable(request, agreed, made, shared=shared, cache="miss")


def _key(operation: OperationRequest, agreed: Agreed) -> ResponseKey | None:
    """Return the cache key of the response; None where it is not kept.

    It is not kept where the document is too large, or the answer says what the operation costs.
    """
    (text, persisted_id), operation_name, variables, wants_cost = operation
    if persisted_id is None and (wants_cost or len(text) > MAX_KEPT_DOCUMENT):
        return None
    return ResponseKey(
        text,
        operation_name,
        orjson.dumps(variables, option=orjson.OPT_SORT_KEYS) if variables else b"",
        agreed.media,
    )


def _is_usable(data: Any) -> bool:
    """Return whether anything at all was answered: a field of the root that is not null."""
    return isinstance(data, dict) and any(value is not None for value in data.values())


def _body(done: Executed) -> bytes:
    body: dict[str, Any] = {}
    if done.errors:
        body["errors"] = done.errors
    if done.executed:
        body["data"] = done.data
    if done.cost is not None:
        body["extensions"] = {"cost": done.cost}
    return orjson.dumps(body)
