"""`/_edge`: what the edge tells operators, and the commands they may send.

Its page is `/ops` of the site, which reads these addresses.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs

import orjson
from aiohttp import web

from localcloud.control_plane import (
    MOST_BODY_BYTES,
    ForeignRequestError,
    RequestHead,
    require_local,
    shown,
)
from localcloud.edge.access_log import NO_REGION, STATUSES
from localcloud.edge.active_faults import HealingError
from localcloud.edge.bodies import BodyRefusedError, read_body
from localcloud.edge.history import MOST_MINUTES
from localcloud.edge.replies import json_reply, problem
from localcloud.edge.status import EdgeParts, Status
from localcloud.edge.switches import LONGEST_S, NAMES
from localcloud.edge.targets import Target
from localcloud.exceptions import LocalCloudError
from services.domain.markets import MARKETS

_PAGE: Final = "/ops"
_MOST_DIGITS: Final = 16  # of the number of an event; they begin at the milliseconds of the epoch
_TAGS_SHOWN: Final = 50  # in the event of a purge
_MOST_ID: Final = 100  # characters of the id of a fault; those of the controller have about 25

Command = Callable[[Mapping[str, Any]], Awaitable[web.Response]]


class InvalidCommandError(LocalCloudError):
    """An operator's command has wrong content; the message says what to send."""


