"""The figures of the stores of a market on a day: pages, sums, and where a page ends."""

from datetime import date, timedelta
from typing import Any

import orjson
import pytest

from graphql_schema.figures import market as market_page
from services.storage import keys
from tests.support.chain import add_store, set_assortment
from tests.support.moto_table import once_written
from tests.support.service import Service
from tests.unit.graphql_schema.test_figures import TODAY, collected, name_of
from tests.unit.graphql_schema.test_orders import ADMIN, calls, place, send, shop, step

__all__ = ["calls", "shop"]  # fixtures

MARKET = """
query M($market: ID = "de", $day: Date = "2026-05-04", $first: Int = 50, $after: String) {
  marketFigures(market: $market, day: $day, first: $first, after: $after) {
    lookedAt storeCount currency pageInfo { hasNextPage startCursor endCursor }
    edges { cursor node { store { id }
      figures { day complete orders { placed collected rejected } revenue { amountMinor } } } }
    items { itemId pieces revenue { amountMinor currency } } } }"""


def read(shop: Service, **variables: Any) -> Any:
    return send(shop, MARKET, variables, ADMIN)


def refused(shop: Service, **variables: Any) -> str:
    answer = orjson.loads(shop.post(MARKET, ADMIN, variables=variables).body)
    return str(answer["errors"][0]["message"])


@pytest.fixture
def chain(shop: Service) -> Service:
    """Four stores: two with orders that were collected, one with a refused order, one without."""
    for name in ("de-2", "de-3", "de-4"):
        add_store(shop.table, name)
        set_assortment(shop.table, name, {"glazed": {"listed": True}, "latte": {"listed": True}})

    def order() -> None:
        collected(shop, "operation-1")
        collected(shop, "operation-2", storeId="de-3")
        lines = [{"itemId": "latte", "quantity": 1}]
        collected(shop, "operation-3", total=320, lines=lines, storeId="de-3")
        assert place(shop, "operation-4", storeId="de-2")["errors"] == []
        assert step(shop, "rejectOrder", name_of("operation-4"), reason="closed")["errors"] == []

    once_written(shop.table, "orders of a market", order)
    return shop


def test_stores_with_orders_of_the_day_have_their_figures_and_items_are_added_up(
    chain: Service,
) -> None:
    found = read(chain)
    assert (found["lookedAt"], found["storeCount"], found["currency"]) == (4, 4, "EUR")
    assert found["pageInfo"]["hasNextPage"] is False
    nodes = {one["node"]["store"]["id"]: one["node"]["figures"] for one in found["edges"]}
    assert list(nodes) == ["de-1", "de-2", "de-3"]
    assert all(one["day"] == TODAY and one["complete"] for one in nodes.values())
    assert nodes["de-2"]["orders"] == {"placed": 1, "collected": 0, "rejected": 1}
    assert nodes["de-3"]["orders"] == {"placed": 2, "collected": 2, "rejected": 0}
    assert [one["revenue"]["amountMinor"] for one in nodes.values()] == [398, 0, 398 + 320]
    assert [
        (one["itemId"], one["pieces"], one["revenue"]["amountMinor"]) for one in found["items"]
    ] == [("glazed", 4, 796), ("latte", 1, 320)]
    assert read(chain, day="2026-05-05")["edges"] == []


def test_pages_hold_each_store_once_and_their_items_add_up(chain: Service) -> None:
    seen: list[str] = []
    after, looked_at, pieces = None, 0, 0
    for number in range(4):
        page = read(chain, first=1, after=after)
        assert page["pageInfo"]["hasNextPage"] is (number < 3)
        assert page["pageInfo"]["startCursor"] == page["pageInfo"]["endCursor"] != after
        seen += [one["node"]["store"]["id"] for one in page["edges"]]
        looked_at += page["lookedAt"]
        pieces += sum(one["pieces"] for one in page["items"])
        after = page["pageInfo"]["endCursor"]
    assert (seen, looked_at, pieces) == (["de-1", "de-2", "de-3"], 4, 5)


def test_a_page_ends_where_many_orders_were_read(
    chain: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(market_page, "ENOUGH_ORDERS", 2)
    one = read(chain)
    assert [edge["node"]["store"]["id"] for edge in one["edges"]] == ["de-1", "de-2"]
    assert (one["lookedAt"], one["pageInfo"]["hasNextPage"]) == (2, True)
    assert one["pageInfo"]["startCursor"] == one["edges"][0]["cursor"]
    assert one["pageInfo"]["endCursor"] == one["edges"][-1]["cursor"]
    rest = read(chain, after=one["pageInfo"]["endCursor"])
    assert [edge["node"]["store"]["id"] for edge in rest["edges"]] == ["de-3"]
    # The two orders of de-3 fill a page; de-4 is on the next.
    last = read(chain, after=rest["pageInfo"]["endCursor"])
    assert (last["lookedAt"], last["edges"], last["items"]) == (1, [], [])
    assert last["pageInfo"]["hasNextPage"] is False


def test_a_store_with_more_orders_than_are_read_says_so(
    chain: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.storage.order_spans.SPAN_AT_MOST", 1)
    monkeypatch.setattr("services.storage.order_boards.BOARD_AT_MOST", 1)
    monkeypatch.setattr("services.storage.order_spans._PARTS", 0)
    figures = {
        one["node"]["store"]["id"]: one["node"]["figures"]["complete"]
        for one in read(chain)["edges"]
    }
    assert figures["de-1"] is True
    assert figures["de-3"] is False


def test_the_day_of_a_store_is_read_to_its_end_however_many_orders_it_has(
    chain: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The day of Berlin is a part of two days of UTC, of which the second has the orders.
    monkeypatch.setattr("services.storage.order_spans.SPAN_AT_MOST", 1)
    figures = {one["node"]["store"]["id"]: one["node"]["figures"] for one in read(chain)["edges"]}
    assert figures["de-3"]["complete"] is True
    assert figures["de-3"]["orders"]["placed"] == 2


def test_a_market_without_stores_has_an_empty_page(chain: Service) -> None:
    found = read(chain, market="fr")
    assert (found["edges"], found["items"], found["lookedAt"], found["storeCount"]) == (
        [],
        [],
        0,
        0,
    )
    page = {"hasNextPage": False, "startCursor": None, "endCursor": None}
    assert found["pageInfo"] == page


def test_a_store_that_the_directory_still_has_and_the_table_no_more_is_left_out(
    chain: Service,
) -> None:
    key = keys.profile("de-1")
    chain.table.item(key.pk, key.sk).delete()
    found = read(chain)
    assert [one["node"]["store"]["id"] for one in found["edges"]] == ["de-2", "de-3"]
    assert found["lookedAt"] == 4


@pytest.mark.parametrize("away", [-3660, 3660])
def test_a_day_ten_years_away_is_the_last_one(chain: Service, away: int) -> None:
    day = date(2026, 5, 4) + timedelta(days=away)
    assert read(chain, day=day.isoformat())["edges"] == []
    beyond = day + timedelta(days=1 if away > 0 else -1)
    assert "within 3660 days" in refused(chain, day=beyond.isoformat())


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"market": "xx"}, "market"),
        ({"first": 0}, "first is 1 to 100"),
        ({"first": 101}, "first is 1 to 100"),
        ({"after": "x"}, "after is no cursor"),
        ({"day": "9999-12-31"}, "within 3660 days"),
        ({"day": "0001-01-01"}, "within 3660 days"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(
    chain: Service, variables: dict[str, Any], message: str
) -> None:
    assert message in refused(chain, **variables)
