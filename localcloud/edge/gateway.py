"""API requests that no cache answers: ask the regions one after the other, explain the answer."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web
from multidict import CIMultiDict

from infra_cdk.edge_rules import ATTEMPT_HEADER, FAIL_OVER, WRITE_PATHS
from localcloud.edge.behaviors import METHODS, READS, Behavior
from localcloud.edge.bodies import BodyRefusedError, read_body
from localcloud.edge.cache_keys import normal_accept, normal_encoding, origin_target
from localcloud.edge.forwarding import request_headers, shared_request_headers
from localcloud.edge.metrics import RegionMetrics
from localcloud.edge.options import Options
from localcloud.edge.origins import BadRequestHeadersError, Origin, OriginAnswer, OriginError
from localcloud.edge.places import Located
from localcloud.edge.replies import problem
from localcloud.edge.routing import LatencyRecord, Route, Why
from localcloud.edge.switches import Switches
from localcloud.edge.targets import Target

EDGE_HEADER = "x-carte-edge"
_STATUS_OF = {"timeout": 504, "connect": 502, "closed": 502, "too-large": 502}
_FAILED = frozenset({500, 502, 503, 504})
_LAST_ATTEMPT = len(WRITE_PATHS)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The response of the first region, or of the second one after a failure."""

    region: str
    why: Why
    attempts: int
    result: OriginAnswer | OriginError

    @property
    def failed(self) -> bool:
        """Whether the origin is at fault, as far as a cache is concerned."""
        return isinstance(self.result, OriginError) or self.result.status in _FAILED

    @property
    def left(self) -> bool:
        """Whether the next origin gets the request, if there is one."""
        return isinstance(self.result, OriginError) or self.result.status in FAIL_OVER


