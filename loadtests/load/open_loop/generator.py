"""Sends each request at its planned time, and measures its response time from that time on."""

import asyncio
import time
from typing import Final

import aiohttp
import orjson
import psutil

from loadtests.cloud.edge_header import answering_region, edge_decision
from loadtests.load.open_loop.arrivals import Rate, arrivals
from loadtests.load.open_loop.mix import Mix, PlannedRequest
from loadtests.load.population import compressed_day
from loadtests.load.recording import Recording

_PATIENCE_S: Final = 15.0
_LATE_S: Final = 0.25
_FULL: Final = 0.95
_TICK_S: Final = 0.5
_TICKS: Final = 8


class Generator:
    """A process that sends requests at planned times, whether answers come or not.

    Attributes:
        recording: All requests.
        began_at: When the first request was due, seconds of the epoch.
        problem: Why the run was ended, if the generator could not keep up.
    """

    def __init__(
        self,
        host: str,
        mix: Mix,
        rate: Rate,
        *,
        most: float,
        seconds: float,
        seed: int,
        token: str | None,
    ) -> None:
        self.recording = Recording()
        self.problem = ""
        self._host = host.rstrip("/")
        self._mix = mix
        self._due = arrivals(rate, most, seconds, seed)
        self._seconds = seconds
        self._token = token
        self._began = 0.0
        self.began_at = 0.0
        self._late_s = 0.0
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Send until the end of the run, then wait for the requests that are not answered yet."""
        # No limit on connections: waiting for a free one would be a closed loop in disguise.
        connector = aiohttp.TCPConnector(limit=0)
        timeout = aiohttp.ClientTimeout(total=_PATIENCE_S)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
            self._began, self.began_at = time.monotonic(), time.time()
            watch = asyncio.create_task(self._watch())
            for due in self._due:
                wait = self._began + due - time.monotonic()
                if wait > 0:
                    await asyncio.sleep(wait)
                if self.problem:
                    break
                self._late_s = max(self._late_s, time.monotonic() - self._began - due)
                task = asyncio.create_task(self._send(session, due))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            if self._tasks:
                await asyncio.wait(self._tasks)
            watch.cancel()

    async def _send(self, session: aiohttp.ClientSession, due: float) -> None:
        planned = self._mix.next(compressed_day(due, self._seconds))
        wrong, region, cache = await self._answer(session, planned)
        took_ms = (time.monotonic() - self._began - due) * 1000
        self.recording.add(
            int(due), planned.name, region, took_ms=took_ms, wrong=wrong,
            cache=cache if planned.body is None else "",
        )  # fmt: skip

    async def _answer(
        self, session: aiohttp.ClientSession, planned: PlannedRequest
    ) -> tuple[str, str, str]:
        sent = {"accept": "application/graphql-response+json", "x-carte-place": planned.place}
        if planned.edits:
            sent["authorization"] = f"Bearer {self._token}"
        if planned.body is not None:
            sent["content-type"] = "application/json"
        try:
            async with session.request(
                "GET" if planned.body is None else "POST",
                self._host + planned.path,
                headers=sent,
                data=None if planned.body is None else orjson.dumps(planned.body),
            ) as response:
                body = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return type(error).__name__, "", ""
        headers = response.headers
        cache = edge_decision(headers).get("cache", "")
        return planned.judge(response.status, body), answering_region(headers), cache

    async def _watch(self) -> None:
        process, full = psutil.Process(), 0
        process.cpu_percent()
        while True:
            await asyncio.sleep(_TICK_S)
            share, late_s = process.cpu_percent() / 100, self._late_s
            self._late_s = 0.0
            second = int(time.monotonic() - self._began)
            self.recording.generators["open loop"].append(
                (second, round(share, 3), round(late_s * 1000, 1))
            )
            self.recording.users[second] = len(self._tasks)
            full = full + 1 if share > _FULL and late_s > _LATE_S else 0
            if full >= _TICKS:
                self.problem = (
                    f"the load generator itself is the bottleneck: {share:.0%} of a core, requests "
                    f"leave {late_s * 1000:.0f} ms late. Use a lower --rate, or more --workers"
                )
                return
