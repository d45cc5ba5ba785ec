"""Computes the quantities of one month by region and geography from a traffic scenario."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from loadtests.cost.measured import Measured
from loadtests.cost.traffic import DAYS, Traffic
from localcloud.edge.countries import load_countries
from services.domain.aws_regions import AWS_REGIONS
from services.domain.geo import distance_km

WEEKS: Final = DAYS / 7
HOURS: Final = DAYS * 24  # of a month
MILLION: Final = 1e6
GB: Final = 1e9
COUNT_FILE: Final = "countFile"
_CSV_ITEMS: Final = 100  # of one operation
_FILES: Final = 12  # requests of a page load: the page, script, style and the pictures in sight

# CloudFront's geographies as its price list names them, with their countries; a market is in one by
# its country, so that a new market needs nothing here (aws.amazon.com/cloudfront/pricing).
_COUNTRIES: Final = {
    "na": "us ca mx pr",
    "eu": "ad al at ba be bg ch cy cz de dk ee es fi fo fr gb gi gr hr hu ie il is it li lt lu lv "
    "mc md me mk mt nl no pl pt ro rs se si sk sm tr ua va",
    "asia": "hk id kr my ph sg th tw vn",
    "japan": "jp",
    "australia": "au nz",
    "india": "in",
}
GEOGRAPHY: Final[Mapping[str, str]] = {
    country: geography for geography, names in _COUNTRIES.items() for country in names.split()
}


@dataclass(frozen=True, slots=True)
class EdgeDemand:
    """Requests and bytes of CloudFront's viewers in one geography in a month."""

    gets: float
    posts: float
    files: float
    gigabytes: float

    @property
    def requests(self) -> float:
        """The sum of all."""
        return self.gets + self.posts + self.files


@dataclass(frozen=True, slots=True)
class RegionDemand:
    """Requests of one region in a month.

    Attributes:
        gets: GETs that reach API Gateway, those that its stage cache answers included.
        calls: What reaches the Lambda.
        memory_hits: Of those, menus answered without DynamoDB.
        menus: Menus read and rendered.
        queries: Other queries.
        mutations: Edits of staff and tills, by action; `countFile` are operations of CSV files.
        orders: Orders that guests place.
    """

    stores: float
    gets: float
    posts: float
    calls: float
    memory_hits: float
    menus: float
    queries: float
    mutations: Mapping[str, float]
    csv_files: float
    orders: float = 0.0

    @property
    def api_requests(self) -> float:
        """Requests that API Gateway bills, hits of its cache included."""
        return self.gets + self.posts + sum(self.online.values())

    @property
    def online(self) -> Mapping[str, float]:
        """The mutations that come over HTTP."""
        return {name: n for name, n in self.mutations.items() if name != COUNT_FILE}


def nearest(
    market: str, regions: Iterable[str], countries: Mapping[str, tuple[float, float]]
) -> str:
    """The region that serves a market: the nearest one."""
    here = countries[market.upper()]
    return min(regions, key=lambda region: distance_km(*here, *AWS_REGIONS[region]))


@cache
def _countries() -> Mapping[str, tuple[float, float]]:
    return load_countries()


def edges(traffic: Traffic, measured: Measured) -> dict[str, EdgeDemand]:
    """Return what each of CloudFront's price geographies serves."""
    found: dict[str, EdgeDemand] = {}
    for geography in sorted(set(GEOGRAPHY.values())):
        share = sum(
            part for market, part in traffic.markets.items() if GEOGRAPHY[market] == geography
        )
        if not share:
            continue
        visits = traffic.stores * traffic.visits.per_store_day * DAYS * share
        menus, queries = visits * traffic.visits.menus, visits * traffic.visits.queries
        posts = (menus + queries) * traffic.visits.app_share
        gets = menus + queries - posts
        loads = visits * traffic.visits.page_loads
        menu_bytes = measured.scaled(measured.menu_bytes, traffic.menu_items)
        sent = (menus * menu_bytes + queries * measured.query_bytes) * (
            1 - traffic.cache.not_modified * (1 - traffic.visits.app_share)
        )
        found[geography] = EdgeDemand(
            gets=gets,
            posts=posts + sum(mutations(traffic, share).values()) - _csv_operations(traffic, share),
            files=loads * _FILES,
            gigabytes=(sent + loads * measured.page_bytes) / GB,
        )
    return found


def regions(traffic: Traffic, names: Iterable[str]) -> dict[str, RegionDemand]:
    """By region; a market belongs to the nearest one."""
    names = list(names)
    countries = _countries()
    shares = dict.fromkeys(names, 0.0)
    for market, share in traffic.markets.items():
        shares[nearest(market, names, countries)] += share
    return {name: _region(traffic, shares[name]) for name in names}


def _region(traffic: Traffic, share: float) -> RegionDemand:
    visits = traffic.stores * traffic.visits.per_store_day * DAYS * share
    by_get = 1 - traffic.visits.app_share
    past_edge = by_get * (1 - traffic.cache.edge)
    menus, queries = visits * traffic.visits.menus, visits * traffic.visits.queries
    past_stage = past_edge * (1 - traffic.cache.stage)
    menu_calls = menus * (past_stage + traffic.visits.app_share)
    rendered = menu_calls * (1 - traffic.cache.lambda_)
    query_calls = queries * (past_stage + traffic.visits.app_share)
    edits = mutations(traffic, share)
    online = sum(n for name, n in edits.items() if name != COUNT_FILE)
    return RegionDemand(
        stores=traffic.stores * share,
        gets=(menus + queries) * past_edge,
        posts=(menus + queries) * traffic.visits.app_share,
        calls=menu_calls + query_calls + online,
        memory_hits=menu_calls - rendered,
        menus=rendered,
        queries=query_calls,
        mutations=edits,
        orders=traffic.stores * share * traffic.edits.orders_per_store_day * DAYS,
        csv_files=DAYS if share and traffic.edits.counted_items_per_store_day else 0.0,
    )


def mutations(traffic: Traffic, share: float) -> dict[str, float]:
    """Mutations of a month by action, in stores that are a share of all."""
    stores, edits = traffic.stores * share, traffic.edits
    markets = sum(1 for part in traffic.markets.values() if part) * share
    return {
        "updateAssortment": stores * edits.prices_per_store_day * DAYS,
        "recordSale": stores * edits.sales_per_store_day * DAYS,
        "editCatalogItem": edits.catalog_per_day * DAYS * share,
        "publishCatalog": edits.publications_per_week * WEEKS * markets,
        COUNT_FILE: _csv_operations(traffic, share),
    }


def _csv_operations(traffic: Traffic, share: float) -> float:
    rows = traffic.edits.counted_items_per_store_day
    return traffic.stores * share * DAYS * math.ceil(rows / _CSV_ITEMS)
