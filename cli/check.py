"""`carte check`: write in all regions under faults, and check that nothing was lost."""

import asyncio
import random
import signal
import sys
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli.options import (
    DEFAULT_PORT,
    JsonOption,
    PortOption,
    StateDirOption,
    finite,
    print_json,
    the_cloud,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loadtests.checker.history import History
    from loadtests.checker.orders.report import OrdersReport
    from loadtests.checker.orders.run import OrdersCheck
    from loadtests.checker.report import Report
    from loadtests.checker.run import Check
    from loadtests.checker.settings import CheckSettings
    from localcloud.layout import CloudLayout

EXAMPLES: Final = (
    "carte check",
    "carte check --seconds 20 --clients 4 --faults freeze,region-cut --seed 7",
    "carte check --faults none --json",
    "carte check --workload orders --seconds 20 --clients 6",
)


class Workload(StrEnum):
    """What the clients of a check do."""

    MENUS = "menus"
    ORDERS = "orders"


def command(
    *,
    seconds: Annotated[
        float,
        typer.Option(
            min=1,
            callback=finite,
            metavar="SECONDS",
            help="Seconds during which clients write.",
        ),
    ] = 60,
    clients: Annotated[
        int,
        typer.Option(
            min=1, max=100, metavar="CLIENTS", help="Number of clients that write at once."
        ),
    ] = 8,
    faults: Annotated[
        str,
        typer.Option(
            metavar="KIND,KIND,...",
            help="Faults to inject meanwhile: all, none, or some of replication-pause, "
            "region-cut, freeze, convergence-stop, drop-stream-records, clock-skew, "
            "duplicate-delivery, replication-lag; of orders also payments-down, payments-fail, "
            "payments-lost-answers, webhooks-twice, webhooks-late.",
        ),
    ] = "all",
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER",
            help="Seed number of the random generator: the same number draws the same edits and "
            "faults.",
            min=0,
            show_default="a random number, printed with the verdict",
        ),
    ] = None,
    edge: Annotated[
        bool,
        typer.Option(
            "--edge", help="Send the requests through the edge, which forwards them unchanged."
        ),
    ] = False,
    patience: Annotated[
        float,
        typer.Option(
            min=5,
            callback=finite,
            metavar="SECONDS",
            help="Seconds to wait after the last fault until replication is finished.",
        ),
    ] = 120,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep what the check wrote in the tables.")
    ] = False,
    workload: Annotated[
        Workload,
        typer.Option(
            help="What clients do: `menus` edits menus, counts and sells; `orders` places, pays, "
            "accepts, hands out and cancels orders."
        ),
    ] = Workload.MENUS,
    plant: Annotated[str, typer.Option(hidden=True)] = "none",
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write in all regions under faults; check that nothing was lost.

    Clients edit, count and sell in stores that the check creates, in all regions at once, while
    faults come and go. Then all faults are healed, and the check waits until replication is
    finished. All regions must hold the same bytes, every acknowledged edit must be there or be
    replaced by a later one that the journal shows, and every sale must count exactly once. Exits
    with 0 only when the verdict is ok. Needs a running, seeded cloud; what the check wrote is
    deleted again when the verdict is ok.

    With `--workload orders` guests and staff place, pay, accept, hand out and cancel orders
    instead, and the invariants I1 to I6 of docs/orders.md are judged from the tables and the
    payment provider's list. These orders stay in the tables.
    """
    from loadtests.checker.orders.settings import ORDER_FAULTS, ORDER_PLANTS
    from loadtests.checker.settings import FAULTS, PLANTS, CheckSettings, read_faults, read_plant

    orders = workload is Workload.ORDERS
    chosen = read_faults(faults, ORDER_FAULTS if orders else FAULTS)
    planted = read_plant(plant, ORDER_PLANTS if orders else PLANTS)
    layout = the_cloud(port, state_dir)
    settings = CheckSettings(
        seed=random.randrange(10**6) if seed is None else seed,
        seconds=seconds,
        clients=clients,
        faults=chosen,
        plant=planted,
        through_edge=edge,
        patience_s=patience,
        keep=keep,
    )
    report, history = _check(layout, settings, workload, quiet=as_json)
    if as_json:
        print_json(report.to_json())
    else:
        print("\n".join(_described(report, history)))
    if report.verdict != "ok":
        raise typer.Exit(1)


def _check(
    layout: "CloudLayout", settings: "CheckSettings", workload: Workload, *, quiet: bool
) -> "tuple[Report | OrdersReport, History]":
    from cli.target import binding
    from loadtests.checker.fault_session import FaultSession
    from loadtests.checker.history import History
    from loadtests.checker.orders.run import OrdersCheck
    from loadtests.checker.run import Check
    from loadtests.checker.schedule import plan_faults
    from services.storage.table import Table

    # What cannot be planned is refused before anything is written.
    plan_faults(settings.faults, settings.seconds, layout.region_names, settings.seed)
    replicas = {
        name: Table(binding(name, port=layout.port, state_dir=layout.state_dir, aws=False))
        for name in layout.region_names
    }
    faults = FaultSession(layout)
    path = layout.state_dir / "checks" / f"{settings.seed}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as lines, _status(quiet=quiet) as (phase, detail):
        history = History(lines.write)
        kind = OrdersCheck if workload is Workload.ORDERS else Check
        check = kind(layout, settings, replicas, faults, history, path, phase, detail)
        try:
            return asyncio.run(_run(check)), history
        finally:
            # Also after an error: a cloud must not stay broken because of its check.
            phase("healing all faults; Ctrl-C again ends this at once")
            for problem in faults.heal_everything():
                print(f"warning: {problem}", file=sys.stderr)


def _described(report: "Report | OrdersReport", history: "History") -> "Iterator[str]":
    from loadtests.checker import report as menus
    from loadtests.checker.orders import report as orders

    if isinstance(report, orders.OrdersReport):
        return orders.describe(report, history)
    return menus.describe(report, history)


async def _run(check: "Check | OrdersCheck") -> "Report | OrdersReport":
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
    """Show on stderr what is being done.

    Yields:
        Two functions that take a line of text: of a phase, and of a detail of it. Where stderr is
        no terminal, phases are lines, and details are left out.
    """
    from rich.console import Console

    console = Console(stderr=True, quiet=quiet)
    with console.status("starting") as status:
        if console.is_terminal:
            yield status.update, status.update
        else:
            yield console.print, lambda _: None
