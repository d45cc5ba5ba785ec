"""Formats figures of a drill, in the same way for the terminal and the page."""

import math
from collections.abc import Mapping
from typing import Any, Final

from loadtests.measurement.measurement import NOT_MEASURED

NOT_RESTORED: Final = "not restored"
WATCHED_IN_VAIN: Final = "not restored while it was watched"

ROUTE_TITLES: Final = {
    "persisted": "persisted GET",
    "get": "GET",
    "post": "POST",
    "mutation": "mutation",
}
_TITLES: Final = {
    "failed_gets": "failed persisted GETs",
    "failed_plain_gets": "failed plain GETs",
    "failed_posts": "failed POST reads",
    "failed_mutations": "mutations whose first attempt failed",
    "unacknowledged_mutations": "mutations never acknowledged",
    "slowest_mutation_s": "until a mutation was acknowledged, most",
    "mutation_p99_s": "until a mutation was acknowledged, p99",
    "lost_writes": "acknowledged writes lost after heal",
    "lost_at_switch": "acknowledged writes not in survivors at the switch",
    "rpo_seconds": "RPO at the switch",
    "doubled_writes": "sales counted twice",
    "unequal": "items not byte-equal in all regions",
    "converge_s": "until all regions held every write, after the last heal",
    "agree_s": "until all regions counted every sale once, after the last heal",
    "doubled_meanwhile": "sales that a region counted twice until then",
    "at_rest_s": "until all regions were byte-equal and idle, after the traffic",
    "staleness_p99_s": "staleness of regional answers, p99",
    "staleness_max_s": "staleness of regional answers, most",
    "cached_staleness_max_s": "staleness of cached answers, most",
    "deviated": "steady state gone afterwards",
    "generator_lag_p99_s": "the generator's own lag, p99",
    "skipped_mutations": "mutations that could not be made up",
    "uncached_gets": "persisted GETs past the cache",
    "acknowledged_writes": "acknowledged writes",
    "failovers": "GETs answered by failing over",
    "shed_requests": "requests that a region refused with 429, as too many",
    "repeated_elsewhere": "requests that clients repeated in another region, with success",
    "failed_open": "requests sent because all regions looked unhealthy",
    "deployed_regions": "regions that the bad version reached",
    "answered_elsewhere": "answers from another region than the lost one",
    "canary_failures": "regions that the canary refused",
    "alarms": "alarms that rang",
    "sent_to_lost": "answers of left regions after the shift",
    "slow_requests": "slow successes",
    "cache_hits": "answers of the edge's cache",
    "requests": "requests",
    "order_violations": "violations of the invariants of orders",
    "orders_acknowledged": "acknowledged orders",
    "orders_refused": "requests for orders that were refused",
    "orders_charged": "orders that were charged",
    "orders_settled": "replication of orders came to rest",
    "orders_of_lost_region": "orders of the lost region",
    "orders_carried_on_s": "until other regions had carried on a lost one's orders",
    "pieces_sold": "counted pieces that were sold in the end",
    "pieces_sold_at_once": "counted pieces that were sold at once, most",
    "live_subscriptions": "open subscriptions",
    "live_lost": "subscriptions of the lost region",
    "live_back_s": "until the last of them had a state of another region",
    "live_missed": "subscriptions that missed a change",
    "live_attempts_each": "connections that a lost subscription began",
    "live_attempts_peak": "most of them within a second, as a share of those lost",
    "detect_s": "detect",
    "decide_s": "decide",
    "shift_s": "shift",
    "settle_s": "settle",
}
_GROUPS: Final = {
    "rto_seconds": "RTO",
    "return_seconds": "disturbed after the heal",
    "bound_ratio": "RTO / bound",
    "order_violations": "violations of the orders' invariant",
}
_SECONDS: Final = ("_s", "_seconds")


def title_of(figure: str) -> str:
    """A figure's name for people."""
    group, dot, route = figure.partition(".")
    if dot and group in _GROUPS:
        return f"{_GROUPS[group]}, {ROUTE_TITLES.get(route, route)}"
    return _TITLES.get(figure, figure)


def is_seconds(figure: str) -> bool:
    """Return whether a figure is a time."""
    return figure.partition(".")[0].endswith(_SECONDS)


def number(value: Any, figure: str = "") -> str:
    """Return a figure as text: `not measured` for None."""
    if value is None:
        return NOT_MEASURED
    if figure and is_seconds(figure):
        return seconds(value)
    if isinstance(value, float) and math.isinf(value):
        return NOT_RESTORED
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.2f}"
    return f"{value:,.0f}"


def seconds(value: float | None) -> str:
    """Return a time as text: `not measured` for None, `not restored` for an infinite time."""
    if value is None:
        return NOT_MEASURED
    if math.isinf(value):
        return NOT_RESTORED
    if value == 0:
        return "0 s"
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def reported(report: Mapping[str, Any], figure: str) -> str:
    """Return a figure of a saved report as text, where JSON has null for two reasons."""
    value = report["figures"].get(figure)
    if value is None and report["not_measured"].get(figure) == WATCHED_IN_VAIN:
        return NOT_RESTORED
    return number(value, figure)
