"""Runs a check: clients write under faults, the faults are healed, rules judge the rest."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loadtests.checker import api_reads
from loadtests.checker.convergence_log import repairs_since
from loadtests.checker.dataset import Dataset, make_dataset
from loadtests.checker.fault_session import FaultSession
from loadtests.checker.graphql_client import GraphQLClient
from loadtests.checker.history import History
from loadtests.checker.planted_bugs import (
    ConvergenceOff,
    DropOperations,
    PlantedBug,
    ReconcilerOff,
)
from loadtests.checker.quiescence import QuiescenceWait
from loadtests.checker.report import Report
from loadtests.checker.rules import judge
from loadtests.checker.settings import CheckSettings
from loadtests.checker.tables import Snapshot, Tables
from loadtests.checker.wall_clock_bug import WallClockBug
from loadtests.checker.workload_run import WorkloadRun
from localcloud.issuer import this_machines
from localcloud.layout import CloudLayout
from localcloud.reconciliation import repair
from localcloud.replicator.client import ReplicatorClient
from services.domain.stamp import unix_ms
from services.storage.table import Table

# A repair in one region may need one more in another.
_PASSES: Final = 4

ProgressCallback = Callable[[str], object]


@dataclass(slots=True)
class Check:
    """A consistency check of a cloud.

    Attributes:
        layout: The cloud.
        settings: What to check.
        replicas: The regions' tables, for what the check itself writes.
        faults: Sets and heals faults.
        history: Receives everything that clients do and see.
        path: The file that `history` is written to.
        on_progress: Called with a line of text for each step.
    """

    layout: CloudLayout
    settings: CheckSettings
    replicas: Mapping[str, Table]
    faults: FaultSession
    history: History
    path: Path
    on_progress: ProgressCallback

    async def run(self) -> Report:
        """Run the check. The caller heals all faults afterwards, also after an error.

        Raises:
            CarteError: The check cannot be made.
        """
        settings, layout = self.settings, self.layout
        began, began_ms = time.monotonic(), unix_ms()
        await asyncio.to_thread(self.faults.heal)
        primary = self.replicas[layout.primary]
        dataset = await asyncio.to_thread(make_dataset, settings, primary)
        self.history.note("dataset", name=dataset.name, market=dataset.market, seed=settings.seed)
        async with AsyncExitStack() as stack:
            tables = await stack.enter_async_context(Tables(layout))
            graph = await stack.enter_async_context(
                GraphQLClient(layout, self._token(), through_edge=settings.through_edge)
            )
            bug = self._planted(dataset, tables)
            self.on_progress("waiting for the check's stores in all regions")
            await api_reads.wait_ready(graph, dataset, layout.region_names)
            await asyncio.to_thread(bug.begin)
            writing = WorkloadRun(
                self.layout, settings, self.faults, self.history, self.on_progress
            )
            await writing.run(graph, dataset, bug)
            settled, snapshots = await self._settle(dataset, tables, bug)
            self.on_progress("reading what the regions show")
            shown = await api_reads.inventories(graph, dataset, layout.region_names)
            conflicts = await api_reads.conflicts(graph, dataset, layout.primary)
            logged = await asyncio.to_thread(repairs_since, layout, began_ms)
            self.on_progress("judging")
            violations, sessions = judge(self.history, dataset, snapshots, shown, conflicts)
            if not settings.keep and not violations and settled:
                self.on_progress("deleting what it wrote")
                await _delete(tables, dataset, layout.primary)
                await asyncio.to_thread(self._replicator.wait_until_quiet, settings.patience_s)
        outcomes = list(self.history.outcomes().values())
        return Report(
            seed=settings.seed,
            dataset=dataset.name,
            seconds=time.monotonic() - began,
            clients=settings.clients,
            plant=settings.plant,
            operations=len(outcomes),
            acknowledged=outcomes.count("ok"),
            unknown=outcomes.count("unknown"),
            attempts=len(self.history.attempts),
            unanswered=sum(one.outcome == "unknown" for one in self.history.attempts),
            reads=sessions.reads,
            conflicts=len(conflicts),
            repairs=logged["Repairs"],
            undone=logged["Undone"],
            stale_in_repair=sessions.in_repair,
            longest_stale_s=sessions.longest_s,
            windows=dict(writing.windows),
            settled=settled,
            violations=tuple(violations),
            history=str(self.path),
        )

    @property
    def _replicator(self) -> ReplicatorClient:
        return ReplicatorClient(self.layout)

    def _token(self) -> str:
        lifetime = round(self.settings.seconds + 4 * self.settings.patience_s) + 600
        return this_machines().token(
            ["chain:admin"], subject="consistency-check", lifetime_s=lifetime
        )

    def _planted(self, dataset: Dataset, tables: Tables) -> PlantedBug:
        match self.settings.plant:
            case "convergence-off":
                return ConvergenceOff(self.faults)
            case "reconciler-off":
                return ReconcilerOff()
            case "drop-operations":
                return DropOperations(self.history, tables)
            case "wall-clock":
                return WallClockBug(dataset, tables, self.faults)
            case _:
                return PlantedBug()

    async def _settle(
        self, dataset: Dataset, tables: Tables, bug: PlantedBug
    ) -> tuple[bool, dict[str, Snapshot]]:
        patience = self.settings.patience_s
        settling = QuiescenceWait(
            dataset, tables, self._replicator, self.replicas, convergence=bug.convergence
        )
        settled, snapshots = await settling.wait(patience, self.on_progress)
        for _ in range(_PASSES if bug.reconciles else 0):
            self.on_progress("reconciling")
            repaired = await asyncio.to_thread(self._reconcile)
            self.history.note("reconciled", repaired=repaired)
            if not repaired:
                break
            settled, snapshots = await settling.wait(patience, self.on_progress)
        self.history.note("at rest", settled=settled)
        if await bug.after():
            settling = QuiescenceWait(
                dataset, tables, self._replicator, self.replicas, convergence=False
            )
            settled, snapshots = await settling.wait(patience, self.on_progress)
        return settled, snapshots

    def _reconcile(self) -> int:
        """Run a pass of each region's reconciler; how many findings were repaired."""
        return sum(repair(region).repaired for region in self.layout.regions)


async def _delete(tables: Tables, dataset: Dataset, region: str) -> None:
    """Delete all that a check wrote, in one region; replication brings it to the others."""
    snapshot = (await tables.snapshots(dataset.has))[region]
    await tables.delete(region, [key for key in snapshot if dataset.has(*key)])
