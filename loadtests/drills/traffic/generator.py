"""The loop of the traffic: sends each operation at its planned time and records its outcome."""

import asyncio
import random
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import orjson

from loadtests.drills.records import Record
from loadtests.drills.traffic.arrivals import Arrival, arrivals
from loadtests.drills.traffic.plan import COMMANDS, REQUESTS, SUMMARY, TrafficPlan
from loadtests.drills.traffic.sender import Reply, Sender, now
from loadtests.drills.traffic.writes import Operation, Writes
from loadtests.measurement.percentiles import percentile

_FLUSH_S: Final = 0.1
_COMMANDS_S: Final = 0.02
# Retries come slower the longer they fail, up to so many pauses: they must not be the outage.
_LONGEST_PAUSE: Final = 8


class Generator:
    """The clients of one drill."""

    def __init__(self, plan: TrafficPlan, sender: Sender, folder: Path) -> None:
        self._plan = plan
        self._sender = sender
        self._folder = folder
        self._writes = Writes(plan)
        self._stores: dict[str, Iterator[str]] = {
            place: cycle(plan.stores[at:] + plan.stores[:at])
            for at, place in enumerate(plan.places)
        }
        self._tasks: set[asyncio.Task[None]] = set()
        self._unanswered: dict[str, Operation] = {}
        self._lines: list[bytes] = []
        self._lags: list[float] = []
        self._skipped = 0
        self._dice = random.Random(plan.name)
        self._stop = asyncio.Event()
        self._give_up = float("inf")

    def stop(self) -> None:
        """Send nothing new; what has no answer yet is tried again for a while."""
        self._stop.set()

    async def run(self) -> None:
        """Send until stopped, then until everything has an outcome or time is up."""
        began = now()
        helpers = [asyncio.create_task(self._flush()), asyncio.create_task(self._listen())]
        await self._send_all(began)
        self._give_up = now() + self._plan.final_retry_s
        while self._tasks:
            await asyncio.wait(self._tasks)
        for helper in helpers:
            helper.cancel()
        self._write_lines()
        self._summarize(began)

    async def _send_all(self, began: float) -> None:
        for arrival in arrivals(self._plan.places, self._plan.rates):
            wait = began + arrival.at - now()
            if wait > 0:
                try:
                    async with asyncio.timeout(wait):
                        await self._stop.wait()
                except TimeoutError:
                    pass
            if self._stop.is_set():
                return
            self._start(arrival, began + arrival.at)

    def _start(self, arrival: Arrival, intended: float) -> None:
        if arrival.route == "mutation":
            operation = self._writes.next(arrival.place)
            if operation is None:
                self._skipped += 1
                return
            work = self._insist(operation, intended)
        else:
            work = self._read(arrival, intended)
        self._spawn(work)

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read(self, arrival: Arrival, intended: float) -> None:
        store = next(self._stores[arrival.place])
        # Every other read is in a language that was not requested before: no cache has its answer.
        number = self._plan.places.index(arrival.place)
        uncached = f"en-{arrival.route[:3]}-p{number}-{arrival.number:04d}"
        locale = uncached if arrival.number % 2 else None
        sent = now()
        reply = await self._sender.read(arrival.place, arrival.route, store, locale)
        self._record(
            Record(
                place=arrival.place,
                route=arrival.route,
                store=store,
                intended=intended,
                sent=sent,
                done=now(),
                **_fields(reply),
            )
        )

    async def _insist(self, operation: Operation, intended: float, *, burst: bool = False) -> None:
        """Try an operation until it is acknowledged, always under the same operationId."""
        self._unanswered[operation.id] = operation
        due = intended
        while True:
            operation.attempts += 1
            sent = now()
            reply = await self._sender.write(operation)
            done = now()
            self._record(
                Record(
                    place=operation.place,
                    route="mutation",
                    store=operation.cell.store,
                    intended=due,
                    sent=sent,
                    done=done,
                    operation=operation.id,
                    attempt=operation.attempts,
                    cell=operation.cell,
                    burst=burst,
                    **_fields(reply),
                )
            )
            if not reply.error:
                self._writes.finished(operation)
                del self._unanswered[operation.id]
                return
            if done > self._give_up:
                return
            pause = self._plan.retry_pause_s * min(operation.attempts, _LONGEST_PAUSE)
            # Spread, so that what failed together does not come back together.
            due = done + pause * self._dice.uniform(0.5, 1.5)
            await asyncio.sleep(due - now())

    def _record(self, record: Record) -> None:
        self._lines.append(record.line())
        self._lags.append(record.lag)

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH_S)
            self._write_lines()

    def _write_lines(self) -> None:
        if self._lines:
            with (self._folder / REQUESTS).open("ab") as file:
                file.write(b"".join(self._lines))
            self._lines.clear()

    async def _listen(self) -> None:
        """Obey what actions append to the file of commands: bursts of mutations."""
        path = self._folder / COMMANDS
        read = 0
        while True:
            await asyncio.sleep(_COMMANDS_S)
            if not path.exists() or path.stat().st_size == read:
                continue
            content = path.read_bytes()
            whole = content[: content.rfind(b"\n") + 1]
            for line in whole[read:].splitlines():
                self._burst(**orjson.loads(line))
            read = len(whole)

    def _burst(self, place: str, count: int, over_s: float) -> None:
        begin = now()
        for number in range(count):
            operation = self._writes.next(place, "sale")
            if operation is None:
                self._skipped += 1
            else:
                due = begin + number / count * over_s
                self._spawn(self._later(operation, due))

    async def _later(self, operation: Operation, due: float) -> None:
        await asyncio.sleep(max(0.0, due - now()))
        await self._insist(operation, due, burst=True)

    def _summarize(self, began: float) -> None:
        lags = sorted(self._lags)
        summary = {
            "began": began,
            "ended": now(),
            "requests": len(lags),
            "lag_p50_s": percentile(lags, 0.50),
            "lag_p99_s": percentile(lags, 0.99),
            "lag_max_s": lags[-1] if lags else None,
            "skipped": self._skipped,
            "unacknowledged": sorted(self._unanswered),
        }
        (self._folder / SUMMARY).write_bytes(orjson.dumps(summary))


def _fields(reply: Reply) -> dict[str, Any]:
    return {name: getattr(reply, name) for name in Reply.__dataclass_fields__}
