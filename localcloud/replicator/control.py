"""The control API of the replicator: its status, and the faults of replication."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import orjson
from aiohttp import web

from localcloud.control_plane import MOST_BODY_BYTES, ForeignRequestError, local_only, shown
from localcloud.json_log import EventLog
from localcloud.replicator.control_input import (
    MOST_MS,
    MOST_WAIT,
    InvalidInputError,
    read_body,
    read_number,
    read_pairs,
    read_region,
)
from localcloud.replicator.faults import Lag
from localcloud.replicator.mesh import Mesh
from localcloud.replicator.status import status
from localcloud.replicator.stream import now_ms

_LOG: Final = EventLog("replicator")

_LOOK_AGAIN = 0.02
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _answer(body: Any, code: int = 200) -> web.Response:
    text = orjson.dumps(body, option=orjson.OPT_APPEND_NEWLINE)
    return web.Response(body=text, status=code, content_type="application/json")


async def _when_quiet(mesh: Mesh) -> None:
    """Return when no delivery is pending and every stream has been read to a later moment."""
    quiet_since: int | None = None
    while True:
        if mesh.busy_with():
            quiet_since = None
        elif quiet_since is None:
            quiet_since = now_ms()
        elif all(one.known_until_ms > quiet_since for one in mesh.regions.values()):
            return
        await asyncio.sleep(_LOOK_AGAIN)


class ReplicationControl:
    """Handles the requests; a fault takes effect at once and stays until it is undone."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh
        self._faults = mesh.faults

    def application(self) -> web.Application:
        """Build the web application."""
        application = web.Application(
            middlewares=[self._explain, local_only], client_max_size=MOST_BODY_BYTES
        )
        application.add_routes(
            [
                web.get("/status", self._status),
                web.get("/quiet", self._quiet),
                web.post("/pause", self._pause),
                web.post("/resume", self._resume),
                web.post("/lag", self._lag),
                web.post("/cut", self._cut),
                web.post("/mend", self._mend),
                web.post("/skew", self._skew),
                web.post("/duplicate", self._duplicate),
                web.post("/heal", self._heal),
            ]
        )
        return application

    @web.middleware
    async def _explain(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except ForeignRequestError as error:
            return _answer({"error": error.message, "allowed": error.hint}, error.status)
        except InvalidInputError as error:
            return _answer({"error": error.message, "allowed": error.allowed}, 400)
        except web.HTTPException as error:
            routes = {
                f"{route.method} {route.resource.canonical}"
                for route in request.app.router.routes()
                if route.resource is not None and route.method != "HEAD"
            }
            return _answer({"error": error.reason, "allowed": sorted(routes)}, error.status)

    def _changed(self, fault: str, **metrics: object) -> web.Response:
        _LOG.info("fault set", fault=fault, **metrics)
        self._mesh.wake()
        return _answer(status(self._mesh))

    async def _status(self, _request: web.Request) -> web.Response:
        return _answer(status(self._mesh))

    async def _pause(self, request: web.Request) -> web.Response:
        read_body(await request.read(), ())
        self._faults.paused = True
        return self._changed("pause")

    async def _resume(self, request: web.Request) -> web.Response:
        read_body(await request.read(), ())
        self._faults.paused = False
        return self._changed("resume")

    async def _lag(self, request: web.Request) -> web.Response:
        body = read_body(await request.read(), ("from", "to", "ms", "jitter_ms"))
        pairs = read_pairs(body, self._faults)
        lag = Lag(
            read_number(body, "ms", 0, MOST_MS), read_number(body, "jitter_ms", 0, MOST_MS, 0)
        )
        for pair in pairs:
            self._faults.lags[pair] = lag
            self._mesh.relag(pair)
        return self._changed("lag", **body)

    async def _cut(self, request: web.Request) -> web.Response:
        body = read_body(await request.read(), ("from", "to"))
        self._faults.cuts.update(read_pairs(body, self._faults))
        return self._changed("cut", **body)

    async def _mend(self, request: web.Request) -> web.Response:
        body = read_body(await request.read(), ("from", "to")) or {"from": "*", "to": "*"}
        self._faults.cuts.difference_update(read_pairs(body, self._faults))
        return self._changed("mend", **body)

    async def _skew(self, request: web.Request) -> web.Response:
        body = read_body(await request.read(), ("region", "ms"))
        region = read_region(body, "region", self._faults)
        self._faults.skews[region] = round(read_number(body, "ms", -MOST_MS, MOST_MS))
        return self._changed("skew", **body)

    async def _duplicate(self, request: web.Request) -> web.Response:
        body = read_body(await request.read(), ("from", "to", "share"))
        share = read_number(body, "share", 0, 1)
        for pair in read_pairs(body, self._faults):
            self._faults.duplicates[pair] = share
        return self._changed("duplicate", **body)

    async def _heal(self, request: web.Request) -> web.Response:
        read_body(await request.read(), ())
        self._faults.heal()
        for pair in self._mesh.queues:
            self._mesh.relag(pair)
        return self._changed("heal")

    async def _quiet(self, request: web.Request) -> web.Response:
        text = request.query.get("timeout", "30")
        try:
            seconds = read_number({"timeout": float(text)}, "timeout", 0, MOST_WAIT)
        except ValueError as error:
            allowed = {"from": 0, "to": MOST_WAIT}
            raise InvalidInputError(
                f"'timeout' must be seconds, got {shown(text)}", allowed
            ) from error
        began = time.monotonic()
        try:
            async with asyncio.timeout(seconds):
                await _when_quiet(self._mesh)
        except TimeoutError:
            why = self._mesh.busy_with() or ["a stream is still being read"]
            return _answer({"quiet": False, "why": why}, 504)
        return _answer({"quiet": True, "seconds": round(time.monotonic() - began, 3)})
