"""API requests: choose regions, ask them one after the other, explain the answer."""

from collections.abc import Mapping

from aiohttp import web
from multidict import CIMultiDict

from services.local.edge.bodies import BodyError, read_body
from services.local.edge.figures import RegionFigures
from services.local.edge.forwarding import request_headers
from services.local.edge.origins import BadRequestHeadersError, Origin, OriginAnswer, OriginError
from services.local.edge.places import Located
from services.local.edge.replies import problem
from services.local.edge.routing import (
    FAILOVER_STATUSES,
    RETRIED_METHODS,
    LatencyRecord,
    Why,
    origins_for,
)
from services.local.edge.settings import Options

EDGE_HEADER = "x-carte-edge"
METHODS = RETRIED_METHODS | {"POST"}
_ALLOW = {"allow": "GET, HEAD, OPTIONS, POST"}
_STATUS_OF = {"timeout": 504, "connect": 502, "closed": 502, "too-large": 502}


class Gateway:
    """Passes requests to the regions' APIs."""

    def __init__(
        self,
        origins: Mapping[str, Origin],
        record: LatencyRecord,
        figures: Mapping[str, RegionFigures],
        options: Options,
    ) -> None:
        """Know the origins and how to choose among them."""
        self._origins = origins
        self._record = record
        self._figures = figures
        self._options = options

    async def nearest(
        self, request: web.BaseRequest, target: str, located: Located
    ) -> web.Response:
        """Answer from the nearest region that can: for reads, the next one where it fails."""
        route = self._record.resolve(located.order)
        regions = origins_for(request.method, route, self._options.origins)
        return await self._pass_on(request, target, regions, route.why, known=located.known)

    async def pinned(self, request: web.BaseRequest, target: str, region: str) -> web.Response:
        """Answer from this region or not at all."""
        return await self._pass_on(request, target, (region,), "pinned")

    async def _pass_on(
        self,
        request: web.BaseRequest,
        target: str,
        regions: tuple[str, ...],
        why: Why,
        *,
        known: bool = True,
    ) -> web.Response:
        if request.method not in METHODS:
            return problem(405, f"{request.method} is not taken here", headers=_ALLOW)
        try:
            body = None
            if request.method == "POST":
                body = await read_body(request, self._options.max_body)
            headers = request_headers(request.headers, request.remote)
            region, attempts, result = await self._attempt(
                request.method, target, headers, body, regions
            )
        except BodyError as error:
            refused = problem(error.status, str(error))
            refused.force_close()  # the rest of the body is still on its way
            return refused
        except BadRequestHeadersError as error:
            return problem(400, str(error))
        reason: Why = "failover" if attempts > 1 else why
        self._figures[region].answers[reason] += 1
        response = _response(request.method, result)
        decision = f"region={region}; why={reason}; cache=off; attempts={attempts}"
        response.headers[EDGE_HEADER] = decision if known else f"{decision}; place=unknown"
        return response

    async def _attempt(
        self,
        method: str,
        target: str,
        headers: CIMultiDict[str],
        body: bytes | None,
        regions: tuple[str, ...],
    ) -> tuple[str, int, OriginAnswer | OriginError]:
        """Try the regions in turn; the last one's result counts, whatever it is."""
        attempts = 0
        for region in regions:
            attempts += 1
            last = attempts == len(regions)
            try:
                answer = await self._origins[region].fetch(method, target, headers, body, last=last)
            except OriginError as error:
                if last:
                    return region, attempts, error
                continue
            if last or answer.status not in FAILOVER_STATUSES:
                return region, attempts, answer
        raise ValueError("a route has at least one region")


def _response(method: str, result: OriginAnswer | OriginError) -> web.Response:
    if isinstance(result, OriginError):
        return problem(
            _STATUS_OF[result.kind],
            f"{result}; try again",
            code=f"ORIGIN_{result.kind.upper().replace('-', '_')}",
            headers={"retry-after": "1"},
        )
    return web.Response(
        status=result.status,
        headers=result.headers,
        body=None if method == "HEAD" else result.body,
    )
