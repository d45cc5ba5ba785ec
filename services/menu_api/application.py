"""The whole service as one function from request to response."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from graphql_schema.compiled import load
from graphql_schema.context import Services
from graphql_schema.errors import BAD_REQUEST
from services.configuration.tracing import HEADER, trace_id
from services.domain import log_lines
from services.domain.markets import MARKETS
from services.menu_api.answers import Outcome, unavailable
from services.menu_api.documents import DocumentCatalog
from services.menu_api.execution import Executor
from services.menu_api.graphql_http import GraphQLEndpoint
from services.menu_api.http_caching import NO_STORE
from services.menu_api.messages import Request, Response, json_response
from services.menu_api.negotiation import ANY_MEDIA
from services.menu_api.probes import Probes
from services.menu_api.response_cache import ResponseCache
from services.menu_api.settings import Settings
from services.staff_tokens import TokenVerifier
from services.storage import capacity
from services.storage.binding import REQUEST_BUDGET_S
from services.storage.lazy_services import LazyIssuerKeys, LazyServices
from services.storage.stores import StoreRepository
from services.storage.table import Table

if TYPE_CHECKING:
    from services.menu_api.cors import Cors

GRAPHQL: Final = "/graphql"
PERSISTED: Final = "/graphql/persisted/{documentId}"
PERSISTED_PATH: Final = f"{GRAPHQL}/persisted/"
# The edge's: which attempt of an operation this is, from 1. Its paths for the second and third
# attempt lead to other regions, and all of them to `/graphql` of a region.
ATTEMPT: Final = "x-carte-attempt"
_ATTEMPTS: Final = frozenset({"1", "2", "3"})
HEALTH: Final = "/health"
READY: Final = "/ready"
_ALLOWED: Final = {
    GRAPHQL: "GET, HEAD, POST, OPTIONS",
    PERSISTED: "GET, HEAD",
    HEALTH: "GET, HEAD",
    READY: "GET, HEAD",
}
# On every answer: it is data, no page, and never to be taken for another type (OWASP, "REST
# Security Cheat Sheet").
_SECURITY: Final = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
}
_SHOWN: Final = 200  # characters of a stranger's text in a log line
_MAX_TRACE: Final = 16_000  # characters of traces in a log line


class Application:
    """Routes a request, answers it, and writes one line about it to the log."""

    def __init__(
        self,
        services: Services,
        tokens: TokenVerifier,
        log: Callable[[str], object] = sys.stderr.write,
        cors_origins: Sequence[str] = (),
        *,
        budget_s: float = REQUEST_BUDGET_S,
    ) -> None:
        """Assemble the routes.

        Args:
            services: What the resolvers use.
            tokens: Verifies the tokens of staff.
            log: Takes lines with their newlines.
            cors_origins: Origins of web pages that may read answers.
            budget_s: Seconds of a request after which DynamoDB is not tried again.
        """
        self._services = services
        self._budget_s = budget_s
        self._always = {**_SECURITY, "x-carte-region": services.region}
        self._cors = _cors(cors_origins)
        self.responses = ResponseCache(services)
        self._documents = DocumentCatalog()
        self._executor = Executor(log)
        self._graphql = GraphQLEndpoint(
            self._executor, services, self._documents, tokens, self.responses
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
        with capacity.Capacity(time.monotonic() + self._budget_s) as used:
            try:
                outcome = self._route(request)
            except Exception as error:  # noqa: BLE001 - the last resort: a request must get an answer
                outcome = unavailable(ANY_MEDIA, [error])
        response = outcome.response
        response.headers.update(self._always)
        attempt = request.headers.get(ATTEMPT) if request.path == GRAPHQL else None
        if attempt in _ATTEMPTS:
            response.headers[ATTEMPT] = attempt
        if self._cors is not None:
            shared = request.path.startswith(PERSISTED_PATH)
            self._cors.allow(request, response, shared=shared)
        line: dict[str, Any] = {
            "level": "INFO",
            "at": self._services.now(),  # orjson writes it, in a fifth of the time of isoformat
            "region": self._services.region,
            "method": request.method[:_SHOWN],
            "path": request.path[:_SHOWN],
            "operation": outcome.operation and outcome.operation[:_SHOWN],
            "status": response.status,
            "ms": round((time.perf_counter() - started) * 1000, 3),
            "bytes": len(response.body),
            "dynamodb": {
                "requests": used.requests,
                "read_units": used.read_units,
                "write_units": used.write_units,
            },
        }
        tracing_header = request.headers.get(HEADER)
        if tracing_header is not None:
            trace = trace_id(tracing_header)
            if trace is not None:
                line["trace"] = trace
        if outcome.cache:
            line["cache"] = outcome.cache
        if attempt in _ATTEMPTS:
            line["attempt"] = int(attempt)
        if outcome.faults:
            self._log_faults(line, outcome.faults)
        else:
            self._log(log_lines.text(line))
        return response

    def _log_faults(self, line: dict[str, Any], faults: Sequence[BaseException]) -> None:
        """Write the request's line with the first code of its faults, and a line for each other."""
        from services.storage.fault_codes import code_of

        now_ms = int(self._services.now().timestamp() * 1000)
        codes = Counter(map(code_of, faults))
        traced = {"trace": line["trace"]} if "trace" in line else {}
        line["level"] = "ERROR"
        line["fault"] = "".join(map(_trace, faults))[-_MAX_TRACE:]
        for code, count in codes.items():
            counted = log_lines.fault_counts(now_ms, log_lines.MENU_API, code, count)
            self._log(log_lines.text({**line, **counted}))
            line = {"level": "ERROR", "region": self._services.region, **traced}

    def before_snapshot(self) -> None:
        """Load what every restored copy needs, and close connections, which copies cannot share."""
        for document_id in self._documents.ids():
            load(document_id, self._log)
        # No restored copy waits for it, and all of them share its memory in the snapshot.
        self._executor.prepare()
        for market in MARKETS:
            # A market may have no catalog yet, and a table may be out of reach while it is made.
            with suppress(Exception):
                self._services.catalogs.current(market)
        self._services.stores.close()

    def after_restore(self) -> None:
        """Drop cached data: hours may have passed since the snapshot was taken."""
        self._services.stores.close()
        self._services.catalogs.expire()
        self._services.directory.expire()
        self.responses.clear()

    def _route(self, request: Request) -> Outcome:
        method = "GET" if request.method == "HEAD" else request.method
        path = request.path
        if path.startswith(PERSISTED_PATH):
            if method == "GET":
                return self._graphql.get_persisted(request, path[len(PERSISTED_PATH) :])
            path = PERSISTED
        answer = self._routes.get((path, method))
        if answer is not None:
            return answer(request)
        allowed = _ALLOWED.get(path)
        if allowed is None:
            return Outcome(_problem(404, f"there is nothing here; try {GRAPHQL}"))
        refused = _problem(405, f"this path takes {allowed}")
        refused.headers["allow"] = allowed
        return Outcome(refused)


