"""Watches a drill from beside it: what the edge decides, and which writes the survivors hold."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from loadtests.checker.tables import Tables
from loadtests.drills.analysis.evidence import Switch
from loadtests.drills.analysis.phases import DECIDED, DETECTED
from loadtests.drills.analysis.writes import doubled, missing, operations
from loadtests.drills.edge_client import EdgeClient
from loadtests.drills.edge_events import mark_of
from loadtests.drills.exceptions import DrillError
from loadtests.drills.records import read_records
from loadtests.drills.table_reader import TableReader
from loadtests.drills.timeline import Mark, Timeline
from loadtests.drills.traffic.plan import REQUESTS
from localcloud.layout import CloudLayout
from localcloud.replicator.dynamo import DynamoError, UnreachableError

_POLL_S: Final = 0.1
_CATCH_UP_POLL_S: Final = 0.25


@dataclass(slots=True)
class Observed:
    """The observations of a drill run.

    Attributes:
        caught_up: When every region held every write that had been acknowledged before the last
            healing; None: not while it was watched.
        agreed: When, besides, no region counted a sale twice; None: not while it was watched.
        doubled_meanwhile: Operations that a region counted twice at some look before that, because
            two regions had carried them out.
        problems: What could not be read at some moment, in words.
    """

    switches: list[Switch] = field(default_factory=list)
    caught_up: float | None = None
    agreed: float | None = None
    doubled_meanwhile: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


class Observer:
    """A thread of its own, so that a drill's pauses do not stop it."""

    def __init__(
        self, layout: CloudLayout, folder: Path, timeline: Timeline, stores: Iterable[str]
    ) -> None:
        self._layout = layout
        self._folder = folder
        self._timeline = timeline
        self._stores = tuple(stores)
        self._edge = EdgeClient(layout.edge_url)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="drill-observer", daemon=True)
        self._seq = 0
        self.observed = Observed()

    def start(self) -> None:
        """Begin with the decisions that come from now on.

        Raises:
            DrillError: The edge does not answer with its decisions.
        """
        known = self._edge.events(0)
        self._seq = max((int(one["seq"]) for one in known), default=0)
        self._thread.start()

    def stop(self) -> Observed:
        """End it, and take what it found."""
        self._stop.set()
        self._thread.join()
        return self.observed

    def _run(self) -> None:
        asyncio.run(self._watch())

    async def _watch(self) -> None:
        async with Tables(self._layout) as tables:
            contents = TableReader(tables, self._stores)
            while not self._stop.is_set():
                await self._guarded(self._decisions)
                marks = self._timeline.read()
                await self._guarded(partial(self._switched, marks, contents))
                await self._guarded(partial(self._catch_up, marks, contents))
                await asyncio.sleep(_POLL_S)
            await self._guarded(self._decisions)

    async def _guarded(self, look: Callable[[], Awaitable[None]]) -> None:
        """Run one observation; keep an error as a problem, because the next round repeats it."""
        try:
            await look()
        except (DrillError, DynamoError, UnreachableError) as error:
            problem = str(error)
            if problem not in self.observed.problems:
                self.observed.problems.append(problem)

    async def _decisions(self) -> None:
        for event in await asyncio.to_thread(self._edge.events, self._seq):
            self._seq = max(self._seq, int(event["seq"]))
            self._timeline.add(mark_of(event))

    async def _switched(self, marks: list[Mark], contents: TableReader) -> None:
        """Once per region that is taken away and left: read the others' tables."""
        lost = {mark.region: mark.at for mark in marks if mark.what == "fault" and mark.region}
        done = {one.region for one in self.observed.switches}
        for mark in marks:
            left = mark.what == "edge" and mark.kind in DETECTED | DECIDED
            if not left or mark.region in done or mark.at < lost.get(mark.region, mark.at + 1):
                continue
            survivors = [name for name in self._layout.region_names if name not in lost]
            at = time.time()
            found = await asyncio.gather(*(contents.of(name) for name in survivors))
            held = dict(zip(survivors, found, strict=True))
            self.observed.switches.append(Switch(at, mark.region, held))
            done.add(mark.region)

    async def _catch_up(self, marks: list[Mark], contents: TableReader) -> None:
        """Find when, after the last healing, every region holds each write made before it, once."""
        faults = sum(mark.what == "fault" for mark in marks)
        heals = [mark.at for mark in marks if mark.what == "heal"]
        if self.observed.agreed is not None or not heals or len(heals) < faults:
            return
        written = await asyncio.to_thread(self._written)
        at = time.time()
        names = self._layout.region_names
        found = await asyncio.gather(*(contents.of(name) for name in names))
        held = dict(zip(names, found, strict=True))
        if self.observed.caught_up is None and not missing(written, held, before=heals[-1]):
            self.observed.caught_up = at
            self._timeline.mark("step", "caught-up", at=at)
        twice = doubled(written, held)
        self.observed.doubled_meanwhile.update(one.id for one in twice)
        if self.observed.caught_up is not None and not twice:
            self.observed.agreed = at
            return
        await asyncio.sleep(_CATCH_UP_POLL_S)

    def _written(self) -> Any:
        return operations(read_records(self._folder / REQUESTS))
