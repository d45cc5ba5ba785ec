"""A load run as one self-contained page: its figures, and locust's own report inside it."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from loadtests.load.comparing import Comparison
from loadtests.load.plot import plot
from loadtests.load.recording import ANY
from loadtests.load.results import Results, hit_ratio
from loadtests.measurement.measurement import text_of
from loadtests.reports.page import Card, cards, html_page, met_or_missed, section, table


def page(results: Results, comparison: Comparison, locust_html: Path) -> str:
    """Return the page.

    Args:
        results: The run.
        comparison: What changed since an earlier run.
        locust_html: Locust's own report; left out if there is no such file.
    """
    run, recording = results.to_json(), results.recording
    facts = [
        escape(
            f"{results.target}, runtime {results.runtime}, {results.loop} loop, "
            f"{results.workers} worker processes, {run['seconds']} s"
        )
    ]
    if results.problem:
        facts.append(f'<i class="bad">{escape(results.problem)}</i>')
    by_region = {
        name or "no region (uploads, failures)": row for name, row in run["by_region"].items()
    }
    slow = plot(recording, "milliseconds", lambda cell: cell.times.percentile(0.95))
    rate = plot(recording, "requests/s", lambda cell: float(cell.requests), per_second=True)
    hits = plot(recording, "share", lambda cell: hit_ratio(cell).value, by_region=False)
    body = [
        cards(_cards(results, run)),
        section("Objectives", _objectives(run["slo"]["objectives"])),
        section("p95 of response times, by region", slow),
        section("Requests per second, by region", rate),
        section("Share of cacheable reads that the edge's cache answered", hits),
        section("By request", _requests(run["by_name"])),
        section("By region that answered", _requests(by_region)),
        _failures(run["reasons_of_failures"]),
        _comparison(comparison),
        section("DynamoDB, from the service's log", _dynamodb(results)),
        section("CPU time by process", _processes(run)),
    ]
    if locust_html.exists():
        # Not as a data: URL, where a page has no localStorage, and locust's page stays empty.
        content = escape(locust_html.read_text(encoding="utf-8"), quote=True)
        body.append(
            section("Locust's own report", f'<iframe title="locust" srcdoc="{content}"></iframe>')
        )
    verdict = "pass" if results.passed else "fail"
    return html_page(f"carte load: {results.profile}", verdict, facts, "".join(body))


def _cards(results: Results, run: Mapping[str, Any]) -> list[Card]:
    times = " / ".join(text_of(run[name], "{:.0f}") for name in ("p50_ms", "p95_ms", "p99_ms"))
    per_request = results.dynamodb["requests_per_client_request"]
    shown = [
        Card(f"{run['requests']:,}", "requests"),
        Card(text_of(run["requests_per_second"], "{:,}"), "requests per second"),
        Card(f"{run['failures']:,}", "failed"),
        Card(times, "ms p50, p95, p99"),
        Card(text_of(run["cache_hit_ratio"], "{:.0%}"), "of reads from the edge's cache"),
        Card(text_of(per_request.value), "DynamoDB requests per request"),
        Card(text_of(run["cost_per_million_usd"], "${:.2f}"), "AWS per million requests"),
    ]
    busiest = results.bottleneck
    if busiest:
        shown.append(Card(f"{busiest.share_of_a_core:.0%}", f"of a core: {busiest.process}"))
    return shown


def _objectives(objectives: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        (
            escape(name),
            f"{one['allowed']:g}",
            escape(
                f"not measured: {one['reason']}"
                if one["measured"] is None
                else f"{one['measured']:.4g}"
            ),
            f"{one['observations']:,}",
            met_or_missed(met=one["met"]),
        )
        for name, one in objectives.items()
    ]
    return table(("objective", "at most", "measured", "observations", ""), rows)


def _requests(rows: Mapping[str, Mapping[str, Any]]) -> str:
    return table(
        ("", "requests", "failed", "p50 ms", "p95", "p99"),
        [
            (
                escape(name),
                f"{row['requests']:,}",
                f"{row['failures']:,}",
                *(text_of(row[figure], "{:.1f}") for figure in ("p50_ms", "p95_ms", "p99_ms")),
            )
            for name, row in rows.items()
        ],
    )


def _failures(reasons: Mapping[str, int]) -> str:
    if not reasons:
        return ""
    rows = [(escape(why), f"{times:,}") for why, times in reasons.items()]
    return section("Why requests failed", table(("", "times"), rows))


def _comparison(comparison: Comparison) -> str:
    rows = [
        (
            escape(f"{'all' if one.name == ANY else one.name} {one.figure}"),
            f"{one.before:.1f}",
            f"{one.after:.1f}",
            f"{one.times:.2f}",
            f"{one.chance:.4f}",
        )
        for one in comparison.changes
    ]
    left_out = "".join(
        f"<p>{escape(f'{name}: not compared: {why}')}</p>"
        for name, why in comparison.not_compared.items()
    )
    if not rows and not left_out:
        return ""
    head = ("", "before, ms", "now", "times", "chance")
    return section("Changed since the earlier run", table(head, rows) + left_out)


def _dynamodb(results: Results) -> str:
    rows = [
        (escape(name.replace("_", " ")), escape(one.text("{:,.2f}")), f"{one.observations:,}")
        for name, one in {
            **results.dynamodb,
            "US dollars per million requests on AWS": results.cost_per_million_usd,
        }.items()
    ]
    return table(("", "value", "log lines"), rows)


def _processes(run: Mapping[str, Any]) -> str:
    busiest, generator = run["bottleneck"], run["generator"]
    if busiest["process"] is None:
        return f"<p>not measured: {escape(busiest['reason'])}</p>"
    spent = {**busiest["cpu_s"], "generator": generator["cpu_s"]}
    rows = [
        (
            escape(name),
            text_of(cpu, "{:.1f}"),
            text_of(None if cpu is None else cpu / max(run["seconds"], 1), "{:.0%}"),
        )
        for name, cpu in sorted(spent.items(), key=lambda one: -(one[1] or 0.0))
    ]
    late = text_of(generator["lag_ms_worst"], "{:.0f} ms")
    return (
        f"{table(('process', 'CPU s', 'of a core'), rows)}"
        f"<p>Together they used {busiest['share_of_the_machine']:.0%} of the machine's cores. "
        f"The load generator was late by at most: {late}.</p>"
    )
