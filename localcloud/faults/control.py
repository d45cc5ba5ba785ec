"""The control API of the fault controller: list, inject and heal faults."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import orjson
from aiohttp import web

from localcloud.control_plane import MOST_BODY_BYTES, ForeignRequestError, local_only
from localcloud.faults.actuator import ActuatorError
from localcloud.faults.fault_request import CloudScope, InvalidFaultError, now, parse_fault
from localcloud.faults.gate import Gate
from localcloud.faults.registry import FaultRegistry

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_ROUTES: Final = "GET /faults, POST /faults, DELETE /faults, DELETE /faults/ID"
_MOST_ID: Final = 100  # characters; the controller's own ids have about 25


class FaultControl:
    """Handles the requests of the control API."""

    def __init__(
        self,
        registry: FaultRegistry,
        scope: CloudScope,
        gates: Mapping[str, Mapping[str, Gate]],
    ) -> None:
        """Serve a registry.

        Args:
            registry: The faults of the cloud.
            scope: What can be injected into this cloud.
            gates: The gates by kind and region, for their counters.
        """
        self._registry = registry
        self._scope = scope
        self._gates = gates

    def application(self) -> web.Application:
        """Build the web application."""
        application = web.Application(
            middlewares=[self._explain, local_only], client_max_size=MOST_BODY_BYTES
        )
        application.add_routes(
            [
                web.get("/health", self._health),
                web.get("/ready", self._ready),
                web.get("/faults", self._list),
                web.post("/faults", self._inject),
                web.delete("/faults", self._heal_all),
                web.delete("/faults/{id}", self._heal),
            ]
        )
        return application

    @web.middleware
    async def _explain(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Render every expected error as JSON: what happened, and what to do next."""
        try:
            return await handler(request)
        except ForeignRequestError as error:
            return _json({"error": error.message, "next": error.hint}, error.status)
        except InvalidFaultError as error:
            return _json({"error": error.message, "next": error.hint}, 400)
        except ActuatorError as error:
            hint = error.hint or "nothing is on; see whether the cloud is healthy, then try again"
            return _json({"error": error.message, "next": hint}, 409)
        except web.HTTPException as error:
            return _json({"error": error.reason, "next": f"there are {_ROUTES}"}, error.status)

    async def _health(self, _request: web.Request) -> web.Response:
        return _json({"status": "ok"})

    async def _ready(self, _request: web.Request) -> web.Response:
        unhealed = self._registry.unhealed
        body = {"status": "unready" if unhealed else "ready", "unhealed": unhealed}
        return _json(body, 503 if unhealed else 200)

    async def _list(self, _request: web.Request) -> web.Response:
        return _json(
            {
                "faults": [fault.to_json() for fault in self._registry.faults.values()],
                "unhealed": self._registry.unhealed,
                "timeline": list(self._registry.timeline),
                "gates": {
                    kind: {region: _counters(gate) for region, gate in gates.items()}
                    for kind, gates in self._gates.items()
                },
            }
        )

    async def _inject(self, request: web.Request) -> web.Response:
        try:
            requested = orjson.loads(await request.read())
        except orjson.JSONDecodeError as error:
            raise InvalidFaultError(f"the body is not JSON: {error}", "send an object") from error
        fault = parse_fault(requested, self._scope, now())
        await self._registry.inject(fault)
        return _json(fault.to_json(), 201)

    async def _heal(self, request: web.Request) -> web.Response:
        fault_id = request.match_info["id"]
        if len(fault_id) > _MOST_ID:
            raise InvalidFaultError(
                f"an id has at most {_MOST_ID} characters", "GET /faults shows those of the faults"
            )
        healed = [fault_id] if await self._registry.end(fault_id, "healed") else []
        return self._healed(healed)

    async def _heal_all(self, _request: web.Request) -> web.Response:
        return self._healed(await self._registry.end_all())

    def _healed(self, ids: list[str]) -> web.Response:
        return _json({"healed": ids, "unhealed": self._registry.unhealed})


def _counters(gate: Gate) -> dict[str, int]:
    return {
        "connections": len(gate.connections),
        "requests": gate.requests,
        "delayed": gate.delayed,
        "failed": gate.failed,
        "throttled": gate.throttled,
        "refused": gate.refused,
    }


def _json(body: Any, status: int = 200) -> web.Response:
    text = orjson.dumps(body, option=orjson.OPT_APPEND_NEWLINE)
    return web.Response(body=text, status=status, content_type="application/json")
