"""Quotes: prices of the menu, taxes, totals, and each reason for which an order is refused."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.domain.documents.catalog import CatalogVersion
from services.domain.menu import StoreDocuments
from services.domain.quotes.limits import OrderLimits, RequestedLine
from services.domain.quotes.line import Line
from services.domain.quotes.pickup import Slot, slots
from services.domain.quotes.quote import Quote, QuoteRequest, opening_of, quote
from services.domain.quotes.refusals import (
    InvalidOrder,
    NotInCatalog,
    NotListed,
    OrderRefusedError,
    OrderTooLarge,
    PriceChanged,
    Refusal,
    SlotFull,
    SoldOut,
    StoreClosed,
)
from services.domain.taxes.goods import UnclassifiedItemError
from services.domain.taxes.rates import NoTaxRateError
from tests.support.order_story import NOON, RULES, catalog, documents, item


def request_for(*lines: tuple[str, int], **more: Any) -> QuoteRequest:
    return QuoteRequest(tuple(RequestedLine(*line) for line in lines), **more)


def every_slot(_slot: Slot) -> bool:
    return True


def quoted(
    one: QuoteRequest,
    store: StoreDocuments | None = None,
    now: datetime = NOON,
    has_place: Callable[[Slot], bool] = every_slot,
) -> Quote:
    return quote(one, store or documents(), catalog(), RULES, now, has_place=has_place)


def quote_at_noon(one: QuoteRequest, store: StoreDocuments, prices: CatalogVersion) -> Quote:
    return quote(one, store, prices, RULES, NOON, has_place=every_slot)


def refusals(
    one: QuoteRequest,
    store: StoreDocuments | None = None,
    now: datetime = NOON,
    has_place: Callable[[Slot], bool] = every_slot,
) -> list[Any]:
    with pytest.raises(OrderRefusedError) as refused:
        quoted(one, store, now, has_place)
    return list(refused.value.refusals)


def test_prices_with_tax_are_what_is_paid() -> None:
    found = quoted(request_for(("ring", 3), ("flat-white", 1)))
    assert found.currency == "EUR"
    assert found.total == 3 * 150 + 350
    assert found.lines == (
        Line("ring", 3, 150, 450, 29),  # 450 x 7/107 = 29.4
        Line("flat-white", 1, 350, 350, 56),  # 350 x 19/119 = 55.9
    )
    assert [(one.levy, one.rate, one.net, one.tax) for one in found.taxes] == [
        ("USt", 7_000, 421, 29),
        ("USt", 19_000, 294, 56),
    ]
    assert found.tax == 85


def test_taxes_of_the_united_states_are_added_by_state() -> None:
    store = documents(market="us", state="NY", time_zone="America/New_York", hours="24/7")
    found = quote_at_noon(request_for(("ring", 3)), store, catalog("us", "USD"))
    assert (found.total, found.tax) == (450 + 18, 18)
    nowhere = documents(market="us", state=None, time_zone="America/New_York", hours="24/7")
    with pytest.raises(NoTaxRateError):
        quote_at_noon(request_for(("ring", 3)), nowhere, catalog("us", "USD"))


def test_six_pastries_are_counted_over_all_lines_of_an_order_in_canada() -> None:
    store = documents(market="ca", state="ON", time_zone="America/Toronto", hours="24/7")
    five = quote_at_noon(request_for(("ring", 5)), store, catalog("ca", "CAD"))
    assert five.tax == 98  # 13 % of 750
    six = quote_at_noon(request_for(("ring", 3), ("ring", 3)), store, catalog("ca", "CAD"))
    assert six.tax == 0


def test_yen_have_no_minor_unit_and_are_rounded_once_per_rate() -> None:
    store = documents(market="jp", time_zone="Asia/Tokyo", hours="24/7", lines=None)
    found = quote_at_noon(request_for(("ring", 1), ("ring", 2)), store, catalog("jp", "JPY"))
    assert (found.total, found.tax) == (450, 33)


def test_the_price_of_the_store_counts_before_that_of_the_catalog() -> None:
    store = documents(lines={"ring": {"price": 99, "listed": True}})
    assert quoted(request_for(("ring", 2)), store).total == 198


def test_an_item_that_nobody_counts_is_not_limited() -> None:
    assert quoted(request_for(("ring", 99))).lines[0].quantity == 99


def test_a_stores_own_selection_and_the_time_of_the_pickup_decide_what_is_listed() -> None:
    own = documents(lines={"ring": {"listed": False}, "berliner": {"listed": True}})
    assert quoted(request_for(("berliner", 1)), own).total == 199
    assert [type(one) for one in refusals(request_for(("ring", 1)), own)] == [NotListed]
    assert [type(one) for one in refusals(request_for(("berliner", 1)))] == [NotListed]
    # Breakfast is over at the pickup, or is served then.
    assert [type(one) for one in refusals(request_for(("porridge", 1)))] == [NotListed]
    tomorrow = slots(opening_of(documents()), NOON.date() + timedelta(days=1), NOON, RULES.pickup)
    assert quoted(request_for(("porridge", 1), slot_id=tomorrow[0].id)).total == 400


def test_breakfast_ordered_just_before_its_end_is_not_promised_for_lunch() -> None:
    early = NOON.replace(hour=10, minute=50)
    assert quoted(request_for(("porridge", 1)), now=early).total == 400
    late = NOON.replace(hour=10, minute=53)
    assert [type(one) for one in refusals(request_for(("porridge", 1)), now=late)] == [NotListed]


def test_sold_out_says_what_is_left_once_for_all_lines_of_an_item() -> None:
    store = documents(counted={"ring": 4})
    assert quoted(request_for(("ring", 4)), store).total == 600
    assert refusals(request_for(("ring", 3), ("ring", 2)), store) == [
        SoldOut("only 4 of ring are left", ("lines", "0", "itemId"), "ring", 4)
    ]
    gone = documents(counted={"ring": 0})
    assert refusals(request_for(("ring", 1)), gone)[0].message == "ring is sold out"


def test_an_oversold_item_has_none_left() -> None:
    store = documents(counted={"ring": 1})
    assert store.stock is not None
    over = store._replace(stock=store.stock.sold("ring", 3, "us-east-1"))
    assert refusals(request_for(("ring", 1)), over)[0].left == 0


def test_a_changed_price_says_the_new_total() -> None:
    assert quoted(request_for(("ring", 2), expected_total=300)).total == 300
    for expected in (299, 301):
        found = refusals(request_for(("ring", 2), expected_total=expected))
        assert [(type(one), one.total, one.currency) for one in found] == [
            (PriceChanged, 300, "EUR")
        ]


@pytest.mark.parametrize(
    ("line", "kind", "field"),
    [
        (("ring", 0), InvalidOrder, "quantity"),
        (("ring", -1), InvalidOrder, "quantity"),
        (("ring", 100), OrderTooLarge, "quantity"),
        (("ring", 2**31 - 1), OrderTooLarge, "quantity"),
        (("ring", 1, "x" * 201), InvalidOrder, "note"),
        (("ring", 1, "x" * 10_000), InvalidOrder, "note"),
        (("ring", 1, "no\x00nuts"), InvalidOrder, "note"),
        (("ring", 1, "\u202estun on"), InvalidOrder, "note"),
        (("doughnut", 1), NotInCatalog, "itemId"),
        (("", 1), NotInCatalog, "itemId"),
    ],
)
def test_a_wrong_line_is_refused_with_its_place(line: Any, kind: type[Refusal], field: str) -> None:
    found = refusals(QuoteRequest((RequestedLine("ring", 1), RequestedLine(*line))))
    assert [(type(one), one.path) for one in found] == [(kind, ("lines", "1", field))]
    assert len(found[0].message) < 200


def test_an_order_has_a_line_and_is_bounded() -> None:
    assert [type(one) for one in refusals(QuoteRequest(()))] == [InvalidOrder]
    many = [("ring", 1)] * 51
    assert [type(one) for one in refusals(request_for(*many))] == [OrderTooLarge]
    heavy = [("ring", 99)] * 6
    assert [type(one) for one in refusals(request_for(*heavy))] == [OrderTooLarge]


def test_a_large_order_needs_a_review() -> None:
    assert not quoted(request_for(("ring", 71))).needs_review
    assert quoted(request_for(("ring", 72))).needs_review
    assert quoted(request_for(("flat-white", 43))).needs_review  # 150.50 euros
    assert not OrderLimits().needs_review(1, 24_999, "JPY")
    assert OrderLimits().needs_review(1, 25_000, "JPY")


def test_a_closed_store_and_missing_pieces_are_said_at_once() -> None:
    night = NOON.replace(hour=23)
    found = refusals(request_for(("ring", 2)), documents(counted={"ring": 1}), night)
    assert [type(one) for one in found] == [StoreClosed, SoldOut]
    assert found[0].next_slot.isoformat() == "2026-11-28T08:15:00+01:00"


def test_an_order_as_soon_as_possible_has_the_first_slot_with_a_place() -> None:
    ready = int(NOON.timestamp()) + 480 + 10
    first = quoted(request_for(("ring", 2)))
    assert first.ready == ready
    later = quoted(request_for(("ring", 2)), has_place=lambda slot: slot.start > ready + 3600)
    assert later.ready == later.slot.start
    assert ready + 3600 < later.ready <= ready + 3600 + RULES.pickup.slot_s


def test_an_item_of_the_morning_is_not_sold_where_the_first_free_slot_is_too_late() -> None:
    morning = NOON.replace(hour=10, minute=30)
    assert quoted(request_for(("porridge", 1)), now=morning).total > 0
    noon = NOON.replace(hour=11).timestamp()
    found = refusals(request_for(("porridge", 1)), None, morning, lambda slot: slot.start >= noon)
    assert [type(one) for one in found] == [NotListed]


def test_where_no_slot_soon_has_a_place_the_kitchen_is_busy() -> None:
    found = refusals(request_for(("ring", 1)), has_place=lambda _slot: False)
    assert [(type(one), one.path) for one in found] == [(SlotFull, ("pickup",))]
    assert found[0].message == "the kitchen is busy for the next 2 hours; choose one of pickupSlots"


def test_an_item_of_the_morning_is_sold_in_a_full_slot_of_the_morning() -> None:
    tomorrow = NOON.date() + timedelta(days=1)
    early = slots(opening_of(documents()), tomorrow, NOON, RULES.pickup)[0]
    chosen = request_for(("porridge", 1), slot_id=early.id)
    assert [type(one) for one in refusals(chosen, has_place=lambda _slot: False)] == [SlotFull]
    late = request_for(("porridge", 1), slot_id=early.id, latest=early.start - 1)
    assert [type(one) for one in refusals(late)] == [SlotFull]


def test_a_chosen_slot_is_the_only_one() -> None:
    slot = slots(opening_of(documents()), NOON.date(), NOON, RULES.pickup)[3]
    chosen = request_for(("ring", 1), slot_id=slot.id)
    assert (quoted(chosen).slot, quoted(chosen).ready) == (slot, slot.start)
    found = refusals(chosen, has_place=lambda one: one != slot)
    assert [one.message for one in found] == ["the slot is full; choose another of pickupSlots"]


def test_what_is_ready_only_after_the_latest_time_is_refused_with_the_time() -> None:
    ready = quoted(request_for(("ring", 1))).ready
    assert quoted(request_for(("ring", 1), latest=ready)).ready == ready
    found = refusals(request_for(("ring", 1), latest=ready - 1))
    assert [(type(one), one.path) for one in found] == [(SlotFull, ("pickup", "latest"))]
    assert "can be collected at 2026-11-" in found[0].message
    slot = slots(opening_of(documents()), NOON.date(), NOON, RULES.pickup)[3]
    chosen = request_for(("ring", 1), slot_id=slot.id, latest=slot.start - 1)
    assert [type(one) for one in refusals(chosen)] == [SlotFull]


def test_an_item_without_a_kind_of_goods_is_never_taxed_by_guess() -> None:
    more = catalog()
    strange = type(more)("de", "v", "EUR", {"toys": {}}, (item("mug", "toys", 900),))
    with pytest.raises(UnclassifiedItemError):
        quote_at_noon(request_for(("mug", 1)), documents(), strange)


def test_the_tax_of_the_day_of_the_pickup_counts() -> None:
    zone = ZoneInfo("Europe/Dublin")
    now = datetime(2026, 6, 30, 12, tzinfo=zone)
    store = documents(market="ie", time_zone="Europe/Dublin", hours="24/7")
    prices = catalog("ie", "EUR")
    rules: Any = {"rules": RULES, "now": now, "has_place": every_slot}
    today = quote(request_for(("flat-white", 1)), store, prices, **rules)
    tomorrow = slots(opening_of(store), now.date() + timedelta(days=1), now, RULES.pickup)
    later = quote(request_for(("flat-white", 1), slot_id=tomorrow[0].id), store, prices, **rules)
    assert (today.total, today.tax) == (350, 42)  # 13.5 %
    assert (later.total, later.tax) == (350, 29)  # 9 %