class Gateway:
    """Passes requests to the regions' APIs."""

    def __init__(
        self,
        origins: Mapping[str, Origin],
        record: LatencyRecord,
        metrics: Mapping[str, RegionMetrics],
        options: Options,
        switches: Switches,
    ) -> None:
        """Forward to these origins, in the order of the latency record."""
        self._origins = origins
        self._record = record
        self._metrics = metrics
        self._options = options
        self._switches = switches
        self.served: dict[str, Counter[str]] = {}
        """Answers by the client's nearest region and by the region that they came from."""

    def origins_of(self, behavior: Behavior, located: Located) -> Route:
        """The regions to try for a request under this behavior."""
        route = self._record.resolve(located.order)
        if behavior.target != "origin-group":
            return route.attempt(behavior.attempt)
        fails_over = self._switches.origin_failover
        return Route(route.origins[: self._options.origins if fails_over else 1], route.why)

    async def pass_on(
        self, request: web.BaseRequest, target: Target, behavior: Behavior, located: Located
    ) -> web.Response:
        """Answer without cache, from the nearest region that should answer."""
        route = self.origins_of(behavior, located)
        headers = request_headers(request.headers, request.remote)
        if behavior.policy is None:
            path, attempt = behavior.pattern, 0
            if path in WRITE_PATHS:
                # As the edge function does: the regions know one path.
                attempt = behavior.attempt
                headers[ATTEMPT_HEADER] = str(attempt)
                path = WRITE_PATHS[0]
            wanted = f"{path}?{target.query}" if target.query else path
            return await self._pass(request, wanted, headers, route, located, attempt=attempt)
        # The policies decide what an origin sees, whether or not its answer is kept.
        accept = request.headers.get("accept", "")
        encoding = normal_encoding(request.headers.get("accept-encoding", "")) or ""
        headers = shared_request_headers(
            request.headers, request.remote, normal_accept(accept) or accept, encoding
        )
        wanted = origin_target(target, behavior.policy)
        return await self._pass(request, wanted, headers, route, located)

    async def pinned(self, request: web.BaseRequest, target: str, region: str) -> web.Response:
        """Answer from this region or not at all."""
        if request.method not in METHODS:
            return method_not_allowed(request.method, METHODS)
        headers = request_headers(request.headers, request.remote)
        route = Route((region,), "pinned")
        located = Located((region,))
        return await self._pass(request, target, headers, route, located, attempt=_LAST_ATTEMPT)

    async def fetch(
        self,
        method: str,
        target: str,
        headers: CIMultiDict[str],
        body: bytes | None,
        route: Route,
        *,
        patience_s: float | None = None,
    ) -> Fetched:
        """Try the regions in turn; the last one's result counts, whatever it is.

        Args:
            method: HTTP method.
            target: Path and query for the origin.
            headers: The request headers for the origin.
            body: The request's body, or None.
            route: The regions.
            patience_s: Seconds that a region's answer may take; None: those of reads.

        Raises:
            BadRequestHeadersError: The client's headers cannot be sent.
        """
        attempts = 0
        options = self._options
        for region in route.origins:
            last = region == route.origins[-1]
            why: Why = route.why if region == route.origins[0] else "failover"
            patience = options.last_response_timeout if last else options.response_timeout
            for left in range(options.connection_attempts - 1, -1, -1):
                attempts += 1
                result: OriginAnswer | OriginError
                try:
                    result = await self._origins[region].fetch(
                        method, target, headers, body, patience_s=patience_s or patience
                    )
                except OriginError as error:
                    result = error
                if not (left and _may_ask_again(method, result)):
                    break
            fetched = Fetched(region, why, attempts, result)
            if last or not fetched.left:
                return fetched
        raise ValueError("a route has at least one region")

    def count(self, region: str, why: Why, location: str) -> None:
        """Note an answer to a client."""
        self._metrics[region].answers[why] += 1
        if why != "pinned":
            self.served.setdefault(location, Counter())[region] += 1

    async def _pass(
        self,
        request: web.BaseRequest,
        target: str,
        headers: CIMultiDict[str],
        route: Route,
        located: Located,
        *,
        attempt: int = 0,
    ) -> web.Response:
        """Fetch and answer; `attempt` is that of a write, from 1; 0: a read that fails over."""
        patience = None
        if attempt:
            options = self._options
            first = attempt < _LAST_ATTEMPT
            patience = options.write_timeout if first else options.last_write_timeout
        try:
            body = None
            if request.method == "POST":
                body = await read_body(request, self._options.max_body)
            fetched = await self.fetch(
                request.method, target, headers, body, route, patience_s=patience
            )
        except BodyRefusedError as error:
            refused = problem(error.status, str(error))
            refused.force_close()  # the rest of the body is still on its way
            return refused
        except BadRequestHeadersError as error:
            return problem(400, str(error))
        self.count(fetched.region, fetched.why, located.order[0])
        answer = as_answer(fetched.result)
        response = web.Response(
            status=answer.status,
            headers=answer.headers,
            body=None if request.method == "HEAD" else answer.body,
        )
        decision = f"region={fetched.region}; why={fetched.why}; cache=pass"
        tried = max(attempt - 1, 0) if route.why != "pinned" else 0
        response.headers[EDGE_HEADER] = decision + attempts_of(
            tried + fetched.attempts, located.known
        )
        return response


def attempts_of(attempts: int, known: bool) -> str:  # noqa: FBT001 - the hot path of a hit
    """The end of `x-carte-edge`."""
    return f"; attempts={attempts}" if known else f"; attempts={attempts}; place=unknown"


def method_not_allowed(method: str, methods: frozenset[str]) -> web.Response:
    """405 that says what is taken."""
    allow = {"allow": ", ".join(sorted(methods))}
    return problem(405, f"{method} is not taken here", headers=allow)


def as_answer(result: OriginAnswer | OriginError) -> OriginAnswer:
    """An origin's answer, or the edge's own where there is none."""
    if isinstance(result, OriginAnswer):
        return result
    own = problem(
        _STATUS_OF[result.kind],
        f"{result}; try again",
        code=f"ORIGIN_{result.kind.upper().replace('-', '_')}",
        headers={"retry-after": "1"},
    )
    body = own.body
    assert isinstance(body, bytes)  # noqa: S101 - `problem` makes it of bytes
    return OriginAnswer(own.status, CIMultiDict(own.headers), body)


def _may_ask_again(method: str, result: OriginAnswer | OriginError) -> bool:
    """CloudFront repeats connecting for all methods, waiting for an answer for reads only."""
    if not isinstance(result, OriginError):
        return False
    return result.kind == "connect" or (method in READS and result.kind == "timeout")
