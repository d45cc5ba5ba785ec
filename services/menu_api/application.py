"""The whole service as one function from request to response."""

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, cast

import orjson

from graphql_schema.compiled import load
from graphql_schema.context import Services
from services.domain.markets import MARKETS
from services.menu_api.auth import TokenVerifier
from services.menu_api.documents import DocumentCatalog
from services.menu_api.execution import Executor
from services.menu_api.graphql_http import GraphQLEndpoint, Outcome
from services.menu_api.lazy_services import LazyIssuerKeys, LazyServices
from services.menu_api.messages import Request, Response, json_response
from services.menu_api.probes import Probes
from services.menu_api.response_cache import ResponseCache
from services.menu_api.settings import Settings
from services.storage import capacity
from services.storage.table import Table

GRAPHQL: Final = "/graphql"
PERSISTED: Final = "/graphql/persisted/{documentId}"
_PERSISTED_PATH: Final = f"{GRAPHQL}/persisted/"
HEALTH: Final = "/health"
READY: Final = "/ready"
_ALLOWED: Final = {
    GRAPHQL: "GET, POST, OPTIONS",
    PERSISTED: "GET",
    HEALTH: "GET",
    READY: "GET",
}


class Application:
    """Routes a request, answers it, and writes one line about it to the log."""

    def __init__(
        self,
        services: Services,
        tokens: TokenVerifier,
        log: Callable[[str], object] = sys.stderr.write,
    ) -> None:
        self._services = services
        self.responses = ResponseCache(services)
        self._documents = DocumentCatalog()
        self._graphql = GraphQLEndpoint(
            Executor(log), services, self._documents, tokens, self.responses
        )
        probes = Probes(services)
        self._routes: dict[tuple[str, str], Callable[[Request], Outcome]] = {
            (GRAPHQL, "POST"): self._graphql.post,
            (GRAPHQL, "GET"): self._graphql.get,
            (GRAPHQL, "OPTIONS"): lambda _: Outcome(Response(204, {"allow": _ALLOWED[GRAPHQL]})),
            (HEALTH, "GET"): lambda _: Outcome(probes.health()),
            (READY, "GET"): lambda _: Outcome(probes.ready()),
        }
        self._log = log

    def respond(self, request: Request) -> Response:
        """Answer a request; never raises."""
        started = time.perf_counter()
        fault = ""
        with capacity.Capacity() as used:
            try:
                outcome = self._route(request)
                if outcome.faults:
                    fault = "".join(map(_trace, outcome.faults))
            except Exception as error:  # noqa: BLE001 - the last resort: a request must get an answer
                outcome = Outcome(json_response(500, {"errors": [_FAULT]}))
                fault = _trace(error)
        response = outcome.response
        response.headers["x-carte-region"] = self._services.region
        line: dict[str, Any] = {
            "level": "ERROR" if fault else "INFO",
            "at": self._services.now().isoformat(timespec="milliseconds"),
            "region": self._services.region,
            "method": request.method,
            "path": request.path,
            "operation": outcome.operation,
            "status": response.status,
            "ms": round((time.perf_counter() - started) * 1000, 3),
            "bytes": len(response.body),
            "dynamodb": {
                "requests": used.requests,
                "read_units": used.read_units,
                "write_units": used.write_units,
            },
        }
        if outcome.cache:
            line["cache"] = outcome.cache
        if fault:
            line["fault"] = fault
        self._log(orjson.dumps(line).decode() + "\n")
        return response

    def before_snapshot(self) -> None:
        """Warm what every copy will want; let go of what none may share."""
        for document_id in self._documents.ids():
            load(document_id, self._log)
        for market in MARKETS:
            # A market may have no catalog yet, and a table may be out of reach while it is made.
            with suppress(Exception):
                self._services.catalogs.current(market)
        self._services.stores.close()

    def after_restore(self) -> None:
        """Begin anew: it may be hours since the snapshot was taken."""
        self._services.stores.close()
        self._services.catalogs.expire()
        self._services.directory.expire()
        self.responses.clear()

    def _route(self, request: Request) -> Outcome:
        method = "GET" if request.method == "HEAD" else request.method
        path = request.path
        if path.startswith(_PERSISTED_PATH):
            if method == "GET":
                return self._graphql.get_persisted(request, path.rpartition("/")[2])
            path = PERSISTED
        answer = self._routes.get((path, method))
        if answer is not None:
            return answer(request)
        allowed = _ALLOWED.get(path)
        if allowed is None:
            return Outcome(_problem(404, f"there is nothing at {request.path}; try {GRAPHQL}"))
        refused = _problem(405, f"{request.path} takes {allowed}")
        refused.headers["allow"] = allowed
        return Outcome(refused)


_FAULT: Final = {
    "message": "Something went wrong on our side; try again.",
    "extensions": {"code": "INTERNAL_SERVER_ERROR"},
}


def _problem(status: int, message: str) -> Response:
    error = {"message": message, "extensions": {"code": "BAD_REQUEST"}}
    return json_response(status, {"errors": [error]})


def _trace(error: BaseException) -> str:
    import traceback

    return "".join(traceback.format_exception(error))


def assemble(settings: Settings) -> Application:
    """The application of one region, ready to answer."""
    table = Table(settings.binding)
    tokens = TokenVerifier(settings.oidc, LazyIssuerKeys(table))
    return Application(cast("Services", LazyServices(settings, table)), tokens)