def _cors(origins: Sequence[str]) -> "Cors | None":
    if not origins:
        return None
    from services.menu_api.cors import Cors

    return Cors(origins)


def _problem(status: int, message: str) -> Response:
    error = {"message": message, "extensions": {"code": BAD_REQUEST}}
    response = json_response(status, {"errors": [error]})
    response.headers["cache-control"] = NO_STORE
    return response


def _trace(error: BaseException) -> str:
    import traceback

    return "".join(traceback.format_exception(error))


def assemble(
    settings: Settings,
    log: Callable[[str], object] = sys.stderr.write,
    *,
    stores: Callable[[Table], StoreRepository] = StoreRepository,
) -> Application:
    """Return the application of one region, ready to answer.

    Args:
        settings: Of the Lambda.
        log: Takes log lines with their newlines.
        stores: Makes the repository of stores.
    """
    table = Table(settings.binding)
    tokens = TokenVerifier(settings.oidc, LazyIssuerKeys(table), local_pool=settings.local_pool)
    services = services_of(settings, table, stores(table))
    return Application(services, tokens, log, cors_origins=settings.cors_origins)


def services_of(settings: Settings, table: Table, stores: StoreRepository) -> LazyServices:
    """Return the repositories of one region, as the settings want them."""
    return LazyServices(
        table,
        stores,
        version=settings.version,
        regions=settings.regions,
        takes_cards=settings.takes_cards,
        count_bucket=settings.count_bucket,
        search_bucket=settings.search_bucket,
        s3_endpoint=settings.s3_endpoint,
        picture_buckets=settings.picture_buckets,
        has_cloudwatch=settings.has_cloudwatch,
    )
