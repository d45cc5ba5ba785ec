"""The course of a check: write under faults, heal, wait for rest, look, judge."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from loadtests.checker import looking
from loadtests.checker.controls import Controls
from loadtests.checker.graph import Graph
from loadtests.checker.history import History
from loadtests.checker.judging import judge
from loadtests.checker.plants import ConvergenceOff, DropOperations, Plant
from loadtests.checker.report import Report
from loadtests.checker.settings import CheckError, CheckSettings
from loadtests.checker.settling import Settling
from loadtests.checker.tables import Snapshot, Tables
from loadtests.checker.wall_clock import WallClock
from loadtests.checker.world import World, make_world
from loadtests.checker.writing import Writing
from localcloud.issuer import this_machines
from localcloud.layout import CloudLayout
from services.domain.stamp import unix_ms
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
            writing = Writing(self.layout, settings, self.controls, self.history, self.tell)
            await writing.run(graph, world, plant)
            settled, snapshots = await self._settle(world, tables, plant)
            self.tell("reading what the regions show")
            shown = await looking.inventories(graph, world, layout.region_names)
            conflicts = await looking.conflicts(graph, world, layout.primary)
            logged = await asyncio.to_thread(self._logged, began_ms)
            self.tell("judging")
            violations, sessions = judge(self.history, world, snapshots, shown)
            if not settings.keep and not violations and settled:
                self.tell("deleting what it wrote")
                await _delete(tables, world, layout.primary)
                await asyncio.to_thread(self.controls.quiet, settings.patience_s)
        outcomes = list(self.history.outcomes().values())
        return Report(
            seed=settings.seed,
            world=world.name,
            seconds=time.monotonic() - began,
            clients=settings.clients,
            plant=settings.plant,
            operations=len(outcomes),
            acknowledged=outcomes.count("ok"),
            unknown=outcomes.count("unknown"),
            attempts=len(self.history.attempts),
            unanswered=sum(one.outcome == "unknown" for one in self.history.attempts),
            reads=sessions.reads,
            conflicts=conflicts,
            repairs=logged["Repairs"],
            undone=logged["Undone"],
            stale_in_repair=sessions.in_repair,
            longest_stale_s=sessions.longest_s,
            windows=dict(writing.windows),
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


async def _delete(tables: Tables, world: World, region: str) -> None:
    """Delete all that a check wrote, in one region; replication brings it to the others."""
    snapshot = (await tables.snapshots(world.has))[region]
    await tables.delete(region, [key for key in snapshot if world.has(*key)])
