"""A drill's report in the terminal, from its `report.json`."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from loadtests.drills.records import ROUTES
from loadtests.drills.report.figures_text import ROUTE_TITLES, number, reported, seconds, title_of


def show(report: Mapping[str, Any], console: Console) -> None:
    """Print one report."""
    passed = report["verdict"] == "pass"
    colour = "green" if passed else "red"
    console.print(f"\n[bold]{report['title']}[/bold]  [bold {colour}]{report['verdict'].upper()}")
    without = f", without {', '.join(report['without'])}" if report["without"] else ""
    lost = ", ".join(report["lost_regions"]) or "no region"
    console.print(
        f"[dim]{report['drill']}: {lost} of {', '.join(report['regions'])}; "
        f"time scale {report['time_scale']:g}{without}[/dim]"
    )
    console.print(_routes(report))
    console.print(_phases(report))
    console.print(_objectives(report["objectives"]))
    generator = report["generator"]
    kept_up = "kept up" if generator["kept_up"] else "[red]did not keep up[/red]"
    for figure, reason in report["not_measured"].items():
        console.print(f"[dim]{title_of(figure)}: not measured: {reason}[/dim]", highlight=False)
    for problem in report["problems"]:
        console.print(f"[red]{problem}[/red]")
    console.print(
        f"generator {kept_up}: p99 {seconds(generator['lag_p99_s'])} late, "
        f"at most {seconds(generator['lag_max_s'])}"
    )
    console.print(f"page  {report['page']}", soft_wrap=True)


def rounds_table(reports: Sequence[Mapping[str, Any]]) -> Table:
    """A table of many runs, one line each."""
    table = Table(title="drills", title_justify="left")
    table.add_column("drill", no_wrap=True)
    table.add_column("verdict")
    for route in ROUTES:
        table.add_column(f"RTO {ROUTE_TITLES[route]}", justify="right")
    for title in ("RTO/bound", "failed GETs", "failed mutations", "lost", "unequal", "converged"):
        table.add_column(title, justify="right")
    for report in reports:
        passed = report["verdict"] == "pass"
        ratios = [one for one in report["bound"]["ratio"].values() if one is not None]
        table.add_row(
            report["drill"],
            "[green]pass[/green]" if passed else "[red]fail[/red]",
            *(reported(report, f"rto_seconds.{route}") for route in ROUTES),
            number(max(ratios, default=None)),
            number(report["failed_gets"]),
            number(report["failed_mutations"]),
            number(report["lost_writes"]),
            number(report["unequal"]),
            number(report["converge_seconds"], "converge_s"),
        )
    return table


def _routes(report: Mapping[str, Any]) -> Table:
    table = Table("route", title="recovery, worst place", title_justify="left")
    for title in ("RTO", "/ bound", "failed", "of", "slow", "p50", "p99"):
        table.add_column(title, justify="right")
    for route in ROUTES:
        mine = [one for one in report["outages"] if one["route"] == route]
        latency = report["latency"][route]
        ratio = report["bound"]["ratio"][route]
        table.add_row(
            ROUTE_TITLES[route],
            reported(report, f"rto_seconds.{route}"),
            number(ratio),
            number(sum(one["failed"] for one in mine)),
            number(sum(one["requests"] for one in mine)),
            number(sum(one["slow"] for one in mine)),
            seconds(latency["p50"]),
            seconds(latency["p99"]),
        )
    return table


def _phases(report: Mapping[str, Any]) -> str:
    parts = [f"{name} {number(value, 'x_s')}" for name, value in report["phases"].items()]
    bound = report["bound"]
    theory, most = bound["interval_x_threshold_plus_ttl_s"], bound["worst_case_s"]
    return (
        f"phases: {', '.join(parts)}\n"
        f"bound: interval x threshold + TTL = {theory:.1f} s, at worst {most:.1f} s with a check"
    )


def _objectives(judged: Sequence[Mapping[str, Any]]) -> Table:
    table = Table("objective", title="objectives", title_justify="left")
    table.add_column("limit", justify="right")
    table.add_column("measured", justify="right")
    table.add_column("")
    for one in judged:
        sign = ">=" if one["at_least"] else "<="
        table.add_row(
            title_of(one["figure"]),
            f"{sign} {number(one['limit'], one['figure'])}",
            number(one["measured"], one["figure"]),
            "[green]met[/green]" if one["met"] else "[bold red]missed[/bold red]",
        )
    return table
