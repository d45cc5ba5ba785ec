"""The course of a check: write under faults, heal, wait for rest, look, judge."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from services.domain.stamp import unix_ms
from services.local.check import looking
from services.local.check.client import Client
from services.local.check.controls import Controls
from services.local.check.graph import Graph
from services.local.check.history import History
from services.local.check.judging import judge
from services.local.check.plants import ConvergenceOff, DropOperations, Plant
from services.local.check.report import Report
from services.local.check.schedule import Window, plan_faults
from services.local.check.settings import CheckError, CheckSettings
from services.local.check.settling import Settling
from services.local.check.tables import Snapshot, Tables
from services.local.check.wall_clock import WallClock
from services.local.check.workload import Numbers, Workload
from services.local.check.world import World, make_world
from services.local.issuer import this_machines
from services.local.layout import CloudLayout
from services.storage.table import Table

Tell = Callable[[str], object]


@dataclass(slots=True)
class Check:
    """One check of one cloud.

    Attributes:
        replicas: the regions' tables, for what the check itself writes.
        history: where what happens is noted.
        path: of the file that `history` is written to.
        tell: takes what is being done, for people.
    """

    layout: CloudLayout
    settings: CheckSettings
    replicas: Mapping[str, Table]
    controls: Controls
    history: History
    path: Path
    tell: Tell
    _faults: list[Window] = field(default_factory=list)

    async def run(self) -> Report:
        """Make the check. The caller restores the cloud afterwards, whatever happened.

        Raises:
            CheckError: it cannot be made.
        """
        settings, layout = self.settings, self.layout
        began, began_ms = time.monotonic(), unix_ms()
        failed = await asyncio.to_thread(self.controls.restore)
        if failed:
            raise CheckError("; ".join(failed), "`carte status` tells what is wrong")
        primary = self.replicas[layout.primary]
        world = await asyncio.to_thread(make_world, settings, primary)
        self.history.note("world", name=world.name, market=world.market, seed=settings.seed)
        async with AsyncExitStack() as stack:
            tables = await stack.enter_async_context(Tables(layout))
            graph = await stack.enter_async_context(
                Graph(layout, self._token(), through_edge=settings.through_edge)
            )
            plant = self._plant(world, tables)
            self.tell("waiting for the check's stores in all regions")
            await looking.wait_ready(graph, world, layout.region_names)
            await asyncio.to_thread(plant.begin)
            await self._write(graph, world, plant)
            settled, snapshots = await self._settle(world, tables, plant)
            self.tell("reading what the regions show")
            shown = await looking.inventories(graph, world, layout.region_names)
            conflicts = await looking.conflicts(graph, world, layout.primary)
            logged = await asyncio.to_thread(self._logged, began_ms)
            self.tell("judging")
            violations, sessions = judge(self.history, world, snapshots, shown)
            if not settings.keep and not violations and settled:
                mine = [key for key in snapshots[layout.primary] if world.has(*key)]
                await tables.delete(layout.primary, mine)
        outcomes = list(self.history.outcomes().values())
        return Report(
            seed=settings.seed,
            world=world.name,
            seconds=time.monotonic() - began,
            clients=settings.clients,
            faults=settings.faults,
            plant=settings.plant,
            operations=len(outcomes),
            acknowledged=outcomes.count("ok"),
            unknown=outcomes.count("unknown"),
            attempts=len(self.history.attempts),
            reads=sessions.reads,
            conflicts=conflicts,
            repairs=logged["Repairs"],
            undone=logged["Undone"],
            stale_in_repair=sessions.in_repair,
            longest_stale_s=sessions.longest_s,
            settled=settled,
            violations=tuple(violations),
            history=str(self.path),
        )

    def _token(self) -> str:
        lifetime = round(self.settings.seconds + 4 * self.settings.patience_s) + 600
        return this_machines().token(
            ["chain:admin"], subject="consistency-check", lifetime_s=lifetime
        )

    def _plant(self, world: World, tables: Tables) -> Plant:
        match self.settings.plant:
            case "convergence-off":
                return ConvergenceOff(self.controls)
            case "drop-operations":
                return DropOperations(self.history, tables)
            case "wall-clock":
                return WallClock(world, tables, self.controls)
            case _:
                return Plant()

    async def _write(self, graph: Graph, world: World, plant: Plant) -> None:
        """Let clients write while faults come and go."""
        settings, names = self.settings, self.layout.region_names
        numbers = Numbers()
        clients = [
            Client(
                number,
                names[number % len(names)],
                names,
                world,
                graph,
                self.history,
                Workload(world, number, settings.seed, numbers),
            )
            for number in range(settings.clients)
        ]
        self.history.begin()
        began = time.monotonic()

        def goes_on() -> bool:
            return time.monotonic() - began < settings.seconds

        lanes = plan_faults(settings.faults, settings.seconds, names, settings.seed)
        async with asyncio.TaskGroup() as group:
            for client in clients:
                group.create_task(client.work(goes_on))
            for lane in lanes:
                group.create_task(self._lane(lane, began))
            group.create_task(plant.meanwhile(goes_on))
            group.create_task(self._watch(goes_on, began))
        self.tell("healing")
        failed = await asyncio.to_thread(self.controls.restore, convergence=plant.convergence)
        if failed:
            raise CheckError("; ".join(failed), "`carte status` tells what is wrong")
        await asyncio.gather(*(client.settle() for client in clients))

    async def _lane(self, lane: tuple[Window, ...], began: float) -> None:
        for window in lane:
            await asyncio.sleep(max(0.0, began + window.begins - time.monotonic()))
            self.history.note("fault begins", fault=str(window))
            self._faults.append(window)
            await asyncio.to_thread(self.controls.begin, window)
            try:
                await asyncio.sleep(max(0.0, began + window.ends - time.monotonic()))
            finally:
                await asyncio.to_thread(self.controls.end, window)
                self._faults.remove(window)
                self.history.note("fault ends", fault=str(window))

    async def _watch(self, goes_on: Callable[[], bool], began: float) -> None:
        while goes_on():
            self.tell(
                f"{time.monotonic() - began:.0f} of {self.settings.seconds:.0f} s, "
                f"{len(self.history.asked):,} operations"
                + "".join(f"; {fault}" for fault in self._faults)
            )
            await asyncio.sleep(1.0)

    async def _settle(
        self, world: World, tables: Tables, plant: Plant
    ) -> tuple[bool, dict[str, Snapshot]]:
        patience = self.settings.patience_s
        settling = Settling(
            world, tables, self.controls, self.replicas, convergence=plant.convergence
        )
        settled, snapshots = await settling.wait(patience, self.tell)
        self.history.note("at rest", settled=settled)
        if await plant.after():
            settling = Settling(world, tables, self.controls, self.replicas, convergence=False)
            settled, snapshots = await settling.wait(patience, self.tell)
        return settled, snapshots

    def _logged(self, since_ms: int) -> dict[str, int]:
        sums: dict[str, int] = {}
        for one in self.controls.stream_lambdas.values():
            for name, number in one.logged(since_ms).items():
                sums[name] = sums.get(name, 0) + number
        return sums
