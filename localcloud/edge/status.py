"""The state of the edge as one JSON object, and whether it can serve at all."""

import shlex
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from localcloud.edge.access_log import AccessLog
from localcloud.edge.active_faults import ActiveFaults
from localcloud.edge.behaviors import BEHAVIORS
from localcloud.edge.drains import DrainFlags
from localcloud.edge.drill_runs import DrillRuns
from localcloud.edge.events import Events, iso
from localcloud.edge.gateway import Gateway
from localcloud.edge.health import Health
from localcloud.edge.history import History
from localcloud.edge.live_sockets import LiveSockets
from localcloud.edge.metrics import RegionMetrics
from localcloud.edge.outside_figures import OutsideFigures
from localcloud.edge.places import Locator
from localcloud.edge.response_cache import WITHOUT_ORIGIN, ResponseCache
from localcloud.edge.routing import LatencyRecord
from localcloud.edge.settings import OriginRegion, Settings
from localcloud.edge.site import Site
from localcloud.edge.switches import Switches
from localcloud.edge.uploaded_pictures import UploadedPictures
from localcloud.layout import DEFAULT_PORT, default_state_dir

_EVENTS_SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class EdgeParts:
    """The parts of the edge that its status reads."""

    settings: Settings
    health: Mapping[str, Health]
    drains: DrainFlags
    metrics: Mapping[str, RegionMetrics]
    site: Site
    pictures: UploadedPictures
    events: Events
    switches: Switches
    gateway: Gateway
    cache: ResponseCache
    live: LiveSockets
    record: LatencyRecord
    locator: Locator
    faults: ActiveFaults
    access_log: AccessLog
    history: History
    outside: OutsideFigures
    drill_runs: DrillRuns


def cli_options(port: int, state_dir: Path) -> str:
    """Return the options by which `carte` finds this cloud; empty where it needs none."""
    options = [] if port == DEFAULT_PORT else ["--port", str(port)]
    if state_dir.resolve() != default_state_dir(port):
        options += ["--state-dir", str(state_dir.resolve())]
    return shlex.join(options)


class Status:
    """Returns the state of the edge for `/_edge/status`, which `/ops` of the site shows."""

    def __init__(self, parts: EdgeParts) -> None:
        """Report the state of these parts."""
        self._parts = parts
        self._started = time.time()

    def serving(self) -> list[str]:
        """The regions that are healthy and not drained."""
        drained = self._parts.drains()
        return [
            name
            for name, health in self._parts.health.items()
            if health.healthy and name not in drained
        ]

    async def state(self) -> dict[str, Any]:
        """Return the whole state as JSON values."""
        parts = self._parts
        settings, options = parts.settings, parts.settings.options
        return {
            "started": iso(self._started),
            "now": iso(time.time()),
            "port": settings.port,
            "cli_options": cli_options(settings.port, settings.state_dir),
            "default_region": settings.default_region,
            "site": {"dir": str(settings.site_dir), "built": parts.site.built},
            "time_scale": options.time_scale,
            "config": asdict(options),
            "effective": {
                "interval": options.scaled_interval,
                "check_timeout": options.scaled_check_timeout,
                "ttl": options.scaled_ttl,
                "drain_delay": options.scaled_drain_delay,
            },
            "bounds": {
                "detect_seconds": options.detect_seconds,
                "shift_seconds": options.detect_seconds + options.scaled_ttl,
            },
            "switches": parts.switches.to_json(),
            "behaviors": [behavior.to_json() for behavior in BEHAVIORS],
            "regions": {region.name: self._region(region) for region in settings.regions},
            "places": {region.name: self._place(region) for region in settings.regions},
            "cache": self._cache(),
            "faults": await parts.faults(),
            "events": parts.events.latest(_EVENTS_SHOWN),
        }

    def _region(self, region: OriginRegion) -> dict[str, Any]:
        parts, health = self._parts, self._parts.health[region.name]
        last = health.last
        return {
            "healthy": health.healthy,
            "drained": region.name in parts.drains(),
            "drain_flag": region.name in parts.drains.stored,
            "since": iso(health.since),
            "checks": health.checks,
            "changes": health.changes,
            "last_check": last
            and {
                "at": iso(last.at),
                "passed": last.passed,
                "ms": last.milliseconds,
                "reason": last.reason,
            },
            "recent_checks": [
                {"passed": check.passed, "ms": check.milliseconds} for check in health.recent
            ],
            "history": [
                {"at": iso(change.at), "healthy": change.healthy, "reason": change.reason}
                for change in health.history
            ],
            "api_url": region.api_url,
            "coordinates": [region.coordinates.latitude, region.coordinates.longitude],
            **parts.metrics[region.name].to_json(),
        }

    def _place(self, region: OriginRegion) -> dict[str, Any]:
        """Where clients next to a region are sent, and from where they were answered so far."""
        parts = self._parts
        route, certain = parts.record.now(parts.locator.locate(region.name).order)
        return {
            "origins": route.origins[: parts.settings.options.origins],
            "why": route.why,
            "resolver_keeps_seconds": round(certain, 1),
            "answers": dict(parts.gateway.served.get(region.name, {})),
        }

    def _cache(self) -> dict[str, Any]:
        cache = self._parts.cache
        lookups = sum(cache.states.values())
        without_origin = sum(cache.states[state] for state in WITHOUT_ORIGIN)
        return {
            "entries": len(cache.store),
            "bytes": cache.store.bytes,
            "most_bytes": cache.store.most_bytes,
            "by_location": cache.store.by_location(),
            "answers": dict(cache.states),
            "ratio": round(without_origin / lookups, 4) if lookups else None,
            "evicted": cache.store.metrics.evicted,
            "purged": cache.store.metrics.purged,
        }
