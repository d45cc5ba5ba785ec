"""The figures of a store through the schema: days, amounts, items, and what one request reads."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from services.domain.markets import MARKETS
from services.domain.orders.facts import (
    Authorized,
    Cancelled,
    Captured,
    Fact,
    Placed,
    RefundAsked,
    Refunded,
)
from services.domain.orders.identity import order_id
from services.domain.orders.order import Order
from services.domain.orders.part import OrderPart
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.orders import OrderRepository
from tests.support.order_story import REGIONS, operation_id
from tests.support.service import Service
from tests.unit.graphql_schema.test_orders import ADMIN, ID, calls, place, send, shop, step

__all__ = ["calls", "shop"]  # fixtures

MONEY = "{ amountMinor currency }"
FIGURES = f"""query F($from: Date, $to: Date, $store: ID = "de-1") {{
  storeFigures(storeId: $store, from: $from, to: $to) {{
    store {{ id }} today currency nextFrom
    days {{ day complete
      orders {{ placed waiting inWork collected cancelled rejected expired refunded }}
      revenue {MONEY} tax {MONEY} charged {MONEY} refunded {MONEY} otherRefunds {MONEY}
      expected {MONEY} }}
    items {{ itemId pieces revenue {MONEY} tax {MONEY} }} }} }}"""
TODAY = "2026-05-04"


def figures(shop: Service, **variables: Any) -> Any:
    return send(shop, FIGURES, variables, ADMIN)


def name_of(name: str) -> str:
    return order_id(operation_id(name))


def collected(shop: Service, name: str, **changes: Any) -> str:
    assert place(shop, name, **changes)["errors"] == []
    for act in ("acceptOrder", "markOrderReady", "markOrderCollected"):
        done = step(shop, act, name_of(name), operationId=f"{act}-{name}")
        assert done["errors"] == []
    return name_of(name)


def days_on(shop: Service, count: int) -> None:
    shop.now += timedelta(days=count)


def test_a_day_has_its_orders_by_outcome_and_what_they_brought(shop: Service) -> None:
    collected(shop, "operation-1")
    lines = [{"itemId": "latte", "quantity": 1}, {"itemId": "glazed", "quantity": 1}]
    collected(shop, "operation-2", total=519, lines=lines)
    assert place(shop, "operation-3")["errors"] == []
    assert place(shop, "operation-4")["errors"] == []
    assert step(shop, "rejectOrder", name_of("operation-4"), reason="sold out")["errors"] == []
    found = figures(shop)
    assert found["store"] == {"id": "de-1"}
    assert (found["today"], found["currency"], found["nextFrom"]) == (TODAY, "EUR", None)
    (day,) = found["days"]
    assert (day["day"], day["complete"]) == (TODAY, True)
    assert day["orders"] == {
        "placed": 4,
        "waiting": 1,
        "inWork": 0,
        "collected": 2,
        "cancelled": 0,
        "rejected": 1,
        "expired": 0,
        "refunded": 0,
    }
    # 7 % in rings, 19 % in coffee.
    assert day["revenue"] == {"amountMinor": 398 + 519, "currency": "EUR"}
    assert day["tax"]["amountMinor"] == 26 + 13 + 51
    assert day["charged"]["amountMinor"] == day["refunded"]["amountMinor"] == 0
    assert day["expected"]["amountMinor"] == 398
    assert [(one["itemId"], one["pieces"]) for one in found["items"]] == [
        ("glazed", 3),
        ("latte", 1),
    ]
    assert [one["revenue"]["amountMinor"] for one in found["items"]] == [597, 320]


def test_money_that_was_taken_by_card_and_given_back_is_told_apart(shop: Service) -> None:
    card: dict[str, Any] = {"payment": "CARD", "paymentToken": "pm_1"}
    orders = OrderRepository(shop.table, REGIONS)
    for name, back in (("operation-1", 100), ("operation-2", 398)):
        assert place(shop, name, **card)["errors"] == []
        orders.record(name_of(name), Authorized(1, 398, "pi"), "provider")
        step(shop, "acceptOrder", name_of(name), operationId=f"accept-{name}")
        orders.record(name_of(name), Captured(1, 398, "pi"), "provider")
        if name == "operation-1":
            for act in ("markOrderReady", "markOrderCollected"):
                step(shop, act, name_of(name), operationId=f"{act}-{name}")
        orders.record(name_of(name), RefundAsked("r1", back), "ada")
        orders.record(name_of(name), Refunded("r1", back, "re"), "provider")
    (day,) = figures(shop)["days"]
    assert (day["orders"]["collected"], day["orders"]["refunded"]) == (1, 1)
    assert {name: day[name]["amountMinor"] for name in ("revenue", "charged", "refunded")} == {
        "revenue": 398,
        "charged": 398,
        "refunded": 100,
    }
    assert day["otherRefunds"]["amountMinor"] == 398


def test_orders_stand_on_the_day_of_their_pickup_by_the_stores_calendar(shop: Service) -> None:
    collected(shop, "operation-1")
    # 22:30 of UTC is the next day in Berlin.
    shop.now = datetime(2026, 5, 6, 22, 30, tzinfo=UTC)
    found = figures(shop, **{"from": "2026-05-03", "to": None})
    assert found["today"] == "2026-05-07"
    assert [one["day"] for one in found["days"]] == [f"2026-05-0{at}" for at in range(3, 8)]
    assert [one["orders"]["placed"] for one in found["days"]] == [0, 1, 0, 0, 0]
    assert figures(shop)["days"][0]["orders"]["placed"] == 0
    assert figures(shop, to=TODAY, **{"from": TODAY})["days"][0]["revenue"]["amountMinor"] == 398


def test_a_long_span_is_read_in_parts_that_add_up(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(3):
        for number in range(2):
            collected(shop, f"operation-{day}-{number}")
        days_on(shop, 1)
    whole = figures(shop, **{"from": TODAY, "to": "2026-05-07"})
    assert [one["orders"]["collected"] for one in whole["days"]] == [2, 2, 2, 0]
    monkeypatch.setattr("services.storage.order_spans.SPAN_AT_MOST", 3)
    start, days, pieces, answers = TODAY, [], 0, 0
    while start:
        part = figures(shop, **{"from": start, "to": "2026-05-07"})
        days += part["days"]
        pieces += sum(one["pieces"] for one in part["items"])
        start, answers = part["nextFrom"], answers + 1
    assert days == whole["days"]
    assert pieces == whole["items"][0]["pieces"] == 12
    assert answers == 4


def test_a_day_with_more_orders_than_a_request_reads_says_so(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        collected(shop, f"operation-{number}")
    days_on(shop, 1)
    collected(shop, "operation-9")
    monkeypatch.setattr("services.storage.order_spans.SPAN_AT_MOST", 1)
    monkeypatch.setattr("services.storage.order_spans._PARTS", 2)
    monkeypatch.setattr("services.storage.order_boards.BOARD_AT_MOST", 1)
    found = figures(shop, **{"from": TODAY, "to": "2026-05-05"})
    (day,) = found["days"]
    assert (day["day"], day["complete"], day["orders"]["placed"]) == (TODAY, False, 3)
    assert found["nextFrom"] == "2026-05-05"
    # A day that is long, and read whole by the parts beyond the first.
    monkeypatch.setattr("services.storage.order_boards.BOARD_AT_MOST", 2)
    found = figures(shop, **{"from": TODAY, "to": "2026-05-05"})
    (day,) = found["days"]
    assert (day["complete"], day["orders"]["placed"]) == (True, 5)
    assert found["nextFrom"] == "2026-05-05"


def test_an_order_whose_items_are_read_in_two_parts_counts_once_by_all_its_facts(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert place(shop)["errors"] == []
    order = OrderRepository(shop.table, REGIONS).read(ID)
    assert order is not None
    ((_, data),) = order.of_kind(Placed)
    # Another region took it as well, and there the guest took it back.
    there = Stamp(shop.table.clock.tick().time, "us-east-1")
    facts = [Fact(there, "guest", data), Fact(there, "guest", Cancelled())]
    part = OrderPart.of(Order.of(ID, facts), there, REGIONS)
    shop.table.put(keys.facts(ID, there.region), part.dump(), rev=there, replaces=None)
    monkeypatch.setattr("services.storage.order_spans.SPAN_AT_MOST", 1)
    (day,) = figures(shop)["days"]
    assert (day["orders"]["placed"], day["orders"]["cancelled"], day["complete"]) == (1, 1, True)


def test_amounts_of_another_currency_are_left_out_and_the_day_says_so(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    collected(shop, "operation-1")
    # The store's market took another currency since.
    monkeypatch.setitem(MARKETS, "de", replace(MARKETS["de"], currency="USD"))
    found = figures(shop)
    assert found["currency"] == "USD"
    (day,) = found["days"]
    assert (day["complete"], day["orders"]["collected"]) == (False, 1)
    assert day["revenue"] == {"amountMinor": 0, "currency": "USD"}
    assert found["items"] == []


def test_a_month_costs_a_query_a_day_and_the_store(shop: Service, calls: list[str]) -> None:
    collected(shop, "operation-1")
    calls.clear()
    figures(shop, **{"from": TODAY, "to": "2026-06-03"})
    # The days of Berlin touch one day of UTC more.
    assert calls.count("Query") == 32
    assert len(calls) <= 35


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"from": "2026-05-05", "to": TODAY}, "ask for the earlier day first"),
        ({"from": "2026-05-05"}, "ask for the earlier day first"),
        ({"from": "2026-04-03", "to": TODAY}, "are 32 days; ask for at most 31"),
        ({"from": "0001-01-01"}, "`from` is within 3660 days of today, 2026-05-04"),
        ({"to": "9999-12-31"}, "`to` is within 3660 days of today"),
        ({"store": "de-9"}, "there is no store 'de-9'"),
        ({"store": "x" * 999}, f"there is no store '{'x' * 64}'"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_what_to_do(
    shop: Service, variables: dict[str, str], message: str
) -> None:
    answer = orjson.loads(shop.post(FIGURES, ADMIN, variables=variables).body)
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert message in error["message"]
