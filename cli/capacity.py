"""`carte capacity`: simulate peak traffic, with all regions and with one of them lost."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cli.options import SCENARIO_HELP, JsonOption, finite, print_json
from services.domain.errors import UnknownNameError

EXAMPLES: Final = (
    "carte capacity --scenario global",
    "carte capacity --scenario global --lose us-east-1 --scale 20",
    "carte capacity --scenario national --config deployment.toml --json",
    "carte capacity --validate RUN1 --validate RUN2 --validate RUN3",
)
_DETECTED_S: Final = 30.0  # Route 53's fast health checks: 10 s x 3
_TTL_S: Final = 60.0
_TIMES: Final = ("p50_ms", "p95_ms", "p99_ms")
_COLD_CPU_MS: Final = 100.0  # import to first response; docs/performance.md


def command(
    scenario: Annotated[
        str,
        typer.Option("--scenario", metavar="NAME|FILE", help=SCENARIO_HELP),
    ] = "global",
    *,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="Deployment file whose regions and limits are simulated.",
            show_default="the settings of infra_cdk/deployment.example.toml",
        ),
    ] = None,
    lose: Annotated[
        str | None,
        typer.Option(
            "--lose",
            metavar="REGION",
            help="Region that is lost, such as us-east-1.",
            show_default="the busiest",
        ),
    ] = None,
    hour: Annotated[
        int | None,
        typer.Option(
            "--hour",
            min=0,
            max=23,
            metavar="HOUR",
            help="Hour of the day, UTC, whose traffic is simulated.",
            show_default="the busiest hour of the lost region",
        ),
    ] = None,
    scale: Annotated[
        float,
        typer.Option(
            "--scale",
            callback=finite,
            min=0.01,
            metavar="FACTOR",
            help="Multiply the scenario's traffic by this factor.",
        ),
    ] = 1.0,
    seconds: Annotated[
        float,
        typer.Option(
            "--seconds",
            callback=finite,
            min=30,
            metavar="SECONDS",
            help="Seconds of traffic to simulate; the region is lost after a third of them.",
        ),
    ] = 240.0,
    detected: Annotated[
        float,
        typer.Option(
            "--detected",
            callback=finite,
            min=0,
            metavar="SECONDS",
            help="Seconds from the loss until health checks detect it.",
        ),
    ] = _DETECTED_S,
    ttl: Annotated[
        float,
        typer.Option(
            "--ttl",
            callback=finite,
            min=0,
            metavar="SECONDS",
            help="Seconds that DNS resolvers keep the address of the lost region.",
        ),
    ] = _TTL_S,
    runs: Annotated[
        list[Path] | None,
        typer.Option(
            "--validate",
            metavar="FOLDER",
            help="Instead of a scenario, compare the model with measured runs: name the folders "
            "of three or more runs of `carte load --rate`. The first two calibrate the model, "
            "which predicts the others; repeatable.",
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            "--seed",
            metavar="NUMBER",
            help="Seed number of the random generator: the same number makes the same run.",
        ),
    ] = 1,
    as_json: JsonOption = False,
) -> None:
    """Simulate peak traffic, with all regions and with one lost.

    A discrete-event simulation from measured service times and sizes: Lambda's environments, the
    API's rate limit, the table's capacity units, and clients that retry. Prints the limits to set
    before such a day. Needs no running cloud and no AWS account.
    """
    if runs:
        _validate(runs, as_json=as_json)
        return
    from dataclasses import asdict

    from loadtests.capacity import arrivals, figures
    from loadtests.capacity.limits import UNLIMITED, Limits
    from loadtests.capacity.simulation import Loss, Simulation
    from loadtests.capacity.workload import workload
    from loadtests.cost import measured, traffic
    from loadtests.cost.synthesis import deployment_of

    chosen = traffic.load(scenario)
    deployment = deployment_of(config, [], dax=False)
    names = deployment.regions
    rates = arrivals.by_hour(chosen, names)
    gone = lose or max(names, key=lambda name: max(rate.total for rate in rates[name]))
    if gone not in names:
        raise UnknownNameError("region", gone, names)
    at = arrivals.busiest_hour(rates, gone) if hour is None else hour
    now = {name: hours[at] * scale for name, hours in rates.items()}
    usual, warm = Limits(), deployment.database
    limits = Limits(
        api_rate=deployment.throttle_rate,
        api_burst=deployment.throttle_burst,
        read_units=max(warm.warm_reads, usual.read_units),
        write_units=max(warm.warm_writes, usual.write_units),
    )
    staged = deployment.cache.stage_gb != "none"
    work = workload(chosen, measured.load(), deployment.memory_mb, _COLD_CPU_MS, staged=staged)
    whole = Simulation(now, work, limits, seconds=seconds / 2, seed=seed).run()
    lost = needed = None
    if len(names) > 1:
        loss = Loss(gone, seconds / 3, detected, ttl)
        lost = Simulation(now, work, limits, seconds=seconds, loss=loss, seed=seed).run()
        # What limits refuse says nothing of what was needed: once more without them.
        needed = Simulation(now, work, UNLIMITED, seconds=seconds, loss=loss, seed=seed).run()
    basis = needed or whole
    worst = {
        name: figures.of_region(result, basis)
        for name, result in basis.regions.items()
        if needed is None or name != gone
    }
    result = {
        "scenario": chosen.name,
        "scale": scale,
        "hour_utc": at,
        "limits": asdict(limits),
        "whole": figures.to_json(whole),
        "lost": {"region": gone, "detected_s": detected, "ttl_s": ttl, **figures.to_json(lost)}
        if lost
        else None,
        "set_before": figures.advice(worst, limits),
    }
    if as_json:
        print_json(result)
    else:
        _print(result, gone)


def _print(result: dict[str, Any], gone: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from loadtests.measurement.measurement import text_of

    console = Console(highlight=False)
    console.print(
        f"[bold]{result['scenario']}[/] x {result['scale']:g} at {result['hour_utc']:02d}:00 UTC, "
        f"one simulated request stands for {result['whole']['each_simulated_request_stands_for']:g}"
    )
    for title, part in (("all regions", result["whole"]), (f"{gone} leaves", result["lost"])):
        if part is None:
            continue
        table = Table(title=title, title_justify="left", box=None)
        for name in (
            "region", "requests/s", "peak/s", "p50 ms", "p95", "p99", "executions", "cold",
            "RRU/s", "WRU/s", "throttled",
        ):  # fmt: skip
            table.add_column(name, justify="left" if name in {"region", "throttled"} else "right")
        for name, one in part["regions"].items():
            refused = ", ".join(f"{why} {n:,}" for why, n in one["throttled"].items()) or "-"
            table.add_row(
                name, f"{one['requests']:,.0f}", f"{one['peak_requests']:,.0f}",
                *(text_of(one[figure], "{:,.1f}") for figure in _TIMES),
                f"{one['executions']:,}", text_of(one["cold_share"], "{:.2%}"),
                f"{one['peak_reads']:,.0f}",
                f"{one['peak_writes']:,.0f}", refused,
            )  # fmt: skip
        console.print(table)
        seen = Table(box=None)
        for name in ("clients", "answered", "failed attempts", "given up", "p50 ms", "p95", "p99"):
            seen.add_column(name, justify="left" if name == "clients" else "right")
        for kind, one in part["clients"].items():
            seen.add_row(
                kind, f"{one['answered']:,}", f"{one['failed_attempts']:,}",
                f"{one['given_up']:,}", *(text_of(one[figure], "{:,.1f}") for figure in _TIMES),
            )  # fmt: skip
        console.print(seen)
    console.print("[bold]set before the day comes[/] (half as much again as the simulation needed)")
    for name, one in result["set_before"].items():
        enough = (
            "" if one["account_concurrency_is_enough"] else " [red]above the account's limit[/]"
        )
        console.print(
            f"  {name}: reserved concurrency {one['reserved_concurrency']:,}{enough}, warm "
            f"throughput {one['warm_read_units']:,} RRU and {one['warm_write_units']:,} WRU, "
            f"stage throttle {one['throttle_rate']:,}/s"
        )


def _validate(runs: list[Path], *, as_json: bool) -> None:
    """Show how far the model of the local cloud is from what was measured."""
    import os
    from dataclasses import asdict

    from loadtests.capacity.validation import validate
    from loadtests.measurement.measurement import text_of

    rows = validate(runs if len(runs) > 1 else runs * 2, os.cpu_count() or 1)
    base = runs[: -len(rows)] or runs[:1]
    if as_json:
        result = [
            {**asdict(row), "throughput_error": row.throughput_error, "p95_error": row.p95_error}
            for row in rows
        ]
        print_json({"base": [run.name for run in base], "runs": result})
        return
    from rich.console import Console
    from rich.table import Table

    title = f"predicted from {' and '.join(run.name for run in base)}"
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("run")
    for name in ("offered/s", "measured/s", "model/s", "p50", "model", "p95", "model", "p95 off"):
        table.add_column(name, justify="right")
    table.add_column("busiest")
    for row in rows:
        table.add_row(
            row.run, f"{row.rate:g}", f"{row.throughput:.1f}", f"{row.predicted_throughput:.1f}",
            f"{row.p50_ms:.1f}", text_of(row.predicted_p50_ms, "{:.1f}"), f"{row.p95_ms:.1f}",
            text_of(row.predicted_p95_ms, "{:.1f}"), text_of(row.p95_error, "{:+.0%}"),
            row.busiest,
        )  # fmt: skip
    Console(highlight=False).print(table)
