"""The control API: what is on, put one on, take them off."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import orjson
from aiohttp import web

from localcloud.faults.board import Board
from localcloud.faults.gate import Gate
from localcloud.faults.handle import HandleError
from localcloud.faults.wishes import BadWishError, Ground, now, read_wish

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_ROUTES: Final = "GET /faults, POST /faults, DELETE /faults, DELETE /faults/ID"


class Control:
    """The handlers."""

    def __init__(
        self, board: Board, ground: Ground, gates: Mapping[str, Mapping[str, Gate]]
    ) -> None:
        """Know the board, what it stands on, and the gates by sort and region."""
        self._board = board
        self._ground = ground
        self._gates = gates

    def application(self) -> web.Application:
        """Build the web application."""
        application = web.Application(middlewares=[self._explain])
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
        try:
            return await handler(request)
        except BadWishError as error:
            return _answer({"error": str(error), "next": error.hint}, 400)
        except HandleError as error:
            tried = "nothing is on; see whether the cloud is healthy, then try again"
            return _answer({"error": str(error), "next": tried}, 409)
        except web.HTTPException as error:
            return _answer({"error": error.reason, "next": f"there are {_ROUTES}"}, error.status)

    async def _health(self, _request: web.Request) -> web.Response:
        return _answer({"status": "ok"})

    async def _ready(self, _request: web.Request) -> web.Response:
        unhealed = self._board.unhealed
        body = {"status": "unready" if unhealed else "ready", "unhealed": unhealed}
        return _answer(body, 503 if unhealed else 200)

    async def _list(self, _request: web.Request) -> web.Response:
        return _answer(
            {
                "faults": [fault.to_json() for fault in self._board.faults.values()],
                "unhealed": self._board.unhealed,
                "timeline": list(self._board.timeline),
                "gates": {
                    sort: {region: _figures(gate) for region, gate in gates.items()}
                    for sort, gates in self._gates.items()
                },
            }
        )

    async def _inject(self, request: web.Request) -> web.Response:
        try:
            wish = orjson.loads(await request.read())
        except orjson.JSONDecodeError as error:
            raise BadWishError(f"the body is not JSON: {error}", "send an object") from error
        fault = read_wish(wish, self._ground, now())
        await self._board.inject(fault)
        return _answer(fault.to_json(), 201)

    async def _heal(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        healed = [name] if await self._board.end(name, "healed") else []
        return self._healed(healed)

    async def _heal_all(self, _request: web.Request) -> web.Response:
        return self._healed(await self._board.end_all())

    def _healed(self, ids: list[str]) -> web.Response:
        return _answer({"healed": ids, "unhealed": self._board.unhealed})


def _figures(gate: Gate) -> dict[str, int]:
    return {
        "connections": len(gate.fronts),
        "requests": gate.requests,
        "delayed": gate.delayed,
        "failed": gate.failed,
    }


def _answer(body: Any, code: int = 200) -> web.Response:
    text = orjson.dumps(body, option=orjson.OPT_APPEND_NEWLINE)
    return web.Response(body=text, status=code, content_type="application/json")