class OperatorApi:
    """Answers the paths below `/_edge`."""

    def __init__(self, parts: EdgeParts, status: Status) -> None:
        """Show a status, and change the parts of the edge."""
        self._parts = parts
        self._status = status
        self._reads: dict[str, Callable[[Target], Awaitable[web.Response]]] = {
            "/_edge": self._page,
            "/_edge/": self._page,
            "/_edge/status": self._state,
            "/_edge/events": self._events,
            "/_edge/history": self._history,
            "/_edge/drills": self._drills,
            "/_edge/requests": self._requests,
        }
        self._commands: dict[str, Command] = {
            "/_edge/drain": self._drain,
            "/_edge/purge": self._purge,
            "/_edge/heal": self._heal,
            "/_edge/settings": self._settings,
        }

    async def answer(self, request: web.BaseRequest, target: Target) -> web.Response:
        """Answer one request."""
        try:
            return await self._dispatch(request, target)
        except ForeignRequestError as error:
            return problem(error.status, f"{error.message}: {error.hint}")
        except BodyRefusedError as error:
            return problem(error.status, str(error))
        except InvalidCommandError as error:
            return problem(400, error.message)

    async def _dispatch(self, request: web.BaseRequest, target: Target) -> web.Response:
        path = target.path
        read, command = self._reads.get(path), self._commands.get(path)
        if read and request.method not in {"GET", "HEAD"}:
            return _method_not_allowed(path, "GET")
        if command and request.method != "POST":
            return _method_not_allowed(path, "POST")
        require_local(RequestHead(request.method, request.headers))
        if read:
            return await read(target)
        if command:
            return await command(await _read_command(request))
        known = [*(f"GET {path}" for path in self._reads), *(f"POST {p}" for p in self._commands)]
        return problem(404, f"the edge has {', '.join(known)}")

    def ready(self) -> web.Response:
        """Return 200 while there is a healthy region that is not drained, else 503."""
        serving = self._status.serving()
        return json_reply(200 if serving else 503, {"serving": serving})

    async def _page(self, _target: Target) -> web.Response:
        """Lead to the page of operations, which this address had before the site had one."""
        return web.Response(
            status=HTTPStatus.FOUND, headers={"location": _PAGE, "cache-control": "no-store"}
        )

    async def _state(self, _target: Target) -> web.Response:
        return json_reply(200, await self._status.state())

    async def _events(self, target: Target) -> web.Response:
        since = parse_qs(target.query).get("since", ["0"])[-1]
        if not (since.isascii() and since.isdigit() and len(since) <= _MOST_DIGITS):
            return problem(
                400,
                f"since must be the number of an event, of at most {_MOST_DIGITS} digits, "
                "as in /_edge/events?since=0",
            )
        return json_reply(200, self._parts.events.since(int(since)))

    async def _history(self, target: Target) -> web.Response:
        minutes = parse_qs(target.query).get("minutes", ["60"])[-1]
        known = minutes.isascii() and minutes.isdigit() and len(minutes) <= len(str(MOST_MINUTES))
        if not known or not 0 < int(minutes) <= MOST_MINUTES:
            return problem(
                400,
                f"minutes must be a whole number from 1 to {MOST_MINUTES}, "
                "as in /_edge/history?minutes=60",
            )
        return json_reply(200, self._parts.history.reading(int(minutes), self._parts.health))

    async def _drills(self, _target: Target) -> web.Response:
        return json_reply(200, {"runs": await asyncio.to_thread(self._parts.drill_runs.latest)})

    async def _requests(self, target: Target) -> web.Response:
        query = parse_qs(target.query)
        region, status = (query.get(name, [""])[-1] for name in ("region", "status"))
        if region and region != NO_REGION and region not in self._parts.health:
            return unknown_region(region, self._parts.health)
        if status and status not in STATUSES:
            return problem(
                400,
                f"status must be one of {', '.join(STATUSES)}, as in /_edge/requests?status=5xx",
            )
        found = self._parts.access_log.recent(region=region, status=status)
        return json_reply(200, {"requests": found})

    async def _heal(self, command: Mapping[str, Any]) -> web.Response:
        fault_id = command.get("id")
        if command.get("all") is True:
            fault_id = None
        elif not isinstance(fault_id, str) or not 0 < len(fault_id) <= _MOST_ID:
            raise InvalidCommandError(
                f'send {{"id": "<id of a fault>"}}, of at most {_MOST_ID} characters, or '
                '{"all": true}; /_edge/status has the ids'
            )
        try:
            return json_reply(200, await self._parts.faults.heal(fault_id))
        except HealingError as error:
            return problem(503, f"{error.message}: {error.hint}")

    async def _drain(self, command: Mapping[str, Any]) -> web.Response:
        region, drained = command.get("region"), command.get("drained")
        if not isinstance(drained, bool):
            raise InvalidCommandError('send {"region": "<name>", "drained": true or false}')
        if not isinstance(region, str) or region not in self._parts.health:
            return unknown_region(region, self._parts.health)
        flags = self._parts.drains
        flags.set(region, drained=drained)
        return json_reply(
            200,
            {
                "drained": {name: name in flags.stored for name in self._parts.health},
                "in_force_within_seconds": flags.delay,
            },
        )

    async def _purge(self, command: Mapping[str, Any]) -> web.Response:
        store, tags = self._parts.cache.store, command.get("tags")
        unknown: list[str] = []
        known = True
        if command.get("all") is True:
            purged, named = store.purge_all(), ["all"]
        elif isinstance(tags, list) and tags and all(isinstance(tag, str) for tag in tags):
            purged, named = store.purge(tags), tags[:_TAGS_SHOWN]
            unknown = [tag for tag in tags if self._is_unknown(tag)]
            known = len(unknown) < len(tags)
        else:
            raise InvalidCommandError('send {"tags": ["store:us-00001", ...]} or {"all": true}')
        if purged or known:
            self._parts.events.add("purge", tags=named, purged=purged)
        answer: dict[str, Any] = {"purged": purged}
        return json_reply(200, {**answer, "unknown": unknown[:_TAGS_SHOWN]} if unknown else answer)

    def _is_unknown(self, tag: str) -> bool:
        """Return whether a tag names a store or a market that does not exist.

        As long as there is no list of stores every id is taken for that of one.
        """
        kind, _, name = tag.strip().lower().partition(":")
        if kind == "market":
            return name not in MARKETS
        stores = self._parts.site.known_stores() if kind == "store" else None
        return stores is not None and name not in stores

    async def _settings(self, command: Mapping[str, Any]) -> web.Response:
        switches = {name: on for name, on in command.items() if name != "seconds"}
        if "time_scale" in switches:
            raise InvalidCommandError("the time scale is set at the start: `carte up --time-scale`")
        if not switches or set(switches) - set(NAMES):
            raise InvalidCommandError(f"send one of {', '.join(NAMES)} as true or false")
        if not all(isinstance(on, bool) for on in switches.values()):
            raise InvalidCommandError(f"{', '.join(switches)}: true or false")
        seconds = command.get("seconds", 0)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise InvalidCommandError(f'"seconds" must be a number, at most {LONGEST_S:.0f}')
        if not all(switches.values()) and not 0 < seconds <= LONGEST_S:
            raise InvalidCommandError(f'to switch off, send "seconds" too, at most {LONGEST_S:.0f}')
        for name, on in switches.items():
            self._parts.switches.turn(name, on=on, seconds=float(seconds))
        if "health_checks" in switches:
            self._parts.record.forget()
        return json_reply(200, {"switches": self._parts.switches.to_json()})


def unknown_region(name: object, regions: Mapping[str, object]) -> web.Response:
    """Return 404 with the names of the regions."""
    return problem(404, f"there is no region {shown(name)}; there are {', '.join(regions)}")


def _method_not_allowed(path: str, method: str) -> web.Response:
    return problem(405, f"{path} takes {method}", headers={"allow": method})


async def _read_command(request: web.BaseRequest) -> Mapping[str, Any]:
    try:
        command = orjson.loads(await read_body(request, MOST_BODY_BYTES))
    except orjson.JSONDecodeError as error:
        raise InvalidCommandError(f"the body is not JSON: {error}") from error
    if not isinstance(command, dict):
        raise InvalidCommandError("send a JSON object")
    return command
