"""Bring a cloud up: emulators, stacks, replicator, one state, API, edge, data; in this order."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from infra_cdk.edge_rules import WEBHOOK_PATH
from infra_cdk.picture_buckets import ENDPOINTS_SETTING
from localcloud import (
    accounts,
    artifacts,
    emulator,
    one_off_command,
    package,
    probe,
    programs,
    seeding,
)
from localcloud.deployer import deploy
from localcloud.exceptions import LocalCloudError
from localcloud.layout import CloudLayout, Region
from localcloud.processes import Child
from localcloud.readiness import NotReadyError, wait_healthy
from localcloud.recovery import Program
from localcloud.refilling import Refill, forget_refills
from localcloud.replicator.store import STATE_FILE, damaged_copy
from localcloud.settling import settle
from localcloud.templates import Dropped
from localcloud.user_pool import UserPool
from localcloud.waiting import results_of

Say = Callable[[str], None]

_DEADLINE: Final = 60.0  # seconds for a restarted emulator to answer
_SETTLED_WITHIN: Final = 300.0  # seconds; comparing tables of 40,000 stores took about a minute
_STORES_WITHIN: Final = 300.0  # seconds; comparing tables of 40,000 stores took about a minute
# The answer is 200 only with data: a region that cannot read its table answers 503 or 504.
_STORE_LIST: Final = "/graphql?query=%7Bstores(first:1)%7Bedges%7Bnode%7Bid%7D%7D%7D%7D"


@dataclass(frozen=True)
class StartOptions:
    """The options of `carte up` beyond the layout.

    Attributes:
        stores: How many stores an empty cloud is filled with; 0: it stays empty.
        seeding: The command that does it, program and arguments. It is the command line's own, so
            that it may show its progress on a terminal.
        assembly: Ready templates to deploy in place of synthesizing.
        terminal: Whether the user's terminal is ours, so that seeding may draw on it.
    """

    stores: int = 0
    seeding: tuple[str, ...] = ()
    assembly: Path | None = None
    terminal: bool = False


class Processes(Protocol):
    """The parent of the cloud's processes, as far as a start needs it: the supervisor."""

    @property
    def layout(self) -> CloudLayout:
        """The cloud, with the processes that run."""
        ...

    def start(self, program: Program) -> Child:
        """Start a process and watch it."""
        ...

    def ended(self, name: str) -> str | None:
        """Return how the process of that name ended, or None while it runs."""
        ...

    def pause(self, seconds: float) -> None:
        """Wait; raises when the cloud is to stop."""
        ...


