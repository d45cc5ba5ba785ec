"""A load run as text for the terminal."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from loadtests.load.comparing import Comparison
from loadtests.load.results import Results
from loadtests.measurement.measurement import text_of


def show(console: Console, results: Results, comparison: Comparison, folder: Path) -> None:
    """Print the tables, the verdicts, and the path of the report."""
    run = results.to_json()
    table = Table("", box=None)
    for name in ("requests", "failed", "p50 ms", "p95", "p99"):
        table.add_column(name, justify="right")
    rows = {f"all ({text_of(run['requests_per_second'], '{:g}')}/s)": run, **run["by_name"]}
    rows |= {f"in {region or 'no region'}": row for region, row in run["by_region"].items()}
    for name, row in rows.items():
        times = (text_of(row[figure], "{:.1f}") for figure in ("p50_ms", "p95_ms", "p99_ms"))
        table.add_row(name, f"{row['requests']:,}", f"{row['failures']:,}", *times)
    console.print(table)
    for why, times in list(run["reasons_of_failures"].items())[:5]:
        console.print(f"  [red]{times} x[/] {why}")
    console.print(f"edge cache hits: {results.hit_ratio.text('{:.0%}')}")
    per_request = results.dynamodb["requests_per_client_request"]
    lines = f" ({per_request.observations:,} log lines)"
    console.print(f"DynamoDB requests per request: {per_request.text()}{lines}")
    console.print(f"AWS per million requests: {results.cost_per_million_usd.text('${:,.2f}')}")
    busiest = results.bottleneck
    if busiest is None:
        console.print(f"busiest process: not measured: {run['bottleneck']['reason']}")
    else:
        console.print(
            f"busiest: {busiest.process} with {busiest.share_of_a_core:.0%} of a core; the "
            f"machine {busiest.share_of_the_machine:.0%}"
        )
    late = results.lag_ms.text("{:.0f} ms")
    console.print(f"load generator late by at most: {late} ({results.loop} loop)")
    for verdict in results.verdicts:
        word = "[green]met[/]" if verdict.met else "[red]missed[/]"
        measured = verdict.measured.text("{:.4g}")
        console.print(f"{verdict.name}: {measured}, at most {verdict.allowed:g}: {word}")
    for one in comparison.changes:
        console.print(
            f"changed: {one.name} {one.figure} {one.before:.1f} -> {one.after:.1f} ms "
            f"(x{one.times:.2f}, chance {one.chance:.4f})"
        )
    for name, why in comparison.not_compared.items():
        console.print(f"not compared: {name}: {why}")
    if results.problem:
        console.print(f"[red]{results.problem}[/]")
    console.print(f"report: {folder / 'report.html'}")
