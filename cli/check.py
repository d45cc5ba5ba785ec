"""`carte check`: write in all regions under faults, and prove that nothing was lost."""

import asyncio
import random
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli.options import DEFAULT_PORT, JsonOption, PortOption, StateDirOption, print_json, the_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loadtests.checker.history import History
    from loadtests.checker.report import Report
    from loadtests.checker.run import Check
    from loadtests.checker.settings import CheckSettings
    from localcloud.layout import CloudLayout

EXAMPLES: Final = (
    "carte check",
    "carte check --seconds 20 --clients 4 --faults freeze,region-cut --seed 7",
    "carte check --faults none --json",
)


def command(
    *,
    seconds: Annotated[float, typer.Option(min=1, help="How long clients write.")] = 60,
    clients: Annotated[int, typer.Option(min=1, max=100, help="How many clients write.")] = 8,
    faults: Annotated[
        str,
        typer.Option(
            help="all, none, or some of replication-pause, region-cut, freeze, convergence-stop, "
            "drop-stream-records, clock-skew, duplicate-delivery, replication-lag; with commas."
        ),
    ] = "all",
    seed: Annotated[
        int | None,
        typer.Option(help="What clients do and which faults come is drawn from it.", min=0),
    ] = None,
    edge: Annotated[
        bool, typer.Option("--edge", help="Reach the regions through the edge's pinned paths.")
    ] = False,
    patience: Annotated[
        float, typer.Option(min=5, help="Seconds that the regions may take to come to rest.")
    ] = 120,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave what it wrote in the tables.")
    ] = False,
    plant: Annotated[str, typer.Option(hidden=True)] = "none",
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write in all regions under faults, and prove that nothing was lost.

    Clients edit, count and sell in stores of their own making, in all regions at once, while faults
    come and go. Then everything is healed, and the check waits until the regions are at rest.
    All regions must be byte-equal, every acknowledged edit must stand or be beaten by a later one
    that the journal tells of, and every sale must count exactly once. Exits with 0 only when the
    verdict is ok. Runs on any seeded cloud; what it wrote is deleted again when the verdict is ok.
    """
    from loadtests.checker.report import describe
    from loadtests.checker.settings import CheckSettings, read_faults, read_plant

    layout = the_cloud(port, state_dir)
    settings = CheckSettings(
        seed=random.randrange(10**6) if seed is None else seed,
        seconds=seconds,
        clients=clients,
        faults=read_faults(faults),
        plant=read_plant(plant),
        through_edge=edge,
        patience_s=patience,
        keep=keep,
    )
    report, history = _check(layout, settings, quiet=as_json)
    if as_json:
        print_json(report.to_json())
    else:
        print("\n".join(describe(report, history)))
    if report.verdict != "ok":
        raise typer.Exit(1)


def _check(
    layout: "CloudLayout", settings: "CheckSettings", *, quiet: bool
) -> "tuple[Report, History]":
    from cli.target import binding
    from loadtests.checker.fault_session import FaultSession
    from loadtests.checker.history import History
    from loadtests.checker.run import Check
    from services.storage.table import Table

    replicas = {
        name: Table(binding(name, port=layout.port, state_dir=layout.state_dir, aws=False))
        for name in layout.region_names
    }
    faults = FaultSession(layout)
    path = layout.state_dir / "checks" / f"{settings.seed}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as lines, _status(quiet=quiet) as on_progress:
        history = History(lines.write)
        check = Check(layout, settings, replicas, faults, history, path, on_progress)
        try:
            return asyncio.run(_run(check)), history
        finally:
            # Also when it died: a cloud must not stay broken because of its check.
            for problem in faults.heal_everything():
                print(f"warning: {problem}", file=sys.stderr)


async def _run(check: "Check") -> "Report":
    from loadtests.checker.settings import CheckError
    from localcloud.replicator.dynamo import DynamoError, UnreachableError

    task = asyncio.current_task()
    if task is not None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        return await check.run()
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    except (UnreachableError, DynamoError) as error:
        raise CheckError(f"a table does not answer: {error}", "see `carte status`") from error
    except ExceptionGroup as group:
        raise group.exceptions[0] from group


@contextmanager
def _status(*, quiet: bool) -> "Iterator[Any]":
    """A line on stderr that says what is being done."""
    from rich.console import Console

    console = Console(stderr=True, quiet=quiet)
    with console.status("starting") as status:
        yield status.update
