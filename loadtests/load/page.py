"""A run as one self-contained page: our figures, and locust's own report inside it."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

from loadtests.load.comparing import Change
from loadtests.load.plot import plot
from loadtests.load.recording import ANY
from loadtests.load.results import CACHED, Results

_STYLE: Final = """
body{font:15px/1.5 system-ui,sans-serif;color:#1d2430;background:#f6f7f9;margin:0}
main{max-width:1040px;margin:0 auto;padding:28px 24px 60px}
h1{font-size:24px;margin:0 0 4px}h2{font-size:17px;margin:34px 0 8px}
.sub{color:#5b6675;margin:0 0 18px}
.verdict{display:inline-block;padding:3px 12px;border-radius:14px;font-weight:600;color:#fff}
.pass{background:#2c8a57}.fail{background:#c0392b}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:18px 0}
.card{background:#fff;border:1px solid #e1e5ea;border-radius:8px;padding:12px 14px}
.card b{display:block;font-size:21px}.card span{color:#5b6675;font-size:13px}
table{border-collapse:collapse;background:#fff;width:100%;border:1px solid #e1e5ea}
th,td{padding:6px 10px;text-align:right;border-bottom:1px solid #edf0f3;font-size:14px}
th:first-child,td:first-child{text-align:left}th{color:#5b6675;font-weight:600}
.plot{background:#fff;border:1px solid #e1e5ea;border-radius:8px;padding:10px}
.no{color:#c0392b;font-weight:600}.yes{color:#2c8a57;font-weight:600}
iframe{width:100%;height:900px;border:1px solid #e1e5ea;background:#fff}
"""


def page(results: Results, found: Sequence[Change], locust_html: Path) -> str:
    """The HTML. `found` is what changed since an earlier run."""
    told = results.to_json()
    verdict = "pass" if results.passed else "fail"
    word = "objectives met" if results.passed else "objectives missed"
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>carte load: {escape(results.profile)}</title><style>{_STYLE}</style><main>",
        f'<h1>{escape(results.profile)} <span class="verdict {verdict}">{word}</span></h1>',
        f'<p class="sub">{escape(results.target)}, runtime {escape(results.runtime)}, '
        f"{results.loop} loop, {results.workers} worker processes, {told['seconds']} s"
        + (f'<br><b class="no">{escape(results.problem)}</b>' if results.problem else "")
        + "</p>",
        _cards(told),
        "<h2>Objectives</h2>",
        _objectives(told["slo"]["objectives"]),
        "<h2>Time of the slowest twentieth (p95), by region</h2>",
        plot(results.recording, "milliseconds", lambda cell: cell.times.percentile(0.95)),
        "<h2>Requests a second, by region</h2>",
        plot(results.recording, "requests/s", lambda cell: float(cell.requests)),
        "<h2>Answered by the edge's cache</h2>",
        plot(results.recording, "share", _hits, regions=False),
        "<h2>By request</h2>",
        _table(told["by_name"]),
        "<h2>By region that answered</h2>",
        _table(
            {name or "none (uploads, failures)": row for name, row in told["by_region"].items()}
        ),
        _failures(told["reasons_of_failures"]),
        _changes(found),
        _used(told),
    ]
    if locust_html.exists():
        # Not as a data: URL, where a page has no localStorage, and locust's shows nothing.
        content = escape(locust_html.read_text(encoding="utf-8"), quote=True)
        parts.append(
            f'<h2>Locust\'s own report</h2><iframe title="locust" srcdoc="{content}"></iframe>'
        )
    return "\n".join([*parts, "</main></html>"])


def _cards(told: Mapping[str, Any]) -> str:
    hits, cost = told["cache_hit_ratio"], told["cost_per_million_usd"]
    dynamodb, worst = told["dynamodb"], told["bottleneck"]
    cards = [
        (f"{told['requests']:,}", "requests"),
        (f"{told['requests_per_second']:,}", "requests a second"),
        (f"{told['failures']:,}", "failed"),
        (f"{told['p50_ms']:.0f} / {told['p95_ms']:.0f} / {told['p99_ms']:.0f}", "ms p50, p95, p99"),
        ("-" if hits is None else f"{hits:.0%}", "of reads from the edge's cache"),
    ]
    if dynamodb and told["requests"]:
        a_request = dynamodb["requests"] / told["requests"]
        cards.append((f"{a_request:.2f}", "DynamoDB requests a request"))
    if cost is not None:
        cards.append((f"${cost:.2f}", "AWS per million requests"))
    if worst:
        cards.append((f"{worst['share_of_a_core']:.0%}", f"of a core: {worst['process']}"))
    return (
        '<div class="cards">'
        + "".join(
            f'<div class="card"><b>{escape(value)}</b><span>{escape(name)}</span></div>'
            for value, name in cards
        )
        + "</div>"
    )


def _objectives(told: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{one['allowed']:g}</td>"
        f"<td>{'not measured' if one['measured'] is None else format(one['measured'], '.4g')}</td>"
        f'<td class="{"yes" if one["met"] else "no"}">{"met" if one["met"] else "missed"}</td></tr>'
        for name, one in told.items()
    )
    return (
        f"<table><tr><th>objective</th><th>most</th><th>measured</th><th></th></tr>{rows}</table>"
    )


def _table(rows: Mapping[str, Mapping[str, Any]]) -> str:
    cells = "".join(
        f"<tr><td>{escape(name)}</td><td>{row['requests']:,}</td><td>{row['failures']:,}</td>"
        f"<td>{row['p50_ms']:.1f}</td><td>{row['p95_ms']:.1f}</td><td>{row['p99_ms']:.1f}</td></tr>"
        for name, row in rows.items()
    )
    head = "<th></th><th>requests</th><th>failed</th><th>p50 ms</th><th>p95</th><th>p99</th>"
    return f"<table><tr>{head}</tr>{cells}</table>"


def _failures(reasons: Mapping[str, int]) -> str:
    if not reasons:
        return ""
    rows = "".join(f"<tr><td>{escape(why)}</td><td>{n:,}</td></tr>" for why, n in reasons.items())
    return f"<h2>Why requests failed</h2><table><tr><th></th><th>times</th></tr>{rows}</table>"


def _changes(found: Sequence[Change]) -> str:
    if not found:
        return ""
    rows = "".join(
        f"<tr><td>{escape('all' if one.name == ANY else one.name)} {one.figure}</td>"
        f"<td>{one.before:.1f}</td><td>{one.after:.1f}</td><td>{one.times:.2f}</td>"
        f"<td>{one.chance:.4f}</td></tr>"
        for one in found
    )
    head = "<th></th><th>before, ms</th><th>now</th><th>times</th><th>chance</th>"
    return f"<h2>Changed since the earlier run</h2><table><tr>{head}</tr>{rows}</table>"


def _used(told: Mapping[str, Any]) -> str:
    worst = told["bottleneck"]
    if not worst:
        return ""
    spent = {**worst["cpu_s"], "generator": told["generator"]["cpu_s"]}
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{cpu:.1f}</td><td>{cpu / told['seconds']:.0%}</td></tr>"
        for name, cpu in sorted(spent.items(), key=lambda one: -one[1])
    )
    lag = told["generator"]["lag_ms_worst"]
    return (
        f"<h2>Who did the work</h2><table><tr><th>process</th><th>CPU s</th><th>of a core</th></tr>"
        f"{rows}</table><p class=sub>The machine was {worst['share_of_the_machine']:.0%} busy with "
        f"these; the generator woke at most {lag or 0:.0f} ms late.</p>"
    )


def _hits(cell: Any) -> float:
    asked = sum(count for state, count in cell.caches.items() if state != "pass")
    return sum(cell.caches[state] for state in CACHED) / asked if asked else 0.0
