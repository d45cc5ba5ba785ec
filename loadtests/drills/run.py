"""Runs one drill: stores, traffic, experiment, quiescence, verdict; then heals everything."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from loadtests.checker.dataset import Dataset
from loadtests.checker.settings import CheckError
from loadtests.checker.tables import Tables
from loadtests.drills import chaos, preflight
from loadtests.drills.analysis.bounds import Bounds
from loadtests.drills.analysis.evidence import DrillEvidence
from loadtests.drills.edge_client import EdgeClient
from loadtests.drills.exceptions import DrillError
from loadtests.drills.experiment_setup import experiment_for, traffic_for
from loadtests.drills.experiments import Drill
from loadtests.drills.live.session import LiveSession
from loadtests.drills.local_target import LocalTarget
from loadtests.drills.observer import Observer
from loadtests.drills.orders.session import OrderSession
from loadtests.drills.protections import Protections
from loadtests.drills.records import read_records
from loadtests.drills.report.judged_run import JudgedRun, judge_run
from loadtests.drills.settle import Rest, settle
from loadtests.drills.stores import make_stores, remove_stores
from loadtests.drills.timeline import FILE, Timeline
from loadtests.drills.traffic.plan import REQUESTS
from loadtests.drills.traffic_process import TrafficProcess
from loadtests.drills.warm_up import warm_up
from localcloud.issuer import this_machines
from localcloud.layout import CloudLayout
from services.storage.table import Table

_WARM_UP_S: Final = 1.0
# Longer than any drill of these; what a drill switches off comes back by then on its own.
_LONGEST_S: Final = 600.0

ProgressCallback = Callable[[str], object]


@dataclass(slots=True)
class DrillRun:
    """Runs a drill on a local cloud.

    Attributes:
        replicas: The regions' tables, for the drill's own stores.
        without: Protections that are off meanwhile.
        region: The region to take away instead of the file's; empty: the file's.
        rate: Times the file's rates.
        keep: Leave the drill's stores in the tables.
        on_progress: Takes what is being done, for people.
    """

    layout: CloudLayout
    drill: Drill
    replicas: Mapping[str, Table]
    on_progress: ProgressCallback
    without: Sequence[str] = ()
    region: str = ""
    rate: float = 1.0
    keep: bool = False

    def run(self) -> JudgedRun:
        """Make the drill; the cloud is whole again afterwards, whatever happened.

        Raises:
            DrillError: It could not be made.
            KeyboardInterrupt: Someone ended it.
        """
        with preflight.alone(self.layout) as note:
            self.on_progress("api_reads at the cloud")
            preflight.require_healthy(self.layout)
            bounds, config = preflight.bounds_of(self.layout)
            folder = preflight.new_run(self.layout, self.drill.name)
            note(folder)
            timeline = Timeline(folder / FILE)
            target = LocalTarget(self.layout)
            edge = EdgeClient(self.layout.edge_url)
            protections = Protections(edge, target, self.layout.region_names, self.without)
            dataset = self._dataset()
            try:
                evidence = self._observed(folder, timeline, bounds, dataset, protections)
            finally:
                self._restore(protections, dataset)
            return judge_run(
                self.drill, evidence, folder, config=config, without=tuple(self.without)
            )

    def _dataset(self) -> Dataset:
        self.on_progress("making stores")
        regions = self.layout.region_names
        dataset = make_stores(self.replicas[self.layout.primary], len(regions))

        self.on_progress("waiting for the stores in all regions")
        warm_up(self.layout, dataset, self._token())
        preflight.require_healthy(self.layout, steady_s=preflight.STEADY_S)
        return dataset

    def _observed(
        self,
        folder: Path,
        timeline: Timeline,
        bounds: Bounds,
        dataset: Dataset,
        protections: Protections,
    ) -> DrillEvidence:
        observer = Observer(self.layout, folder, timeline, dataset.stores)
        plan = traffic_for(self.drill, self.layout, dataset, rate=self.rate, token=self._token())
        orders = self._orders(folder)
        traffic = TrafficProcess(plan, folder)
        live: LiveSession | None = None
        try:
            observer.start()
            self.on_progress("traffic begins")
            protections.off(_LONGEST_S, timeline)
            time.sleep(_WARM_UP_S)
            experiment = experiment_for(
                self.drill, self.layout, dataset, folder, bounds=bounds, region=self.region
            )
            live = self._live(dataset, experiment)
            warm = time.time()
            time.sleep(self.drill.lead_s)
            deviated = chaos.run(experiment, folder, self.on_progress)
            self.on_progress("waiting for the last answers")
            summary = traffic.finish()
            self.on_progress("judging the orders")
            ordered = orders.judge() if orders is not None else {}
            rest = self._rest(dataset, protections, traffic_s=time.time() - warm)
            watched = live.judge(timeline) if live is not None else {}
        finally:
            traffic.kill()
            if orders is not None:
                orders.close()
            if live is not None:
                live.close()
            observed = observer.stop()
        records = [one for one in read_records(folder / REQUESTS) if one.intended >= warm]
        return DrillEvidence(
            records=records,
            marks=timeline.read(),
            regions=self.layout.region_names,
            bounds=bounds,
            slow_s=self.drill.slow_s,
            switches=observed.switches,
            contents=rest.contents,
            caught_up=observed.caught_up,
            agreed=observed.agreed,
            doubled_meanwhile=len(observed.doubled_meanwhile),
            traffic_ended=summary["ended"],
            at_rest=rest.at,
            unequal=rest.unequal,
            compared=rest.compared,
            problems=(*observed.problems, *_doubts(rest, protections)),
            deviated=deviated,
            lag_p99_s=summary["lag_p99_s"],
            lag_max_s=summary["lag_max_s"],
            skipped=summary["skipped"],
            orders=ordered,
            live=watched,
            sampling_s={
                str(route): 1 / (rate * self.rate)
                for route, rate in self.drill.rates.items()
                if rate
            },
        )

    def _orders(self, folder: Path) -> OrderSession | None:
        """Open the stores that guests order from, where the drill's file says so."""
        if self.drill.orders is None:
            return None
        self.on_progress("opening stores for orders")
        session = OrderSession(
            self.layout, self.replicas, self.drill.orders, folder, self.on_progress
        )
        try:
            self.on_progress("an order in each region, so that what works on orders has started")
            session.warm_up()
            preflight.require_healthy(self.layout, steady_s=preflight.STEADY_S)
        except BaseException:
            session.close()
            raise
        return session

    def _live(self, dataset: Dataset, experiment: Mapping[str, Any]) -> LiveSession | None:
        """Open the subscriptions of the region that is taken away, where the file says so."""
        if self.drill.live is None:
            return None
        self.on_progress(f"opening {self.drill.live.subscriptions} subscriptions")
        region = str(experiment["configuration"]["region"])
        return LiveSession(self.layout, self.drill.live, dataset.stores, region)

    def _rest(self, dataset: Dataset, protections: Protections, *, traffic_s: float) -> Rest:
        try:
            return asyncio.run(
                settle(
                    self.layout,
                    dataset,
                    self.replicas,
                    traffic_s=traffic_s,
                    converging=protections.converging,
                    on_progress=self.on_progress,
                )
            )
        except CheckError as error:
            raise DrillError(error.message, error.hint) from error

    def _token(self) -> str:
        return this_machines().token(
            ["chain:admin"], subject="drill", lifetime_s=round(_LONGEST_S) + 600
        )

    def _restore(self, protections: Protections, dataset: Dataset) -> None:
        """Heal everything and remove the stores, also after a failure; signals wait meanwhile."""
        from localcloud.faults.client import FaultClient

        self.on_progress("giving everything back")
        with _deaf():
            with contextlib.suppress(DrillError):
                protections.on()
            FaultClient(self.layout).heal_all()
            if not self.keep:
                self.on_progress("removing the drill's stores")
                asyncio.run(self._remove(dataset))

    async def _remove(self, dataset: Dataset) -> None:
        async with Tables(self.layout) as tables:
            await remove_stores(tables, dataset, self.layout.primary)


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Put off Ctrl-C and SIGTERM: half a restoration is none."""
    import signal

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _doubts(rest: Rest, protections: Protections) -> list[str]:
    """Return a warning for the report if the regions did not come to rest, else nothing."""
    if rest.at is not None or not protections.converging:
        return []
    doubt = (
        "the regions were still at work when writes were counted: "
        "what counts as lost or counted twice may have been on its way"
    )
    return [doubt]
