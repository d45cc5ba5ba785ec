"""The report as one page that needs nothing else: open it, print it, paste it into a review."""

from collections.abc import Sequence
from html import escape
from math import inf
from typing import Final

from loadtests.drills.analysis.outages import Outage
from loadtests.drills.records import ROUTES
from loadtests.drills.report.events_lane import words_of
from loadtests.drills.report.figures_text import ROUTE_TITLES, number, seconds, title_of
from loadtests.drills.report.judged_run import JudgedRun
from loadtests.drills.report.timeline import draw
from loadtests.measurement.measurement import NOT_MEASURED
from loadtests.reports.page import Card, cards, html_page, met_or_missed, section, table

_CARDS: Final = (
    ("rto_seconds.persisted", "RTO persisted GET"),
    ("rto_seconds.mutation", "RTO mutation"),
    ("failed_gets", "failed persisted GETs"),
    ("failed_mutations", "mutations retried"),
    ("lost_writes", "writes lost"),
    ("unequal", "items unequal"),
    ("converge_s", "converged after heal"),
)


def render(run: JudgedRun) -> str:
    """Return the whole page."""
    drill, evidence = run.drill, run.evidence
    without = f" · without {', '.join(run.without)}" if run.without else ""
    lost = ", ".join(run.findings.lost) or "none"
    facts = (
        f"{drill.name} · {run.to_json()['began'][:19]} UTC · local cloud of "
        f"{', '.join(evidence.regions)} · taken away: {lost} · "
        f"time scale {evidence.bounds.time_scale:g}{without}"
    )
    body = (
        f"{_cards(run)}{section('Timeline', draw(run))}"
        f'<div class="columns">{section("Objectives", _objectives(run))}'
        f"<section><h2>Phases</h2>{_phases(run)}<h2>Recovery by place</h2>"
        f"{_outages(run.findings.outages)}</section></div>"
        f'<div class="columns">{section("What clients saw", _routes(run) + _staleness(run))}'
        f"{section('Events', _events(run))}</div>{_not_measured(run)}"
        f"<footer>{_notes(run)}</footer>"
    )
    return html_page(drill.title, run.verdict, [escape(drill.description), escape(facts)], body)


def _cards(run: JudgedRun) -> str:
    met = {one.figure: one.met for one in run.judged}
    return cards(
        Card(number(run.figures[figure].value, figure), title, met.get(figure))
        for figure, title in _CARDS
    )


def _not_measured(run: JudgedRun) -> str:
    rows = [
        (escape(title_of(figure)), escape(f"{NOT_MEASURED}: {reason}"))
        for figure, reason in run.not_measured.items()
    ]
    rows += [("observer", escape(problem)) for problem in run.evidence.problems]
    return section("Without a figure", table(("figure", ""), rows, texts=(1,))) if rows else ""


def _objectives(run: JudgedRun) -> str:
    rows = [
        (
            escape(title_of(one.figure)),
            f"{'≥' if one.at_least else '≤'} {number(one.limit, one.figure)}",
            number(one.measured, one.figure),
            met_or_missed(met=one.met),
        )
        for one in run.judged
    ]
    return table(("objective", "limit", "measured", ""), rows)


def _phases(run: JudgedRun) -> str:
    found, bounds = run.findings.phases, run.evidence.bounds
    rows = [
        ("detect", "fault until the edge knew", found.detect),
        ("decide", "until routing named another region", found.decide),
        ("shift", "until the last request went there", found.shift),
        ("settle", "until the last failed or slow request", found.settle),
        ("together", "", found.total),
        ("theory", "interval x threshold + TTL", bounds.theory_s),
        ("worst case", "with a check waiting in vain", bounds.leave_s),
    ]
    return table(
        ("phase", "", "seconds"),
        [
            (name, escape(text), NOT_MEASURED if at is None else f"{at:.2f}")
            for name, text, at in rows
        ],
        texts=(1,),
    )


def _outages(outages: Sequence[Outage]) -> str:
    rows = []
    for place in dict.fromkeys(one.place for one in outages):
        mine = {one.route: one for one in outages if one.place == place}
        cells = []
        for route in ROUTES:
            one = mine[route]
            time = seconds((one.rto_s if one.restored else inf) if one.observed else None)
            cells.append(f"{time} <small>{one.failed}/{one.requests}</small>")
        rows.append((escape(place), *cells))
    return table(("next to", *(ROUTE_TITLES[route] for route in ROUTES)), rows)


def _routes(run: JudgedRun) -> str:
    rows = []
    for route in ROUTES:
        mine = [one for one in run.evidence.records if one.route == route]
        hits = sum(one.from_cache for one in mine)
        latency = run.findings.latency[route]
        rows.append(
            (
                ROUTE_TITLES[route],
                number(len(mine)),
                number(hits),
                number(sum(not one.ok for one in mine)),
                *(seconds(one) for one in (latency.p50, latency.p95, latency.p99, latency.most)),
            )
        )
    return table(("route", "sent", "cache hits", "failed", "p50", "p95", "p99", "most"), rows)


def _staleness(run: JudgedRun) -> str:
    found = run.findings
    rows = [
        (title, number(one.samples), *(seconds(at) for at in (one.p50, one.p95, one.p99, one.most)))
        for title, one in (("regional answers", found.fresh), ("cached answers", found.cached))
    ]
    return table(("staleness", "reads", "p50", "p95", "p99", "most"), rows)


def _events(run: JudgedRun) -> str:
    zero = run.findings.begins
    rows = []
    for mark in run.evidence.marks:
        words = words_of(mark) or f"{mark.kind} {mark.region}".strip()
        rows.append((f"{mark.at - zero:+.2f} s", mark.what, escape(words)))
    return table(("at", "", "what"), rows, texts=(1, 2))


def _notes(run: JudgedRun) -> str:
    evidence = run.evidence
    bounds = evidence.bounds
    return (
        "<p>Open loop: requests were due at a fixed rate, whatever became of earlier ones; latency "
        "counts from the intended send. The generator itself was "
        f"{seconds(evidence.lag_p99_s)} late at the 99th percentile, "
        f"{seconds(evidence.lag_max_s)} at most. Percentiles are nearest rank, of successes past "
        "the edge's cache.</p>"
        f"<p>Health checks every {bounds.interval_s:.2f} s, {bounds.threshold} in a row, names "
        f"kept {bounds.ttl_s:.2f} s: AWS's times divided by {bounds.time_scale:g}. Time-outs of "
        "requests are not scaled. All figures are of the local cloud, on one machine.</p>"
        f"<p>Repeat it: <code>carte drill run {escape(run.drill.name)}</code></p>"
    )
