"""Estimates how much single changes of the deployment would save."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from loadtests.cost.bill import Bill
from loadtests.cost.estimate import Estimate
from loadtests.cost.live import LIVE_API

_BETTER_HITS: Final = 0.9
_SALES_AT_ONCE: Final = 5
_RARE_PING_MINUTES: Final = 5.0


@dataclass(frozen=True, slots=True)
class Saving:
    """A change, and the dollars a year that it takes off; negative: it costs."""

    change: str
    yearly_usd: float


def savings(estimate: Estimate, bill: Bill) -> list[Saving]:
    """The changes that are worth talking about, the largest first."""
    found = [
        Saving(description, bill.yearly_usd - changed.yearly_usd)
        for description, changed in _changes(estimate)
    ]
    return sorted(found, key=lambda saving: -saving.yearly_usd)


def _changes(estimate: Estimate) -> Iterator[tuple[str, Bill]]:
    traffic = estimate.traffic
    if traffic.cache.edge < _BETTER_HITS:
        better = replace(estimate, traffic=traffic.with_edge_hits(_BETTER_HITS))
        yield f"CloudFront answers {_BETTER_HITS:.0%}, not {traffic.cache.edge:.0%}", better.bill()
    if traffic.edits.sales_per_store_day:
        fewer = traffic.edits.sales_per_store_day / _SALES_AT_ONCE
        edits = replace(traffic.edits, sales_per_store_day=fewer)
        batched = replace(estimate, traffic=replace(traffic, edits=edits))
        yield f"tills send {_SALES_AT_ONCE} sales in one mutation", batched.bill()
    if estimate.templates.count(LIVE_API):
        rare = replace(traffic.live, ping_minutes=_RARE_PING_MINUTES)
        rarer = replace(estimate, traffic=replace(traffic, live=rare))
        yield f"clients of live updates ping every {_RARE_PING_MINUTES:g} minutes", rarer.bill()
    if len(estimate.regions) > 1:
        last = estimate.regions[-1]
        fewer_regions = replace(
            estimate, regions=estimate.regions[:-1], templates=estimate.templates.without(last)
        )
        yield f"without {last}", fewer_regions.bill()
    yield from _left_out(estimate)


def _left_out(estimate: Estimate) -> Iterator[tuple[str, Bill]]:
    left_out: dict[str, Callable[[str, str], bool]] = {
        "no traces": lambda service, _: service == "X-Ray",
        "no firewall": lambda service, _: service == "WAF",
        "no request logs": lambda _, item: item.startswith("logs "),
    }
    for description, is_meant in left_out.items():
        bill = estimate.bill()
        kept = [line for line in bill.lines if not is_meant(line.service, line.item)]
        if len(kept) < len(bill.lines):
            bill.lines = kept
            yield description, bill
