"""The whole service as one function from request to response."""

import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import orjson
from graphql import GraphQLError

from graphql_schema.context import Services
from graphql_schema.schema import build
from services.menu_api.auth import TokenVerifier
from services.menu_api.documents import DocumentCatalog
from services.menu_api.graphql_http import GraphQLEndpoint, Outcome
from services.menu_api.messages import Request, Response, json_response
from services.menu_api.probes import Probes
from services.menu_api.settings import Settings
from services.storage import capacity
from services.storage.catalogs import CatalogRepository
from services.storage.identity import IssuerKeyRepository
from services.storage.journal import JournalRepository
from services.storage.models import Binding
from services.storage.operations import OperationRepository
from services.storage.regions import RegionRepository
from services.storage.stores import DirectoryRepository, StoreRepository
from services.storage.table import Table

GRAPHQL: Final = "/graphql"
PERSISTED: Final = "/graphql/persisted/{documentId}"
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
        self._graphql = GraphQLEndpoint(build(), services, DocumentCatalog(), tokens)
        self._probes = Probes(services.region, services.regions)
        self._log = log

    def respond(self, request: Request) -> Response:
        """Answer a request; never raises."""
        started = time.perf_counter()
        with capacity.measured() as used:
            try:
                outcome = self._route(request)
            except Exception:  # noqa: BLE001 - the last resort: a request must get an answer
                outcome = Outcome(json_response(500, {"errors": [_FAULT]}))
                fault = traceback.format_exc()
            else:
                fault = "".join(map(_trace, outcome.faults))
        response = outcome.response
        response.headers["x-carte-region"] = self._services.region
        line = {
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
        if fault:
            line["fault"] = fault
        self._log(orjson.dumps(line).decode() + "\n")
        return response

    def _route(self, request: Request) -> Outcome:
        method = "GET" if request.method == "HEAD" else request.method
        path, document_id = request.path, ""
        if path.startswith(f"{GRAPHQL}/persisted/"):
            path, document_id = PERSISTED, path.rpartition("/")[2]
        routes = {
            (GRAPHQL, "POST"): lambda: self._graphql.post(request),
            (GRAPHQL, "GET"): lambda: self._graphql.get(request),
            (GRAPHQL, "OPTIONS"): lambda: Outcome(Response(204, {"allow": _ALLOWED[GRAPHQL]})),
            (PERSISTED, "GET"): lambda: self._graphql.get_persisted(request, document_id),
            (HEALTH, "GET"): lambda: Outcome(self._probes.health()),
            (READY, "GET"): lambda: Outcome(self._probes.ready()),
        }
        answer = routes.get((path, method))
        if answer is not None:
            return answer()
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


def _trace(error: GraphQLError) -> str:
    return "".join(traceback.format_exception(error.original_error or error))


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def assemble(settings: Settings) -> Application:
    """The application of one region, ready to answer."""
    table = Table(Binding(settings.region, settings.table, settings.dynamodb_endpoint))
    return Application(
        Services(
            region=settings.region,
            version=settings.version,
            stores=StoreRepository(table),
            directory=DirectoryRepository(table),
            catalogs=CatalogRepository(table),
            regions=RegionRepository(table),
            operations=OperationRepository(table),
            journal=JournalRepository(table),
            now=now,
        ),
        TokenVerifier(settings.oidc, IssuerKeyRepository(table)),
    )
