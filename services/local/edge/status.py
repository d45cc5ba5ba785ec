"""`/_edge`: the state of the edge, and the drain flags."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import orjson
from aiohttp import web

from services.local.edge.bodies import BodyError, read_body
from services.local.edge.drains import DrainFlags
from services.local.edge.event_log import say
from services.local.edge.figures import RegionFigures
from services.local.edge.health import Health
from services.local.edge.replies import json_reply, problem
from services.local.edge.settings import Settings
from services.local.edge.site import Site

_MOST_BYTES = 4096


class Status:
    """Tells the edge's state and takes an operator's wishes."""

    def __init__(
        self,
        settings: Settings,
        health: Mapping[str, Health],
        drains: DrainFlags,
        figures: Mapping[str, RegionFigures],
        site: Site,
    ) -> None:
        """Look at these."""
        self._settings = settings
        self._health = health
        self._drains = drains
        self._figures = figures
        self._site = site
        self._started = time.time()

    async def answer(self, request: web.BaseRequest, path: str) -> web.Response:
        """Serve a path below `/_edge`."""
        wanted = {"/_edge/status": "GET", "/_edge/drain": "POST"}.get(path)
        if wanted is None:
            return problem(404, "the edge has GET /_edge/status and POST /_edge/drain")
        if request.method != wanted and (wanted, request.method) != ("GET", "HEAD"):
            return problem(405, f"{path} takes {wanted}", headers={"allow": wanted})
        if path == "/_edge/status":
            return json_reply(200, self._state())
        return await self._drain(request)

    def ready(self) -> web.Response:
        """200 while there is a healthy region that is not drained."""
        drained = self._drains()
        serving = [
            name for name, health in self._health.items() if health.healthy and name not in drained
        ]
        return json_reply(200 if serving else 503, {"serving": serving})

    def _state(self) -> dict[str, Any]:
        settings = self._settings
        drained = self._drains()
        return {
            "started": _iso(self._started),
            "port": settings.port,
            "default_region": settings.default_region,
            "site": {"dir": str(settings.site_dir), "built": self._site.built},
            "config": asdict(settings.options),
            "regions": {
                region.name: {
                    "healthy": self._health[region.name].healthy,
                    "drained": region.name in drained,
                    **_health(self._health[region.name]),
                    "api_url": region.api_url,
                    **self._figures[region.name].to_json(),
                }
                for region in settings.regions
            },
        }

    async def _drain(self, request: web.BaseRequest) -> web.Response:
        # A page of another site can send a POST, but not with this type without being asked first.
        if request.content_type != "application/json":
            return problem(415, "send content-type: application/json")
        try:
            wish = orjson.loads(await read_body(request, _MOST_BYTES))
        except BodyError as error:
            return problem(error.status, str(error))
        except orjson.JSONDecodeError as error:
            return problem(400, f"the body is not JSON: {error}")
        if not isinstance(wish, dict) or not isinstance(wish.get("drained"), bool):
            return problem(400, 'send {"region": "<name>", "drained": true or false}')
        region, drained = wish.get("region"), wish["drained"]
        if not isinstance(region, str) or region not in self._health:
            return unknown_region(str(region), self._health)
        self._drains.set(region, drained=drained)
        say("region drained" if drained else "region undrained", region=region)
        flags = self._drains()
        return json_reply(200, {"drained": {name: name in flags for name in self._health}})


def unknown_region(name: str, regions: Mapping[str, object]) -> web.Response:
    """404 that says which regions there are."""
    return problem(404, f"there is no region {name!r}; there are {', '.join(regions)}")


def _health(health: Health) -> dict[str, Any]:
    last = health.last
    return {
        "since": _iso(health.since),
        "checks": health.checks,
        "changes": health.changes,
        "last_check": last
        and {
            "at": _iso(last.at),
            "passed": last.passed,
            "ms": last.milliseconds,
            "reason": last.reason,
        },
    }


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
