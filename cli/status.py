"""`carte status`: what runs, how well, and how far replication is behind."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Final

import typer

from cli.options import DEFAULT_PORT, JsonOption, PortOption, StateDirOption, print_json, the_cloud

if TYPE_CHECKING:
    from rich.table import Table

    from localcloud.status import CloudStatus, Lag, RegionStatus

EXAMPLES: Final = ("carte status", "carte status --port 9090 --json")
_COLORS: Final = {"ready": "green", "unready": "red", "frozen": "cyan", "down": "red"}


def command(
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show regions, health and replication lag.

    Exits with 0 when all of it is ready, else with 1, also where it is stopped. Lag is the time
    between a write in one region and its arrival in another, the worst pair's of each region.
    """
    from localcloud.status import collect

    status = collect(the_cloud(port, state_dir))
    if as_json:
        print_json(status.to_json())
    else:
        _print(status)
    if not status.healthy:
        raise typer.Exit(1)


def _print(status: "CloudStatus") -> None:
    if status.stopped:
        names = ", ".join(region.name for region in status.regions)
        print(
            f"the cloud at port {status.port} ({names}) is stopped: none of its processes runs, as "
            "after `carte down` or a restart of the machine\n"
            f"its data is kept in {status.state_dir}; `{_start(status)}` starts it again"
        )
        return
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False)
    console.print(_table(status))
    for region in status.regions:
        if region.why:
            console.print(f"{region.name}: {escape(region.why)}")
        if region.reconciling:
            console.print(f"{region.name}: restarted; its reconciler compares it with the records")
    state = f" ({status.replication})" if status.replication else ""
    console.print(
        f"edge {_colored(status.edge)}, replicator {_colored(status.replicator)}{state}, "
        f"faults {_colored(status.faults)}, payments {_colored(status.payments)}, "
        f"runtime {status.runtime}: {status.url}"
    )
    if status.faults_on:
        console.print(f"[yellow]faults on:[/] {', '.join(status.faults_on)}")
    if not status.supervised:
        console.print(f"[red]its supervisor does not run[/]: `{_start(status)}`")


def _start(status: "CloudStatus") -> str:
    """Return the command that starts the cloud."""
    from localcloud.layout import default_state_dir

    usual = Path(status.state_dir) == default_state_dir(status.port)
    folder = "" if usual else f" --state-dir {quote(status.state_dir)}"
    return f"carte up --port {status.port}{folder}"


def _table(status: "CloudStatus") -> "Table":
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), caption="lag: median / longest")
    table.add_column("region", no_wrap=True)
    table.add_column("health")
    for title in ("items", "memory", "lag to it", "lag from it", "waiting"):
        table.add_column(title, justify="right", no_wrap=True)
    for region in status.regions:
        table.add_row(*_row(region))
    return table


def _row(region: "RegionStatus") -> tuple[str, ...]:
    waiting = region.lag_to.pending if region.lag_to else None
    return (
        region.name,
        _colored(region.health),
        "-" if region.items is None else f"{region.items:,}",
        f"{region.memory_bytes / 1e6:,.0f} MB",
        _lag(region.lag_to),
        _lag(region.lag_from),
        "-" if waiting is None else f"{waiting:,}",
    )


def _colored(health: str) -> str:
    return f"[{_COLORS[health]}]{health}[/]"


def _lag(lag: "Lag | None") -> str:
    if lag is None or lag.p50_ms is None or lag.max_ms is None:
        return "-"
    if lag.max_ms < 1000:  # noqa: PLR2004 - a second
        return f"{lag.p50_ms:.0f} / {lag.max_ms:.0f} ms"
    return f"{lag.p50_ms / 1000:.1f} / {lag.max_ms / 1000:.1f} s"
