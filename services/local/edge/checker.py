"""Health checks: ask each region's `/ready` at a fixed interval, beside all requests."""

import asyncio
import time
from collections.abc import Mapping

import aiohttp

from services.local.edge.event_log import say
from services.local.edge.health import Check, Health
from services.local.edge.settings import Options, Region

_READY = "/ready"
_FIRST_ERROR = 400  # Route 53 passes a check on any 2xx or 3xx


class Checker:
    """Keeps the health of the regions up to date."""

    def __init__(
        self, regions: tuple[Region, ...], options: Options, health: Mapping[str, Health]
    ) -> None:
        """Know whom to ask and where to note it."""
        self._regions = regions
        self._interval = options.interval / options.time_scale
        self._timeout = aiohttp.ClientTimeout(total=options.check_timeout)
        self._health = health

    async def run(self) -> None:
        """Check until cancelled. Returns at once where checks are switched off."""
        if not self._interval:
            return
        # Connections of their own, new for each check, as Route 53's: a full pool of requests
        # must not look like a sick region, nor an old connection like a healthy one.
        connector = aiohttp.TCPConnector(force_close=True, limit=0)
        async with (
            aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=self._timeout
            ) as session,
            asyncio.TaskGroup() as group,
        ):
            for region in self._regions:
                group.create_task(self._watch(session, region))

    async def _watch(self, session: aiohttp.ClientSession, region: Region) -> None:
        health = self._health[region.name]
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            check = await _check(session, region.api_url + _READY)
            if health.record(check):
                say(
                    "region healthy" if health.healthy else "region unhealthy",
                    region=region.name,
                    reason=check.reason,
                )
            # From start to start; after a pause of this process itself, from now.
            due = max(due + self._interval, loop.time())
            await asyncio.sleep(due - loop.time())


async def _check(session: aiohttp.ClientSession, url: str) -> Check:
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
    return Check(time.time(), passed, round(milliseconds, 1), reason)
