"""Samples the regions every ten seconds, and notes events and faults, for the history."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from localcloud.edge.active_faults import ActiveFaults
from localcloud.edge.drains import DrainFlags
from localcloud.edge.events import Events
from localcloud.edge.health import Health
from localcloud.edge.history import SAMPLE_S, STATES, History, Point, RegionFigures
from localcloud.edge.history_file import HistoryFile
from localcloud.edge.metrics import RegionMetrics
from localcloud.edge.outside_figures import LoggedCounts, OutsideFigures
from localcloud.histogram import Histogram

_LOGGER: Final = logging.getLogger("carte.edge")
_HEALTHY, _DRAINED, _UNHEALTHY = range(len(STATES))
_LOGS_EVERY: Final = 6  # samples


@dataclass(frozen=True, slots=True)
class Observed:
    """The parts of the edge that are sampled.

    Attributes:
        hits: Region to answers that the cache gave in its place.
    """

    metrics: Mapping[str, RegionMetrics]
    health: Mapping[str, Health]
    drains: DrainFlags
    hits: Mapping[str, int]
    events: Events
    faults: ActiveFaults
    outside: OutsideFigures


class Sampler:
    """Fills the history, and the file that keeps it."""

    def __init__(
        self,
        observed: Observed,
        history: History,
        file: HistoryFile,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin now: what was counted before is not part of the first sample.

        Args:
            observed: The parts to look at.
            history: Takes the figures.
            file: Keeps them.
            clock: Seconds of the epoch.
            monotonic: Seconds that always rise.
        """
        self._observed = observed
        self._history = history
        self._file = file
        self._clock = clock
        self._monotonic = monotonic
        self._totals = self._counted()
        self._last = monotonic()
        self._samples = 0
        self._seen_event = 0
        self._seen_faults = {_identity(one) for one in history.events if one.get("kind") == "fault"}
        self._unwritten: list[Point | Mapping[str, Any]] = []
        self._writing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Sample until cancelled, on the ten seconds of the clock; then end the minute."""
        try:
            while True:
                await asyncio.sleep(seconds_until_due(self._clock()))
                try:
                    await self.sample()
                except Exception:
                    # The history is for people; the edge goes on without a point of it.
                    _LOGGER.exception("a sample of the history failed")
        finally:
            if self._writing is not None:
                await asyncio.wait({self._writing})
            self.stop()

    async def sample(self) -> None:
        """Take one sample, and write what is new since the last minute."""
        now, monotonic = self._clock(), self._monotonic()
        seconds, self._last = max(monotonic - self._last, 0.001), monotonic
        figures, times = self._taken()
        logged: Mapping[str, LoggedCounts] = {}
        lags, _ = await asyncio.gather(self._observed.outside.lags(), self._observed.faults())
        if self._samples % _LOGS_EVERY == 0:
            logged = await self._observed.outside.logged(int(now * 1000))
        self._samples += 1
        nothing = LoggedCounts(None, None)
        regions = {
            name: one._replace(
                lag=lags.get(name),
                repairs=logged.get(name, nothing).repairs,
                orders=logged.get(name, nothing).orders,
            )
            for name, one in figures.items()
        }
        self._note_events()
        closed = self._history.add(
            Point(round(now - seconds, 3), round(seconds, 3), regions), times
        )
        if closed is not None:
            self._unwritten.append(closed)
            # Goes on where the sample is cancelled: the file is not to be written twice at once.
            self._writing = asyncio.create_task(asyncio.to_thread(self._write))
            await asyncio.shield(self._writing)

    def stop(self) -> None:
        """End the minute under way, and write it."""
        self._note_events()
        closed = self._history.close_minute()
        if closed is not None:
            self._unwritten.append(closed)
        if self._unwritten:
            self._write()

    def _write(self) -> None:
        new, self._unwritten = self._unwritten, []
        self._file.write(new, [*self._history.minutes, *self._history.events])

    def _taken(self) -> tuple[dict[str, RegionFigures], dict[str, Histogram]]:
        """Return the figures since the last sample, and the times of answers; both begin anew."""
        before, self._totals = self._totals, self._counted()
        times = {name: one.take_times() for name, one in self._observed.metrics.items()}
        drained = self._observed.drains()
        figures = {}
        for name, totals in self._totals.items():
            more = (now - then for now, then in zip(totals, before[name], strict=True))
            healthy = self._observed.health[name].healthy
            state = _UNHEALTHY if not healthy else _DRAINED if name in drained else _HEALTHY
            figures[name] = RegionFigures(*more)._replace(state=state)
        return figures, times

    def _counted(self) -> dict[str, tuple[int, int, int, int]]:
        """Requests, failed ones, answers to clients and hits of each region since the start."""
        return {
            name: (one.requests, one.failed, one.answers.total(), self._observed.hits.get(name, 0))
            for name, one in self._observed.metrics.items()
        }

    def _note_events(self) -> None:
        found = self._observed.events.since(self._seen_event)
        self._seen_event = found["last"]
        for event in found["events"]:
            self._note({**event, "at": _seconds(event["at"])})
        faults = _faults(self._observed.faults.timeline)
        for fault in faults:
            if _identity(fault) not in self._seen_faults:
                self._note(fault)
        if faults:
            self._seen_faults = set(map(_identity, faults))

    def _note(self, event: Mapping[str, Any]) -> None:
        self._unwritten.append(self._history.note(event))


def seconds_until_due(now: float) -> float:
    """Return the seconds until the next sample: on the ten seconds, at least five from now."""
    left = SAMPLE_S - now % SAMPLE_S
    return left if left >= SAMPLE_S / 2 else left + SAMPLE_S


def _faults(timeline: Iterable[Any]) -> list[dict[str, Any]]:
    """The events of faults as the history has them; `fault` is the kind of the fault."""
    found = []
    for one in timeline:
        try:
            found.append(
                {
                    "at": _seconds(one["at"]),
                    "kind": "fault",
                    "what": str(one["what"]),
                    "fault": str(one["kind"]),
                    "region": one["region"],
                    "id": str(one["id"]),
                }
            )
        except (LookupError, TypeError, ValueError, OverflowError):
            continue  # what the controller of another version wrote, such as a time in the year 1
    return found


def _identity(fault: Mapping[str, Any]) -> tuple[Any, ...]:
    return fault.get("id"), fault.get("what")


def _seconds(iso: str) -> float:
    return datetime.fromisoformat(iso).timestamp()
