"""Runs a check: clients write under faults, the faults are healed, rules judge the rest."""

import time
from contextlib import AsyncExitStack
from functools import partial
from typing import Final

from loadtests.checker import api_reads
from loadtests.checker.convergence_log import repairs_since
from loadtests.checker.course import Course
from loadtests.checker.dataset import Dataset, make_dataset
from loadtests.checker.graphql_client import GraphQLClient
from loadtests.checker.lost_repairs import KINDS as LOST_REPAIRS
from loadtests.checker.lost_repairs import MOST_ROUNDS, LostRepairs
from loadtests.checker.planted_bugs import (
    ConvergenceOff,
    DropOperations,
    NoBug,
    PlantedBug,
    ReconcilerOff,
)
from loadtests.checker.quiescence import QuiescenceWait
from loadtests.checker.report import Report
from loadtests.checker.rules import judge
from loadtests.checker.sentinels import Sentinels
from loadtests.checker.tables import Snapshot, Tables
from loadtests.checker.wall_clock_bug import WallClockBug
from loadtests.checker.workload_run import WorkloadRun
from localcloud.reconciliation import repair
from services.domain.stamp import unix_ms

# A repair in one region may need one more in another.
_PASSES: Final = 4
# Seconds. Far more than a busy machine needs: what takes longer hangs.
_FAULTS_S: Final = 120.0
_WRITES_S: Final = 120.0
_READS_S: Final = 180.0
_RECONCILE_S: Final = 300.0
_JUDGE_S: Final = 300.0
_LOSE_S: Final = 900.0


class Check(Course):
    """A consistency check of menus, counts and sales."""

    async def run(self) -> Report:
        """Run the check. The caller heals all faults afterwards, also after an error.

        Raises:
            CarteError: The check cannot be made.
        """
        settings, layout = self.settings, self.layout
        began, began_ms = time.monotonic(), unix_ms()
        phase = self.phases.phase
        await self.call("healing faults that were set before", _FAULTS_S, self.faults.heal)
        primary = self.replicas[layout.primary]
        dataset = await self.call(
            "writing the check's stores", _WRITES_S, partial(make_dataset, settings, primary)
        )
        self.history.note("dataset", name=dataset.name, market=dataset.market, seed=settings.seed)
        async with AsyncExitStack() as stack:
            tables = await stack.enter_async_context(Tables(layout))
            graph = await stack.enter_async_context(
                GraphQLClient(layout, self.token(), through_edge=settings.through_edge)
            )
            bug = self._planted(dataset, tables)
            async with phase("waiting for the check's stores in all regions", _READS_S):
                await api_reads.wait_ready(graph, dataset, layout.region_names)
            await self.call("preparing the workload", _FAULTS_S, bug.begin)
            writing = WorkloadRun(
                self.layout,
                settings,
                self.faults,
                self.history,
                self.phases,
                on_detail=self.on_detail,
            )
            await writing.run(graph, dataset, bug)
            rounds = await self._lose_repairs(graph, dataset, bug, writing)
            settled, snapshots = await self._settle(dataset, tables, bug)
            async with phase("reading what the regions show", _READS_S):
                shown = await api_reads.inventories(graph, dataset, layout.region_names)
                conflicts = await api_reads.conflicts(graph, dataset, layout.primary)
            logged = await self.call(
                "reading the logs of the stream Lambdas",
                _READS_S,
                partial(repairs_since, layout, began_ms),
            )
            violations, sessions = await self.call(
                "judging",
                _JUDGE_S,
                partial(judge, self.history, dataset, snapshots, shown, conflicts),
            )
            if not settings.keep and not violations and settled:
                async with phase("deleting what the check wrote", _READS_S):
                    await _delete(tables, dataset, layout.primary)
                await self.call(
                    "waiting until the deletion is replicated",
                    settings.patience_s + _FAULTS_S,
                    partial(self.replicator.wait_until_quiet, settings.patience_s),
                )
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
            faults=settings.faults,
            windows=dict(writing.windows),
            rounds_of_lost_repairs=rounds,
            settled=settled,
            violations=tuple(violations),
            history=str(self.path),
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
                return NoBug()

    async def _lose_repairs(
        self, graph: GraphQLClient, dataset: Dataset, bug: PlantedBug, writing: WorkloadRun
    ) -> int | None:
        """Make writes that only the reconcilers can repair, where the settings drop records.

        Returns:
            The round in which their records were lost, 0 where in none; None where not wanted.
        """
        regions = self.layout.region_names
        is_wanted = "drop-stream-records" in self.settings.faults and bug.loses_repairs
        if not is_wanted or len(regions) == 1:
            return None
        losing = LostRepairs(
            regions,
            dataset,
            graph,
            self.faults,
            Sentinels(dataset, self.replicas),
            self.replicator.wait_until_quiet,
            self.history,
            writing.numbers,
            client=self.settings.clients,
        )
        async with self.phases.phase("losing the stream records of concurrent writes", _LOSE_S):
            rounds = await losing.make()
        writing.windows.update(dict.fromkeys(LOST_REPAIRS, rounds or MOST_ROUNDS))
        return rounds

    async def _settle(
        self, dataset: Dataset, tables: Tables, bug: PlantedBug
    ) -> tuple[bool, dict[str, Snapshot]]:
        patience = self.settings.patience_s
        sentinels = Sentinels(dataset, self.replicas)
        settling = QuiescenceWait(
            dataset, tables, self.replicator, sentinels, convergence=bug.convergence
        )
        settled, snapshots = await settling.wait(patience, self.phases)
        for _ in range(_PASSES if bug.reconciles else 0):
            repaired = await self.call("reconciling", _RECONCILE_S, self._reconcile)
            self.history.note("reconciled", repaired=repaired)
            if not repaired:
                break
            settled, snapshots = await settling.wait(patience, self.phases)
            if not settled:
                break  # each further wait would last as long
        self.history.note("at rest", settled=settled)
        if await bug.after():
            settling = QuiescenceWait(
                dataset, tables, self.replicator, sentinels, convergence=False
            )
            settled, snapshots = await settling.wait(patience, self.phases)
        return settled, snapshots

    def _reconcile(self) -> int:
        """Run a pass of each region's reconciler; how many findings were repaired."""
        return sum(repair(region).repaired for region in self.layout.regions)


async def _delete(tables: Tables, dataset: Dataset, region: str) -> None:
    """Delete all that a check wrote, in one region; replication brings it to the others."""
    snapshot = (await tables.snapshots(dataset.has))[region]
    await tables.delete(region, [key for key in snapshot if dataset.has(*key)])
