"""The report as one page that needs nothing else: open it, print it, paste it into a review."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from loadtests.drills.analysis.outages import Outage
from loadtests.drills.records import ROUTES
from loadtests.drills.report.events_lane import words_of
from loadtests.drills.report.figures_text import ROUTE_TITLES, number, seconds, title_of
from loadtests.drills.report.outcome import Outcome
from loadtests.drills.report.page_style import STYLE
from loadtests.drills.report.timeline import draw

_CARDS: Final = (
    ("rto_seconds.persisted", "RTO persisted GET"),
    ("rto_seconds.mutation", "RTO mutation"),
    ("failed_gets", "failed persisted GETs"),
    ("failed_mutations", "mutations retried"),
    ("lost_writes", "writes lost"),
    ("unequal", "items unequal"),
    ("converge_s", "converged after heal"),
)


def render(outcome: Outcome) -> str:
    """The whole page."""
    drill, evidence = outcome.drill, outcome.evidence
    without = f" · without {', '.join(outcome.without)}" if outcome.without else ""
    lost = ", ".join(outcome.findings.lost) or "none"
    facts = (
        f"{drill.name} · {outcome.to_json()['began'][:19]} UTC · local cloud of "
        f"{', '.join(evidence.regions)} · taken away: {lost} · "
        f"time scale {evidence.bounds.time_scale:g}{without}"
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(drill.title)}: {outcome.verdict}</title><style>{STYLE}</style></head>"
        f'<body><main><header><span class="verdict {outcome.verdict}">{outcome.verdict}</span>'
        f"<h1>{escape(drill.title)}</h1><p>{escape(drill.description)}</p>"
        f'<p class="facts">{escape(facts)}</p></header>'
        f"{_cards(outcome)}<section><h2>Timeline</h2>{draw(outcome)}</section>"
        f'<div class="columns"><section><h2>Objectives</h2>{_objectives(outcome)}</section>'
        f"<section><h2>Phases</h2>{_phases(outcome)}<h2>Recovery by place</h2>"
        f"{_outages(outcome.findings.outages)}</section></div>"
        f'<div class="columns"><section><h2>What clients saw</h2>{_routes(outcome)}'
        f"{_staleness(outcome)}</section><section><h2>Events</h2>{_events(outcome)}</section></div>"
        f"<footer>{_notes(outcome)}</footer></main></body></html>\n"
    )


def _cards(outcome: Outcome) -> str:
    met = {one.figure: one.met for one in outcome.judged}
    cards = []
    for figure, title in _CARDS:
        state = {True: "good", False: "bad", None: ""}[met.get(figure)]
        value = number(outcome.figures.get(figure), figure)
        cards.append(f'<div class="card {state}"><b>{value}</b><span>{escape(title)}</span></div>')
    return f'<div class="cards">{"".join(cards)}</div>'


def _objectives(outcome: Outcome) -> str:
    rows = [
        (
            escape(title_of(one.figure)),
            f"{'≥' if one.at_least else '≤'} {number(one.limit, one.figure)}",
            number(one.measured, one.figure),
            '<i class="good">met</i>' if one.met else '<i class="bad">missed</i>',
        )
        for one in outcome.judged
    ]
    return _table(("objective", "limit", "measured", ""), rows)


def _phases(outcome: Outcome) -> str:
    found, bounds = outcome.findings.phases, outcome.evidence.bounds
    rows = [
        ("detect", "fault until the edge knew", found.detect),
        ("decide", "until routing named another region", found.decide),
        ("shift", "until the last request went there", found.shift),
        ("settle", "until the last failed or slow request", found.settle),
        ("together", "", found.total),
        ("theory", "interval x threshold + TTL", bounds.theory_s),
        ("worst case", "with a check waiting in vain", bounds.leave_s),
    ]
    return _table(
        ("phase", "", "seconds"),
        [(name, escape(text), "—" if at is None else f"{at:.2f}") for name, text, at in rows],
        texts=(1,),
    )


def _outages(outages: Sequence[Outage]) -> str:
    rows = []
    for place in dict.fromkeys(one.place for one in outages):
        mine = {one.route: one for one in outages if one.place == place}
        cells = []
        for route in ROUTES:
            one = mine[route]
            time = seconds(one.rto_s if one.restored else None)
            cells.append(f"{time} <small>{one.failed}/{one.requests}</small>")
        rows.append((escape(place), *cells))
    return _table(("next to", *(ROUTE_TITLES[route] for route in ROUTES)), rows)


def _routes(outcome: Outcome) -> str:
    rows = []
    for route in ROUTES:
        mine = [one for one in outcome.evidence.records if one.route == route]
        hits = sum(one.from_cache for one in mine)
        latency = outcome.findings.latency[route]
        rows.append(
            (
                ROUTE_TITLES[route],
                number(len(mine)),
                number(hits),
                number(sum(not one.ok for one in mine)),
                *(seconds(one) for one in (latency.p50, latency.p95, latency.p99, latency.most)),
            )
        )
    return _table(("route", "sent", "cache hits", "failed", "p50", "p95", "p99", "most"), rows)


def _staleness(outcome: Outcome) -> str:
    found = outcome.findings
    rows = [
        (title, number(one.samples), *(seconds(at) for at in (one.p50, one.p95, one.p99, one.most)))
        for title, one in (("regional answers", found.fresh), ("cached answers", found.cached))
    ]
    return _table(("staleness", "reads", "p50", "p95", "p99", "most"), rows)


def _events(outcome: Outcome) -> str:
    zero = outcome.findings.begins
    rows = []
    for mark in outcome.evidence.marks:
        words = words_of(mark) or f"{mark.kind} {mark.region}".strip()
        rows.append((f"{mark.at - zero:+.2f} s", mark.what, escape(words)))
    return _table(("at", "", "what"), rows, texts=(1, 2))


def _notes(outcome: Outcome) -> str:
    evidence = outcome.evidence
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
        f"<p>Repeat it: <code>carte drill run {escape(outcome.drill.name)}</code></p>"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, texts: Sequence[int] = ()) -> str:
    """A table whose columns are numbers, but for the first and those of `texts`."""
    classes = [' class="text"' if at == 0 or at in texts else "" for at in range(len(head))]

    def row(tag: str, cells: Sequence[str]) -> str:
        whole = zip(classes, cells, strict=True)
        return f"<tr>{''.join(f'<{tag}{kind}>{cell}</{tag}>' for kind, cell in whole)}</tr>"

    top = row("th", [escape(one) for one in head])
    body = "".join(row("td", cells) for cells in rows)
    return f"<table><thead>{top}</thead><tbody>{body}</tbody></table>"
