"""A market is added in one place: whatever needs a fact about it finds one."""

from zoneinfo import ZoneInfo

import pytest

from dataload.chain.markets import chain_markets
from loadtests.cost.demand import GEOGRAPHY
from localcloud.edge.countries import load_countries
from services.domain.hours import parse_hours
from services.domain.markets import LOCALES, MARKETS, Market
from services.domain.quotes.limits import OrderLimits

every_market = pytest.mark.parametrize("market", MARKETS.values(), ids=list(MARKETS))


@every_market
def test_its_facts_can_be_used(market: Market) -> None:
    assert market.locale in LOCALES
    assert parse_hours(market.hours)
    assert sum(share for _, share in market.zones) == pytest.approx(1.0)
    for zone, _ in market.zones:
        assert ZoneInfo(zone).key == zone


@every_market
def test_orders_in_its_currency_have_a_total_from_which_they_need_an_approval(
    market: Market,
) -> None:
    assert OrderLimits().review_total[market.currency] > 0


def test_every_order_in_an_unknown_currency_needs_an_approval() -> None:
    assert OrderLimits().needs_review(1, 1, "XXX")


@every_market
def test_costs_and_capacity_have_a_place_for_it(market: Market) -> None:
    assert market.id in GEOGRAPHY
    assert market.country_code in load_countries()


def test_the_demo_chain_covers_only_markets() -> None:
    assert set(chain_markets()) <= set(MARKETS)
    assert len(chain_markets()) == 14
