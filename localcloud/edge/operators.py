"""`/_edge`: what an operator sees and may do. The page, the status, the events, the controls."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

import orjson
from aiohttp import web

from localcloud.edge.bodies import BodyError, read_body
from localcloud.edge.replies import json_reply, problem
from localcloud.edge.status import Parts, Status
from localcloud.edge.switches import LONGEST_S, NAMES
from localcloud.edge.targets import Target

_MOST_BYTES: Final = 16 * 1024
_PAGE: Final = Path(__file__).with_name("page.html")
_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "connect-src 'self'; img-src data:"
)


class WishError(ValueError):
    """An operator's wish that means nothing; the message says what would."""


class Operator:
    """Serves the paths below `/_edge`."""

    def __init__(self, parts: Parts, status: Status) -> None:
        """Look at these and change them."""
        self._parts = parts
        self._status = status
        self._reads: dict[str, Callable[[Target], Awaitable[web.Response]]] = {
            "/_edge": self._page,
            "/_edge/": self._page,
            "/_edge/status": self._state,
            "/_edge/events": self._events,
        }
        self._wishes: dict[str, Callable[[Mapping[str, Any]], web.Response]] = {
            "/_edge/drain": self._drain,
            "/_edge/purge": self._purge,
            "/_edge/settings": self._settings,
        }

    async def answer(self, request: web.BaseRequest, target: Target) -> web.Response:
        """Serve one of them."""
        path = target.path
        if read := self._reads.get(path):
            if request.method not in {"GET", "HEAD"}:
                return _other_method(path, "GET")
            return await read(target)
        if wish := self._wishes.get(path):
            if request.method != "POST":
                return _other_method(path, "POST")
            return await _grant(wish, request)
        known = [*(f"GET {path}" for path in self._reads), *(f"POST {p}" for p in self._wishes)]
        return problem(404, f"the edge has {', '.join(known)}")

    def ready(self) -> web.Response:
        """200 while there is a healthy region that is not drained."""
        serving = self._status.serving()
        return json_reply(200 if serving else 503, {"serving": serving})

    async def _page(self, _target: Target) -> web.Response:
        return web.Response(
            body=_PAGE.read_bytes(),
            headers={
                "content-type": "text/html; charset=utf-8",
                "cache-control": "no-store",
                "content-security-policy": _POLICY,
            },
        )

    async def _state(self, _target: Target) -> web.Response:
        return json_reply(200, await self._status.state())

    async def _events(self, target: Target) -> web.Response:
        since = parse_qs(target.query).get("since", ["0"])[-1]
        if not (since.isascii() and since.isdigit()):
            return problem(400, "since must be the number of an event, as in /_edge/events?since=0")
        return json_reply(200, self._parts.events.since(int(since)))

    def _drain(self, wish: Mapping[str, Any]) -> web.Response:
        region, drained = wish.get("region"), wish.get("drained")
        if not isinstance(drained, bool):
            raise WishError('send {"region": "<name>", "drained": true or false}')
        if not isinstance(region, str) or region not in self._parts.health:
            return unknown_region(str(region), self._parts.health)
        flags = self._parts.drains
        flags.set(region, drained=drained)
        return json_reply(
            200,
            {
                "drained": {name: name in flags.stored for name in self._parts.health},
                "in_force_within_seconds": flags.delay,
            },
        )

    def _purge(self, wish: Mapping[str, Any]) -> web.Response:
        store, tags = self._parts.cache.store, wish.get("tags")
        if wish.get("all") is True:
            purged = store.purge_all()
        elif isinstance(tags, list) and tags and all(isinstance(tag, str) for tag in tags):
            purged = store.purge(tags)
        else:
            raise WishError('send {"tags": ["store:us-00001", ...]} or {"all": true}')
        self._parts.events.add("purge", tags=tags or "all", purged=purged)
        return json_reply(200, {"purged": purged})

    def _settings(self, wish: Mapping[str, Any]) -> web.Response:
        wanted = {name: on for name, on in wish.items() if name != "seconds"}
        if "time_scale" in wanted:
            raise WishError("the time scale is fixed at the start: `carte up --time-scale`")
        if not wanted or set(wanted) - set(NAMES):
            raise WishError(f"send one of {', '.join(NAMES)} as true or false")
        if not all(isinstance(on, bool) for on in wanted.values()):
            raise WishError(f"{', '.join(wanted)}: true or false")
        seconds = wish.get("seconds", 0)
        if not all(wanted.values()) and not (
            isinstance(seconds, int | float) and 0 < seconds <= LONGEST_S
        ):
            raise WishError(f'to switch off, send "seconds" too, at most {LONGEST_S:.0f}')
        for name, on in wanted.items():
            self._parts.switches.turn(name, on=on, seconds=float(seconds))
        if "health_checks" in wanted:
            self._parts.record.forget()
        return json_reply(200, {"switches": self._parts.switches.to_json()})


def unknown_region(name: str, regions: Mapping[str, object]) -> web.Response:
    """404 that says which regions there are."""
    return problem(404, f"there is no region {name!r}; there are {', '.join(regions)}")


def _other_method(path: str, method: str) -> web.Response:
    return problem(405, f"{path} takes {method}", headers={"allow": method})


async def _grant(
    wish: Callable[[Mapping[str, Any]], web.Response], request: web.BaseRequest
) -> web.Response:
    try:
        return wish(await _wish(request))
    except BodyError as error:
        return problem(error.status, str(error))
    except WishError as error:
        return problem(400, str(error))


async def _wish(request: web.BaseRequest) -> Mapping[str, Any]:
    # A page of another site can send a POST, but not with this type without being asked first.
    if request.content_type != "application/json":
        raise BodyError(415, "send content-type: application/json")
    try:
        wish = orjson.loads(await read_body(request, _MOST_BYTES))
    except orjson.JSONDecodeError as error:
        raise WishError(f"the body is not JSON: {error}") from error
    if not isinstance(wish, dict):
        raise WishError("send a JSON object")
    return wish
