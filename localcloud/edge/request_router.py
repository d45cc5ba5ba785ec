"""The front door: one function from request to answer, by path."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from infra_cdk.edge_rules import WRITE_PATHS
from localcloud.edge.access_log import AccessLog
from localcloud.edge.behaviors import Behavior, behavior_of
from localcloud.edge.countries import load_countries
from localcloud.edge.gateway import EDGE_HEADER, Gateway, method_not_allowed
from localcloud.edge.live_sockets import LiveSockets
from localcloud.edge.mailbox import PATH as MAILBOX
from localcloud.edge.mailbox import Mailbox
from localcloud.edge.operator_api import OperatorApi, unknown_region
from localcloud.edge.places import Located, Locator, place_of
from localcloud.edge.replies import json_reply, problem
from localcloud.edge.response_cache import ResponseCache
from localcloud.edge.sign_in import SignIn
from localcloud.edge.site import Site
from localcloud.edge.switches import Switches
from localcloud.edge.targets import InvalidTargetError, Target, parse_target
from localcloud.edge.uploaded_pictures import UploadedPictures

_LOGGER: Final = logging.getLogger("carte.edge")
_CLIENT_LEFT: Final = 499
_WELL: Final = {"status": "ok"}
_PINNED: Final = "/_region/"
_CACHED_METHODS: Final = frozenset({"GET", "HEAD"})


class RequestRouter:
    """Sends each request to the part that answers it."""

    def __init__(
        self,
        *,
        gateway: Gateway,
        cache: ResponseCache,
        switches: Switches,
        site: Site,
        pictures: UploadedPictures,
        operator: OperatorApi,
        mailbox: Mailbox,
        live: LiveSockets,
        sign_in: SignIn,
        locator: Locator,
        regions: Mapping[str, object],
        access_log: AccessLog,
    ) -> None:
        """Put the parts together."""
        self._gateway = gateway
        self._cache = cache
        self._switches = switches
        self._site = site
        self._pictures = pictures
        self._operator = operator
        self._mailbox = mailbox
        self._live = live
        self._sign_in = sign_in
        self._locator = locator
        self._regions = regions
        self._access_log = access_log

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, and note it."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        status = _CLIENT_LEFT
        decision = ""
        try:
            response = await self._answer(request)
            status = response.status
            decision = response.headers.get(EDGE_HEADER, "")
        finally:
            path = _sent(request).partition("?")[0]
            self._access_log.add(request.method, path, status, loop.time() - started, decision)
        return response

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        response: web.StreamResponse
        try:
            response = await self._dispatch(request, parse_target(_sent(request)))
        except InvalidTargetError as error:
            response = await self._unreadable(request, error)
        except web.HTTPException as error:  # of the library, about what the client sent
            response = problem(error.status, error.reason)
        except Exception:
            _LOGGER.exception("request failed")
            response = problem(500, "the edge failed; its log says why")
        response.headers.setdefault(EDGE_HEADER, "origin=edge")
        return response

    async def _dispatch(self, request: web.BaseRequest, target: Target) -> web.StreamResponse:
        path = target.path
        if target.raw_path.startswith(_PINNED):
            return await self._pinned(request, target)
        if tool := self._tool(path):
            return await tool.answer(request, target)
        if path in {"/health", "/ready"}:
            return self._operator.ready() if path == "/ready" else json_reply(200, _WELL)
        behavior = behavior_of(path)
        if behavior.target == "picture-buckets":
            return await self._pictures.answer(request.method, path, request.headers)
        if behavior.target != "site":
            return await self._nearest(request, target, behavior)
        response = await self._site.answer(
            request.method, path, request.headers, query=target.query
        )
        response.headers[EDGE_HEADER] = "origin=site"
        return response

    async def _unreadable(
        self, request: web.BaseRequest, error: InvalidTargetError
    ) -> web.StreamResponse:
        """Return an error for programs, and the page of missing pages for browsers."""
        reads = request.method in _CACHED_METHODS
        if reads and "text/html" in request.headers.get("accept", ""):
            return await self._site.missing(request.headers)
        return problem(400, str(error))

    def _tool(self, path: str) -> OperatorApi | Mailbox | SignIn | None:
        """Return the part that answers a path which only local clouds have; None: no such path."""
        if path == "/_edge" or path.startswith("/_edge/"):
            return self._operator
        if path == MAILBOX or path.startswith(f"{MAILBOX}/"):
            return self._mailbox
        return self._sign_in if self._sign_in.answers(path) else None

    async def _nearest(
        self, request: web.BaseRequest, target: Target, behavior: Behavior
    ) -> web.StreamResponse:
        if target.path in WRITE_PATHS and self._live.wanted(request):
            located = await self._located(request, target)
            again = target.path != WRITE_PATHS[0]
            return await self._live.pass_on(request, located, again=again)
        if request.method not in behavior.methods:
            return method_not_allowed(request.method, behavior.methods)
        located = await self._located(request, target)
        if behavior.policy and self._switches.cache and request.method in _CACHED_METHODS:
            response = await self._cache.answer(request, target, behavior, located)
            if response is not None:
                return response
        return await self._gateway.pass_on(request, target, behavior, located)

    async def _located(self, request: web.BaseRequest, target: Target) -> Located:
        place = place_of(request.headers, target.query)
        if self._locator.wants_countries(place):
            self._locator.learn_countries(await asyncio.to_thread(load_countries))
        return self._locator.locate(place)

    async def _pinned(self, request: web.BaseRequest, target: Target) -> web.StreamResponse:
        region, slash, rest = target.raw[len(_PINNED) :].partition("/")
        if region not in self._regions:
            return unknown_region(region, self._regions)
        if rest == WRITE_PATHS[0][1:] and self._live.wanted(request):
            return await self._live.connect(request, region)
        if not slash:
            return problem(404, f"name a path of {region}, such as /_region/{region}/ready")
        return await self._gateway.pinned(request, f"/{rest}", region)


def _sent(request: web.BaseRequest) -> str:
    """Return the target as it was sent; empty where aiohttp could not read it."""
    target: str | None = request.raw_path
    return target or ""
