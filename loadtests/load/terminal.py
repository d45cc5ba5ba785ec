"""A run in the terminal."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from loadtests.load.comparing import Change
from loadtests.load.results import Results


def show(console: Console, results: Results, found: Sequence[Change], folder: Path) -> None:
    """Print the tables, the verdicts and where the report lies."""
    told = results.to_json()
    table = Table("", box=None)
    for name in ("requests", "failed", "p50 ms", "p95", "p99"):
        table.add_column(name, justify="right")
    rows = {f"all ({told['requests_per_second']:g}/s)": told, **told["by_name"]}
    rows |= {f"in {region or 'no region'}": row for region, row in told["by_region"].items()}
    for name, row in rows.items():
        table.add_row(
            name, f"{row['requests']:,}", f"{row['failures']:,}", f"{row['p50_ms']:.1f}",
            f"{row['p95_ms']:.1f}", f"{row['p99_ms']:.1f}",
        )  # fmt: skip
    console.print(table)
    for why, times in list(told["reasons_of_failures"].items())[:5]:
        console.print(f"  [red]{times} x[/] {why}")
    if told["cache_hit_ratio"] is not None:
        console.print(f"edge cache answered {told['cache_hit_ratio']:.0%} of the cacheable reads")
    worst = told["bottleneck"]
    if worst:
        console.print(
            f"busiest: {worst['process']} with {worst['share_of_a_core']:.0%} of a core; the "
            f"machine {worst['share_of_the_machine']:.0%}; generator late by at most "
            f"{told['generator']['lag_ms_worst'] or 0:.0f} ms ({results.loop} loop)"
        )
    for verdict in results.verdicts:
        word = "[green]met[/]" if verdict.met else "[red]missed[/]"
        measured = "not measured" if verdict.measured is None else f"{verdict.measured:.4g}"
        console.print(f"{verdict.name}: {measured}, at most {verdict.allowed:g}: {word}")
    for one in found:
        console.print(
            f"changed: {one.name} {one.figure} {one.before:.1f} -> {one.after:.1f} ms "
            f"(x{one.times:.2f}, chance {one.chance:.4f})"
        )
    if results.problem:
        console.print(f"[red]{results.problem}[/]")
    console.print(f"report: {folder / 'report.html'}")
