"""A report as tables for people."""

from typing import Any, Final

from rich.console import Console
from rich.table import Table

from loadtests.measurement.measurement import text_of

_MB: Final = 1024 * 1024
_SHOWN: Final = 12


def show(report: dict[str, Any], console: Console) -> None:
    """Print everything that a report holds."""
    _environment(report, console)
    if "subjects" in report:
        console.print(_requests("One request, canned DynamoDB", report["subjects"]))
    if "cold" in report:
        console.print(_cold(report["cold"]))
    if "scaling" in report:
        console.print(_scaling(report["scaling"]))
    if "emulator" in report:
        console.print(_requests("A miss, against the emulator", report["emulator"]))
    if "memory" in report:
        console.print(_memory(report["memory"]))
    for scenario, functions in report.get("profile", {}).items():
        console.print(_profile(scenario, functions))
    console.print(_bars(report["bars"]))
    for subject, why in report["missing"].items():
        console.print(f"missing: {subject}: {why}", highlight=False, markup=False)


def _environment(report: dict[str, Any], console: Console) -> None:
    here, noise = report["environment"], report["noise"]
    console.print(
        f"{here['cpu']}, {here['cores']} cores; Python {here['python']}, Node {here['node']}; "
        f"{report['rounds']} rounds. The same work varied by "
        f"{_percent(noise['calibration_spread_percent'])} "
        f"(worst {_percent(noise['calibration_worst_percent'])}), other processes took "
        f"{_percent(noise['other_processes_percent'])} of the machine.",
        highlight=False,
    )


def _requests(title: str, subjects: dict[str, Any]) -> Table:
    columns = (
        *("", "CPU us", "±", "wall us", "DynamoDB", "WRU", "response", "peak alloc.", "max RSS"),
    )
    table = _table(title, *columns)
    for name, subject in subjects.items():
        if subject["missing"]:
            table.add_row(name, "missing")
        for scenario, one in subject["scenarios"].items():
            cpu, requests = one["cpu_us"], one["dynamodb_requests"]
            table.add_row(
                f"{name} {scenario}",
                f"{cpu['median']:,.1f}",
                text_of(cpu["spread"], "{:,.1f}"),
                f"{one['wall_us']['median']:,.0f}",
                text_of(requests, "{:g}"),
                text_of(one["write_units"], "{:g}"),
                f"{one['response_bytes']:,} B",
                text_of(
                    None if one["peak_bytes"] is None else one["peak_bytes"] / 1024, "{:,.0f} kB"
                ),
                f"{one['max_rss_bytes'] / _MB:,.0f} MB",
            )
    return table


def _cold(starts: dict[str, Any]) -> Table:
    table = _table("Cold start: import to first response", "", "CPU ms", "±", "wall ms", "RSS")
    for name, one in starts.items():
        table.add_row(
            name,
            f"{one['cpu_ms']['median']:,.1f}",
            text_of(one["cpu_ms"]["spread"], "{:,.1f}"),
            f"{one['wall_ms']['median']:,.1f}",
            f"{one['max_rss_bytes'] / _MB:,.0f} MB",
        )
    return table


def _scaling(rows: list[dict[str, Any]]) -> Table:
    table = _table("A miss by items and by stores", "items", "stores", "CPU us", "±", "response")
    for one in rows:
        table.add_row(
            str(one["items"]),
            f"{one['stores']:,}",
            f"{one['cpu_us']['median']:,.1f}",
            text_of(one["cpu_us"]["spread"], "{:,.1f}"),
            f"{one['response_bytes']:,} B",
        )
    return table


def _profile(scenario: str, functions: list[dict[str, Any]]) -> Table:
    table = _table(f"Where carte's {scenario} spends its time", "", "calls", "own", "with callees")
    for one in functions[:_SHOWN]:
        table.add_row(
            f"{one['function']} {one['where']}",
            f"{one['calls']:g}",
            f"{100 * one['own']:.1f} %",
            f"{100 * one['with_callees']:.1f} %",
        )
    return table


def _memory(memory: dict[str, Any]) -> Table:
    goal, choice = memory["goal"], memory["choice_mb"]
    title = f"Lambda memory for p99 <= {goal['p99_ms']:g} ms, cold <= {goal['cold_ms']:g} ms"
    table = _table(title, "MB", "vCPU", "warm ms", "p99 ms", "cold ms", "$ per million", "")
    for one in memory["sizes"]:
        chosen = one["memory_mb"] == choice
        verdict = "cheapest" if chosen else "" if one["meets"] else "misses the goal"
        table.add_row(
            str(one["memory_mb"]),
            f"{one['vcpu']:.2f}",
            f"{one['warm_ms']:.1f}",
            f"{one['p99_ms']:.1f}",
            f"{one['cold_ms']:.0f}",
            f"{one['dollars_per_million']:.3f}",
            verdict if one["fits"] else "too small for the process",
            style="bold" if chosen else None,
        )
    return table


def _bars(verdicts: list[dict[str, Any]]) -> Table:
    table = _table("Bars, as ratios of CPU in this run", "", "ratio", "±", "at most", "")
    for one in verdicts:
        table.add_row(
            one["says"],
            text_of(one["ratio"], "{:.3f}"),
            text_of(one["spread"], "{:.3f}"),
            f"{one['limit']:.3f}",
            one["verdict"] if one["why"] is None else f"not measured: {one['why'].splitlines()[0]}",
            style="bold" if one["verdict"] == "missed" else None,
        )
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number and column else "left")
    return table


def _percent(value: float | None) -> str:
    return text_of(value, "{:g} %")
