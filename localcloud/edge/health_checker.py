"""Health checks: ask each region's `/ready` at a fixed interval, beside all requests."""

import asyncio
import time
from collections.abc import Mapping

import aiohttp

from localcloud.edge.events import Events
from localcloud.edge.health import Health, HealthCheck
from localcloud.edge.options import Options
from localcloud.edge.settings import OriginRegion

_READY = "/ready"
_ABANDON_S = 10.0  # a check that was not answered by then never will be
_FIRST_ERROR = 400  # Route 53 passes a check on any 2xx or 3xx


class HealthChecker:
    """Keeps the health of the regions up to date."""

    def __init__(
        self,
        regions: tuple[OriginRegion, ...],
        options: Options,
        health: Mapping[str, Health],
        events: Events,
    ) -> None:
        """Take the regions and where their health is kept; no check is sent yet."""
        self._regions = regions
        self._interval = options.scaled_interval
        self._patience = options.scaled_check_timeout
        self._health = health
        self._events = events

    async def run(self) -> None:
        """Check the regions until cancelled. Returns at once where checks are switched off."""
        if not self._interval:
            return
        # Connections of their own, new for each check, as Route 53's: a full pool of requests
        # must not look like a sick region, nor an old connection like a healthy one.
        connector = aiohttp.TCPConnector(force_close=True, limit=0)
        async with (
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=max(_ABANDON_S, self._patience)),
            ) as session,
            asyncio.TaskGroup() as group,
        ):
            for region in self._regions:
                group.create_task(self._watch(session, region))

    async def _watch(self, session: aiohttp.ClientSession, region: OriginRegion) -> None:
        health = self._health[region.name]
        loop = asyncio.get_running_loop()
        due = loop.time()
        waiting: asyncio.Task[HealthCheck] | None = None
        while True:
            # One check at a time: a frozen region would answer all those that piled up at once
            # when it thaws, and with an emulated Lambda that is a cold start for each.
            waiting = waiting or asyncio.create_task(_check(session, region.api_url + _READY))
            check = await self._result(waiting)
            if waiting.done():
                waiting = None
            if health.record(check):
                self._events.add(
                    "health", region=region.name, healthy=health.healthy, reason=check.reason
                )
            # From start to start; after a pause of this process itself, from now.
            due = max(due + self._interval, loop.time())
            await asyncio.sleep(due - loop.time())

    async def _result(self, waiting: "asyncio.Task[HealthCheck]") -> HealthCheck:
        try:
            await asyncio.wait({waiting}, timeout=self._patience)
        except asyncio.CancelledError:
            waiting.cancel()
            raise
        if waiting.done():
            return waiting.result()
        return HealthCheck(time.time(), False, round(self._patience * 1000, 1), "no answer in time")


async def _check(session: aiohttp.ClientSession, url: str) -> HealthCheck:
    started = time.perf_counter()
    try:
        async with session.get(url, allow_redirects=False) as response:
            passed = response.status < _FIRST_ERROR
            reason = f"status {response.status}"
            # The body must come too: Route 53's time-out covers it. What it says is not read.
            await response.read()
    except TimeoutError:
        passed, reason = False, "no answer in time"
    except (aiohttp.ClientError, OSError) as error:
        passed, reason = False, f"{type(error).__name__}: {error}"
    milliseconds = (time.perf_counter() - started) * 1000
    return HealthCheck(time.time(), passed, round(milliseconds, 1), reason)
