"""Requests per second that reach each region, by the hour of the day in UTC.

People eat by their own clocks, so the peak rolls around the world: a region's markets are each
shifted by their time zones.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from loadtests.cost import demand
from loadtests.cost.traffic import DAYS, Traffic
from loadtests.visit_hours import VISITS_BY_HOUR
from localcloud.edge.countries import load_countries
from services.domain.markets import MARKETS

HOURS: Final = 24
_SECONDS_OF_A_DAY: Final = 24 * 3600
_DAY: Final = datetime(2026, 11, 18, tzinfo=UTC)  # a Wednesday in winter time, north


@dataclass(frozen=True, slots=True)
class Rates:
    """Requests a second.

    Attributes:
        gets: Reach API Gateway past CloudFront's cache, and may fail over at the edge.
        posts: Queries by POST.
        mutations: Edits and sales.
    """

    gets: float = 0.0
    posts: float = 0.0
    mutations: float = 0.0

    def __add__(self, other: "Rates") -> "Rates":
        return Rates(
            self.gets + other.gets, self.posts + other.posts, self.mutations + other.mutations
        )

    def __mul__(self, factor: float) -> "Rates":
        return Rates(self.gets * factor, self.posts * factor, self.mutations * factor)

    @property
    def total(self) -> float:
        """The sum of all."""
        return self.gets + self.posts + self.mutations


def by_hour(traffic: Traffic, regions: Iterable[str]) -> dict[str, list[Rates]]:
    """By region, the rates of each hour of the day in UTC; markets ask their nearest region."""
    names = list(regions)
    countries = load_countries()
    found = {name: [Rates()] * HOURS for name in names}
    for market, share in traffic.markets.items():
        region = demand.nearest(market, names, countries)
        daily = _daily(traffic, share)
        for hour, weight in enumerate(_utc_shares(market)):
            found[region][hour] += daily * (weight * HOURS / _SECONDS_OF_A_DAY)
    return found


def _daily(traffic: Traffic, share: float) -> Rates:
    """Return the requests that a market's stores send in a day."""
    requests = traffic.visits.menus + traffic.visits.queries
    reads = traffic.stores * share * traffic.visits.per_store_day * requests
    mutations = demand.mutations(traffic, share)
    online = sum(times for name, times in mutations.items() if name != demand.COUNT_FILE)
    by_app = traffic.visits.app_share
    return Rates(
        gets=reads * (1 - by_app) * (1 - traffic.cache.edge),
        posts=reads * by_app,
        mutations=online / DAYS,
    )


def _utc_shares(market: str) -> list[float]:
    shares = [0.0] * HOURS
    for zone, part in MARKETS[market].zones:
        ahead = ZoneInfo(zone).utcoffset(_DAY)
        hours = 0 if ahead is None else round(ahead.total_seconds() / 3600)
        for local, share in enumerate(VISITS_BY_HOUR):
            shares[(local - hours) % HOURS] += share * part
    return shares


def busiest_hour(rates: Mapping[str, list[Rates]], region: str | None = None) -> int:
    """The hour in UTC at which a region (or the world) has the most to do."""
    chosen = [rates[region]] if region else list(rates.values())
    totals = [sum(one[hour].total for one in chosen) for hour in range(HOURS)]
    return totals.index(max(totals))
