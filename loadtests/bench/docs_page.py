"""Figures into docs/performance.md, between markers, and the chart beside it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from loadtests.bench.chart import draw
from loadtests.bench.process import ROOT
from loadtests.bench.subject import EDIT, MISS
from loadtests.bench.subject_specs import CHAINS
from loadtests.measurement.measurement import NOT_MEASURED, text_of

PAGE: Final = ROOT / "docs" / "performance.md"
CHART: Final = ROOT / "docs" / "performance.svg"
_MB: Final = 1024 * 1024
_SHOWN: Final = 15


class MarkerError(ValueError):
    """The page has no place for the figures."""


def write(report: dict[str, Any], page: Path = PAGE, chart: Path = CHART) -> None:
    """Replace what stands between the markers of each part that the report has.

    Raises:
        MarkerError: A marker is missing; nothing was written.
    """
    text = page.read_text(encoding="utf-8")
    for name, lines in _parts(report).items():
        text = _replaced(text, name, lines)
    drawn = draw(report) if "subjects" in report else None
    page.write_text(text, encoding="utf-8")
    if drawn is not None:
        chart.write_text(drawn, encoding="utf-8")


def _replaced(text: str, name: str, lines: list[str]) -> str:
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    head, found, rest = text.partition(begin)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        raise MarkerError(f"docs/performance.md has no {begin} ... {end}")
    return "\n".join((head + begin, *lines, end)) + tail


def _parts(report: dict[str, Any]) -> dict[str, list[str]]:
    parts = {"environment": _environment(report), "bars": _bars(report["bars"])}
    if "subjects" in report:
        subjects: dict[str, Any] = report["subjects"]
        menus = {name: one for name, one in subjects.items() if name not in CHAINS}
        chains = {name: one for name, one in subjects.items() if name in CHAINS}
        parts["requests"] = _requests(menus)
        if chains:
            parts["chain"] = _chain(chains)
    for part, scenario in (("profile", MISS), ("profile-edit", EDIT)):
        if scenario in report.get("profile", {}):
            parts[part] = _profile(report["profile"][scenario])
    if "emulator" in report:
        parts["emulator"] = _requests(report["emulator"])
    if "cold" in report:
        parts["cold"] = _cold(report["cold"])
    if "scaling" in report:
        parts["scaling"] = _scaling(report["scaling"])
    if report.get("memory"):
        parts["memory"] = _memory(report["memory"])
    return parts


def _environment(report: dict[str, Any]) -> list[str]:
    here, noise = report["environment"], report["noise"]
    packages = ", ".join(f"{name} {version}" for name, version in here["packages"].items())
    paragraph = (
        f"Measured {report['at'][:10]} on {here['cpu']}, {here['cores']} cores, Python "
        f"{here['python']}, Node {here['node'] or 'missing'}; {packages}. "
        f"{report['rounds']} interleaved rounds, medians and median absolute deviations. "
        f"A fixed piece of work, repeated with every round, varied by "
        f"{_percent(noise['calibration_spread_percent'])} (at worst "
        f"{_percent(noise['calibration_worst_percent'])}); other processes took "
        f"{_percent(noise['other_processes_percent'])} of the machine, its host stole "
        f"{_percent(noise['stolen_percent'])}."
    )
    return [paragraph]


def _bars(verdicts: list[dict[str, Any]]) -> list[str]:
    rows = [
        (
            one["says"],
            _spread({"median": one["ratio"], "spread": one["spread"]}, 3),
            f"{one['limit']:.3f}",
            one["verdict"] if one["why"] is None else f"{one['verdict']}: {_line(one['why'])}",
        )
        for one in verdicts
    ]
    return _table(("bar", "ratio", "at most", "verdict"), rows)


def _requests(subjects: dict[str, Any]) -> list[str]:
    rows = []
    for name, subject in subjects.items():
        if subject["missing"]:
            rows.append(
                (subject["title"], name, f"missing: {_line(subject['missing'])}", *[""] * 4)
            )
        for scenario, one in subject["scenarios"].items():
            requests = one["dynamodb_requests"]
            peak = one["peak_bytes"]
            rows.append(
                (
                    subject["title"],
                    scenario,
                    _spread(one["cpu_us"], 1),
                    f"{one['wall_us']['median']:,.0f}",
                    text_of(requests, "{:g}"),
                    text_of(None if peak is None else peak / 1024, "{:,.0f}"),
                    f"{one['max_rss_bytes'] / _MB:,.0f}",
                )
            )
    head = ("", "scenario", "CPU µs", "wall µs", "DynamoDB requests", "peak kB", "max RSS MB")
    return _table(head, rows)


def _chain(subjects: dict[str, Any]) -> list[str]:
    rows = []
    for name, subject in subjects.items():
        if subject["missing"]:
            rows.append((name, "", f"missing: {_line(subject['missing'])}", *[""] * 4))
        for scenario, one in subject["scenarios"].items():
            rows.append(
                (
                    name,
                    scenario,
                    _spread(one["cpu_us"], 1),
                    f"{one['wall_us']['median']:,.0f}",
                    text_of(one["dynamodb_requests"], "{:g}"),
                    text_of(one["read_units"], "{:g}"),
                    text_of(one["write_units"], "{:g}"),
                )
            )
    head = ("", "scenario", "CPU µs", "wall µs", "requests", "read units", "write units")
    return _table(head, rows)


def _profile(functions: list[dict[str, Any]]) -> list[str]:
    rows = [
        (
            f"`{one['function']}`",
            f"`{one['where']}`" if one["where"] else "",
            f"{one['calls']:g}",
            f"{100 * one['own']:.1f} %",
            f"{100 * one['with_callees']:.1f} %",
        )
        for one in functions[:_SHOWN]
    ]
    return _table(("function", "", "calls", "own time", "with callees"), rows)


def _cold(found: dict[str, Any]) -> list[str]:
    rows = [
        (
            name,
            _spread(one["cpu_ms"], 1),
            f"{one['wall_ms']['median']:,.1f}",
            f"{one['max_rss_bytes'] / _MB:,.0f}",
            "" if one["modules"] is None else f"{one['modules']:,}",
        )
        for name, one in found.items()
    ]
    return _table(("cold start", "CPU ms", "wall ms", "max RSS MB", "modules"), rows)


def _scaling(found: list[dict[str, Any]]) -> list[str]:
    rows = [
        (
            str(one["items"]),
            f"{one['stores']:,}",
            _spread(one["cpu_us"], 1),
            f"{one['cpu_us']['median'] / one['items']:,.2f}",
            f"{one['response_bytes']:,}",
        )
        for one in found
    ]
    return _table(("items", "stores", "CPU µs", "µs an item", "response bytes"), rows)


def _memory(memory: dict[str, Any]) -> list[str]:
    choice, goal, load = memory["choice_mb"], memory["goal"], memory["assumptions"]
    opening = (
        f"**{choice} MB** is the cheapest size"
        if choice
        else "No size is large enough, so something must be made cheaper: none"
    )
    rows = [
        (
            f"**{one['memory_mb']}**" if one["memory_mb"] == choice else str(one["memory_mb"]),
            f"{one['vcpu']:.2f}",
            f"{one['warm_ms']:.1f}",
            f"{one['p99_ms']:.1f}",
            f"{one['cold_ms']:.0f}",
            f"{one['dollars_per_million']:.3f}",
            ("yes" if one["meets"] else "no") if one["fits"] else "too small",
        )
        for one in memory["sizes"]
    ]
    introduction = (
        f"{opening} with p99 <= {goal['p99_ms']:g} ms and a cold start <= {goal['cold_ms']:g} ms. "
        f"Measured: {load['cpu_ms']:.3f} ms of CPU for a miss (p99 {load['cpu_p99_ms']:.3f}), "
        f"{load['cold_cpu_ms']:.0f} ms for a cold start, {load['resident_mb']:.0f} MB resident. "
        f"Assumed: DynamoDB answers in {load['wait_ms']:g} ms (p99 {load['wait_p99_ms']:g}), "
        f"{100 * load['cold_share']:g} % of requests meet a cold start, Lambda's core is "
        f"{load['core_speed']:g}x as fast as the measured one, and a process needs "
        f"{load['headroom']:g}x its resident memory."
    )
    head = ("MB", "vCPU", "warm ms", "p99 ms", "cold ms", "$ per million", "meets the goal")
    return [introduction, "", *_table(head, rows)]


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    lines = [head, ("---",) + ("---:",) * (len(head) - 1), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]


def _line(text: str) -> str:
    return text.partition("\n")[0].replace("|", "/")


def _spread(figure: Mapping[str, Any], digits: int) -> str:
    """Return a median with its spread, as far as either was measured."""
    if figure["median"] is None:
        return NOT_MEASURED
    spread = "" if figure["spread"] is None else f" ± {figure['spread']:,.{digits}f}"
    return f"{figure['median']:,.{digits}f}{spread}"


def _percent(value: float | None) -> str:
    return text_of(value, "{:g} %")