class Startup:
    """One start of a cloud. Starts processes through the supervisor, which then watches them."""

    def __init__(self, supervisor: Processes, options: StartOptions, say: Say) -> None:
        self._supervisor = supervisor
        self._options = options
        self._say = say
        self._assembly = artifacts.cloud_assembly(supervisor.layout)
        self._refills: dict[str, Refill | None] = {}
        self._pool: UserPool | None = None

    @property
    def _layout(self) -> CloudLayout:
        return self._supervisor.layout

    def run(self) -> None:
        """Start everything; returns when all is healthy.

        Raises:
            LocalCloudError: Something failed; nothing has been stopped yet.
        """
        forget_refills(self._layout)
        # First: the service reaches DynamoDB through its gates, as soon as there is a service.
        self._supervisor.start(Program(partial(programs.start_faults, self._layout)))
        self._start_payments()
        self._start_emulators()
        self._assembly = self._build()
        package.divide(self._layout, self._assembly)
        holds_stores = self._deploy()
        self._start_replicator(reconcile=holds_stores)
        self._start_programs()
        begun = seeding.unfinished(self._layout).exists()
        if self._options.stores and (begun or not holds_stores):
            self._seed()
            return
        seeding.forget_unfinished(self._layout)
        if holds_stores:
            self._wait_for_stores()

    def _start_payments(self) -> None:
        layout = self._layout
        if not layout.payments_port:
            return  # a cloud that an earlier version laid out
        self._supervisor.start(Program(partial(programs.start_localstripe, layout)))
        self._supervisor.start(
            Program(partial(programs.start_payments, layout, layout.edge_url + WEBHOOK_PATH))
        )

    def _start_emulators(self) -> None:
        regions = self._layout.regions
        began = self._begun(f"starting {len(regions)} regions")
        for region in regions:
            self._supervisor.start(
                Program(
                    start=partial(self._start_emulator, region),
                    heal=partial(self._redeploy, region),
                )
            )
        self._wait_healthy(
            {
                "faults": self._layout.faults_url + "/health",
                **(
                    {"payments": self._layout.payments_url + "/health"}
                    if self._layout.payments_port
                    else {}
                ),
                **{
                    f"emulator-{region.name}": region.endpoint + emulator.HEALTH_PATH
                    for region in regions
                },
            }
        )
        self._done(f"{len(regions)} regions: {', '.join(self._layout.region_names)}", began)

    def _start_emulator(self, region: Region) -> Child:
        """Start a region's emulator; one that is started again serves only when it is filled."""
        child = emulator.start(self._layout, region)
        if region.name not in self._refills:
            self._refills[region.name] = None
            return child
        # It answers only about a second later, so that the way to it is closed in time.
        earlier = self._refills[region.name]
        self._refills[region.name] = Refill(self._layout, region.name)
        if earlier is not None:
            earlier.abandon()
        return child

    def _build(self) -> Path:
        if self._options.assembly is not None:
            return self._options.assembly
        began = self._begun("building the Lambda package and the templates, the first time slowly")
        assembly = artifacts.build(self._layout, self._run_to_end, self._supervisor.pause)
        self._done("Lambda package and templates", began)
        return assembly

    def _deploy(self) -> bool:
        """Deploy to all regions at once; return whether any of them holds stores."""
        began = self._begun("deploying the stacks")
        regions = self._layout.regions
        self._pool = self._deploy_pool()
        pool = ThreadPoolExecutor(len(regions), thread_name_prefix="deploy")
        try:
            jobs = [pool.submit(self._deploy_one, region) for region in regions]
            results_of(jobs, self._supervisor.pause)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        dropped = [entry for job in jobs for entry in job.result()]
        self._done("stacks deployed", began)
        if dropped:
            self._say(f"  not in the emulator, left out: {_summary(dropped)}")
        return any(seeding.has_stores(region) for region in regions)

    def _deploy_pool(self) -> UserPool:
        """Create or update the user pool, whose ids the Lambdas of all regions have to know."""
        scratch = self._layout.state_dir / "tmp" / "assets" / "user-pool"
        return accounts.deploy(self._layout, self._assembly, scratch)

    def _deploy_one(self, region: Region) -> list[Dropped]:
        scratch = self._layout.state_dir / "tmp" / "assets" / region.name
        variables = dict(self._pool.variables) if self._pool else {}
        # Forms for the bucket of another region lead to that region's emulator.
        variables[ENDPOINTS_SETTING] = ",".join(
            f"{one.name}={one.endpoint}" for one in self._layout.regions
        )
        return deploy(region, self._assembly, scratch, variables)

    def _redeploy(self, region: Region) -> None:
        """Make a restarted emulator a region again. Runs beside the main thread."""
        probe.wait_ok(region.endpoint + emulator.HEALTH_PATH, timeout=_DEADLINE)
        if region.name == self._layout.primary:
            self._pool = self._deploy_pool()
        self._deploy_one(region)
        refill = self._refills[region.name]
        if refill is not None:
            try:
                refill.finish()
            except LocalCloudError as error:
                self._say(f"{region.name} was not reconciled ({error}); its schedule does it later")

    def _start_replicator(self, *, reconcile: bool) -> None:
        """Replicate, and bring the regions to one state before anyone reads or writes.

        A region that lost its disk is filled again here: were it to sell before, its counters would
        begin at 0 and replace those that the others still have.
        """
        layout = self._layout
        damaged = damaged_copy(layout.state_dir / STATE_FILE)
        before = _inode(damaged)
        self._supervisor.start(Program(partial(programs.start_replicator, layout)))
        self._wait_healthy({"replicator": layout.replicator_url + "/status"})
        if _inode(damaged) != before:
            self._say(f"  the replicator's state was damaged and begins anew; it is in {damaged}")
        if not reconcile:
            return
        began = time.monotonic()
        try:
            settled = settle(layout, within=_SETTLED_WITHIN, pause=self._supervisor.pause)
        except LocalCloudError as error:
            self._say(f"  {error.message}; `carte repair` reconciles them later")
        else:
            found = f"{settled.repaired} repaired" if settled.repaired else "nothing was lost"
            self._done(f"regions reconciled: {found}", began)

    def _start_programs(self) -> None:
        began = self._begun("starting the API, gates and the edge")
        layout = self._layout
        if layout.runtime == "direct":
            for region in layout.regions:
                variables = programs.function_variables(region)
                start = partial(programs.start_direct, layout, region, variables)
                self._supervisor.start(Program(start))
        served = "direct" if layout.runtime == "direct" else "emulator"
        apis = {f"{served}-{region.name}": region.api_url + "/ready" for region in layout.regions}
        self._wait_healthy(apis)
        # Only now: its health checks give up after a second, and the emulator starts another
        # Lambda worker for each request that meets none but cold ones.
        self._supervisor.start(Program(partial(programs.start_edge, layout)))
        # Ready: whatever was on when the cloud went down the last time has been healed.
        self._wait_healthy(
            {"edge": layout.edge_url + "/health", "faults": layout.faults_url + "/ready"}
        )
        self._done("API, gates and edge", began)

    def _wait_for_stores(self) -> None:
        """Wait until every region lists stores.

        After a restart the replicator compares all tables, which it scans; the emulators answer
        little else meanwhile, and a list of stores not in time.
        """
        served = "direct" if self._layout.runtime == "direct" else "emulator"
        lists = {
            f"{served}-{region.name}": region.api_url + _STORE_LIST
            for region in self._layout.regions
        }
        self._wait_healthy(lists, within=_STORES_WITHIN)

    def _seed(self) -> None:
        began = self._begun(f"seeding {self._options.stores} stores")
        seeding.unfinished(self._layout).touch()
        self._run_to_end("seed", self._options.seeding, terminal=self._options.terminal)
        seeding.forget_unfinished(self._layout)
        self._done(f"{self._options.stores} stores", began)

    def _wait_healthy(self, urls: Mapping[str, str], *, within: float = 90.0) -> None:
        supervisor = self._supervisor
        try:
            wait_healthy(urls, ended=supervisor.ended, pause=supervisor.pause, within=within)
        except NotReadyError as error:
            raise one_off_command.failure(self._layout, error.name, str(error)) from error

    def _run_to_end(self, name: str, command: Sequence[str], *, terminal: bool = False) -> None:
        one_off_command.run_to_end(
            self._layout, name, command, pause=self._supervisor.pause, terminal=terminal
        )

    def _begun(self, what: str) -> float:
        """Say what begins, as it may take a minute on a fresh machine; return when it began."""
        self._say(f"  {what} ...")
        return time.monotonic()

    def _done(self, what: str, began: float) -> None:
        self._say(f"✓ {what} ({time.monotonic() - began:.1f} s)")


def _inode(path: Path) -> int | None:
    return path.stat().st_ino if path.exists() else None


def _summary(dropped: Iterable[Dropped]) -> str:
    counts: dict[str, int] = {}
    for entry in dropped:
        counts[entry.type] = counts.get(entry.type, 0) + 1
    return ", ".join(f"{count} x {kind}" for kind, count in sorted(counts.items()))
