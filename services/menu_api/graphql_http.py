"""GraphQL over HTTP: from a request to the response of the schema."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import orjson

from graphql_schema.context import Context, Services
from services.menu_api.auth import TokenRefusedError, TokenVerifier
from services.menu_api.documents import Document, DocumentCatalog, DocumentNotFoundError
from services.menu_api.execution import Executor
from services.menu_api.http_caching import NO_STORE, cached, lasting, uncached, wants_current
from services.menu_api.messages import Payload, Request, Response, json_response
from services.menu_api.negotiation import (
    APPLICATION_JSON,
    GRAPHQL_RESPONSE,
    Agreed,
    agree,
    is_json,
)
from services.menu_api.parameters import BadRequestError, Parameters
from services.menu_api.response_cache import CachedResponse, Moment, ResponseCache, ResponseKey
from services.storage import capacity, reads

_NOTHING_AGREED: Final = Agreed(APPLICATION_JSON, legacy=False)
# Variables that are remembered as they were read: so many texts of so many characters at most.
_SHORT: Final = 200
_SHORT_ONES: Final = 4096
Asked = tuple[Parameters, Document]
_OPERATION: Final = re.compile(r"^\s*(?:query|mutation)\s+(\w+)", re.MULTILINE)


class Outcome:
    """A response, and what the log wants to know about it.

    Attributes:
        cache: how the response cache took part: `hit`, `checked` or `miss`; None: not at all.
    """

    __slots__ = ("cache", "faults", "operation", "response")

    def __init__(
        self,
        response: Response,
        operation: str | None = None,
        faults: Sequence[BaseException] = (),
        cache: str | None = None,
    ) -> None:
        self.response = response
        self.operation = operation
        self.faults = faults
        self.cache = cache


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
        # What is read is not changed by anyone, so requests may share it.
        self._plain: Callable[[str, str], Asked] = lru_cache(_SHORT_ONES)(
            lambda document_id, text: self._persisted(document_id, {"variables": text})
        )

    def get(self, request: Request) -> Outcome:
        """A query in the query string."""
        return self._answer(
            request,
            lambda: self._resolved(Parameters.from_query(request.query)),
            reads_only=True,
        )

    def post(self, request: Request) -> Outcome:
        """A query or mutation in a JSON body."""

        def read() -> Asked:
            if not is_json(request.headers.get("content-type")):
                message = "send the request as content-type: application/json, in UTF-8"
                raise BadRequestError(message, status=415)
            return self._resolved(Parameters.from_body(request.body))

        return self._answer(request, read, reads_only=False)

    def get_persisted(self, request: Request, document_id: str) -> Outcome:
        """A query persisted at build time, its variables in the query string."""

        def read() -> Asked:
            query = request.query
            text = query.get("variables")
            if text is not None and len(query) == 1 and len(text) <= _SHORT:
                return self._plain(document_id, text)
            return self._persisted(document_id, query)

        return self._answer(request, read, reads_only=True)

    def _persisted(self, document_id: str, query: Mapping[str, str]) -> Asked:
        text = self._documents.persisted(document_id)
        if text is None:
            raise BadRequestError(
                "no such persisted document; send the document itself by POST", status=404
            )
        return self._resolved(Parameters.from_query({**query, "query": text}))

    def _resolved(self, asked: Parameters) -> Asked:
        return asked, self._documents.resolve(asked)

    def _answer(self, request: Request, read: Callable[[], Asked], *, reads_only: bool) -> Outcome:
        agreed = agree(request.headers.get("accept"))
        if agreed is None:
            offer = f"this endpoint answers {GRAPHQL_RESPONSE} or {APPLICATION_JSON}"
            return Outcome(_refused(BadRequestError(offer, status=406), _NOTHING_AGREED))
        try:
            asked, document = read()
        except BadRequestError as error:
            return Outcome(_refused(error, agreed))
        except DocumentNotFoundError:
            return Outcome(_not_found(agreed))
        moment = self._responses.begin()
        key = _key(request, document, asked, agreed)
        with reads.Reads() as noted:
            if key is not None:
                unchecked = request.method != "POST" and not wants_current(request)
                found = self._responses.find(key, moment, noted, unchecked=unchecked)
                if found is not None:
                    response = _kept(request, agreed, found, again=True)
                    cache = "checked" if noted.ahead else "hit"
                    return Outcome(response, found.operation, cache=cache)
            return self._run(
                request,
                agreed,
                document=document,
                asked=asked,
                moment=moment,
                key=key,
                noted=noted,
                reads_only=reads_only,
            )

    def _run(
        self,
        request: Request,
        agreed: Agreed,
        *,
        document: Document,
        asked: Parameters,
        moment: Moment,
        key: ResponseKey | None,
        noted: reads.Reads,
        reads_only: bool,
    ) -> Outcome:
        context = self._context(request, moment)
        try:
            done = self._executor.run(document, asked, context, reads_only=reads_only)
        except BadRequestError as error:
            return Outcome(_refused(error, agreed), _named(document, asked))
        named = done.operation or _named(document, asked)
        body: dict[str, Any] = {}
        if done.errors:
            body["errors"] = done.errors
        if context.executed:
            body["data"] = done.data
        payload = Payload(orjson.dumps(body))
        hint = context.cache
        if done.errors or not hint.max_age_s:
            status = 200 if context.executed or agreed.legacy else 400
            response = uncached(request, status, agreed.content_type, payload)
            return Outcome(response, named, done.faults)
        made = CachedResponse(payload, hint, named, moment)
        response = _kept(request, agreed, made, again=False)
        if key is None or not done.repeatable:
            return Outcome(response, named)
        self._responses.keep(key, made, noted, requests=capacity.requests_so_far())
        return Outcome(response, named, cache="miss")

    def _context(self, request: Request, moment: Moment) -> Context:
        context = Context(services=self._services, at=moment.at)
        try:
            context.principal = self._tokens.principal(request.headers)
        except TokenRefusedError as error:
            # Menus are for everyone: only a field that asks who you are refuses the request.
            context.refusal = str(error)
        return context


def _key(
    request: Request, document: Document, asked: Parameters, agreed: Agreed
) -> ResponseKey | None:
    """What the response is found by; None: it is for one reader only.

    Whoever sends a token, be it good or bad, neither gets nor leaves a response that others get.
    """
    if "authorization" in request.headers:
        return None
    variables = asked.variables
    return ResponseKey(
        document.text,
        asked.operation_name,
        orjson.dumps(variables, option=orjson.OPT_SORT_KEYS) if variables else b"",
        agreed.media,
    )


def _named(document: Document, asked: Parameters) -> str | None:
    if asked.operation_name:
        return asked.operation_name
    found = _OPERATION.search(document.text)
    return found and found[1]


def _kept(request: Request, agreed: Agreed, entry: CachedResponse, *, again: bool) -> Response:
    if request.method == "POST":
        return uncached(request, 200, agreed.content_type, entry.payload)
    if entry.headers is None:
        entry.headers = lasting(agreed.content_type, entry.payload, entry.hint)
    return cached(request, entry.payload, entry.headers, again=again)


def _refused(error: BadRequestError, agreed: Agreed) -> Response:
    body = {"errors": [{"message": str(error), "extensions": {"code": "BAD_REQUEST"}}]}
    response = json_response(error.status, body, agreed.content_type)
    response.headers["cache-control"] = NO_STORE
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
    response.headers["cache-control"] = NO_STORE
    return response
