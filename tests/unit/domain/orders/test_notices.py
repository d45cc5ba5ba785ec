"""Texts of notices: what they say, and that nobody writes lines of their own into them."""

from typing import Any

import pytest

from services.domain.markets import MARKETS
from services.domain.money import coded_amount, price_text
from services.domain.orders import facts as f
from services.domain.orders.identity import short_number
from services.domain.orders.notices import Notice, StoreNames, compose
from services.domain.orders.order import Order
from services.domain.orders.state import Status, fold
from services.domain.orders.wording import STATUS
from services.domain.quotes.line import Line
from services.domain.stamp import Stamp

NAME = "76en2zez3srgefnnsnpomswtky"
SITE = "https://menus.example.com"
PICKUP = 1_795_773_600  # 2026-11-27 10:00 UTC
CONTACT = {"name": "Ada", "mail": "ada@example.org"}
STORE = StoreNames("Donuts\r\nBcc: x@example.com", "Europe/Berlin", {"ring": "Glazed ring"})


def notice(
    audience: str,
    topic: str,
    contact: Any = CONTACT,
    happened: Any = (),
    site: str | None = SITE,
    **changes: Any,
) -> Notice | None:
    values: dict[str, Any] = {
        "fingerprint": "f", "store_id": "s1", "currency": "EUR",
        "lines": (Line("ring", 2, 150, 300, 20), Line("x", 1, 50, 50, 0)),
        "total": 350, "method": f.AT_STORE, "token": "", "pickup_at": PICKUP, "accept_by": 0,
        **changes,
    }  # fmt: skip
    data = (f.Placed(**values), *happened)
    stamps = (Stamp(time << 16, "eu-west-1") for time in range(1, 100))
    order = Order.of(NAME, (f.Fact(next(stamps), "guest", one) for one in data))
    return compose(audience, topic, NAME, fold(order), STORE, contact, site=site)


def test_a_guest_reads_goods_total_time_of_the_store_and_the_orders_number() -> None:
    found = notice("guest", "placed")
    assert found is not None
    assert found.to == "ada@example.org"
    lines = found.text.splitlines()
    assert lines[0] == "Hello Ada,"
    assert "2 x Glazed ring: €3.00" in lines
    assert "1 x x: €0.50" in lines
    assert "Total: €3.50, to pay at the store" in lines
    assert any(one.startswith("Pickup: Friday, 27 November 2026, 11:00 (CET), ") for one in lines)
    assert "Status: waiting for the store" in lines
    assert "Order: WTKY" in lines


def test_amounts_are_those_of_the_menu_and_of_the_orders_page() -> None:
    """In the United States menus have prices without tax, and the total has it."""
    lines = (Line("ring", 2, 149, 310, 12), Line("x", 1, 100, 104, 4))
    found = notice("guest", "placed", lines=lines, total=414, currency="USD")
    assert found is not None
    priced_lines = [one for one in found.text.splitlines() if "$" in one]
    assert priced_lines == [
        "2 x Glazed ring: $2.98",
        "1 x x: $1.00",
        "Subtotal: $3.98",
        "Tax: $0.16",
        "Total: $4.14, to pay at the store",
    ]


def test_all_read_one_number_of_an_order_and_guests_where_to_follow_it() -> None:
    found = {audience: notice(audience, "placed") for audience in (f.GUEST, f.STORE, f.OPERATOR)}
    for audience, one in found.items():
        assert one is not None
        numbers = {
            word for word in one.text.split() if word.casefold() == short_number(NAME).lower()
        }
        assert numbers == {"WTKY"}, audience
        assert audience == f.GUEST or one.subject.endswith(" WTKY")
    guest, store, operator = (one.text.splitlines() if one else [] for one in found.values())
    assert f"Follow your order: {SITE}/order/{NAME}" in guest
    assert f"Board: {SITE}/staff/s1" in store
    assert f"Order: WTKY (id {NAME})" in operator
    without = notice(f.GUEST, "placed", site=None)
    assert without is not None
    assert "Follow" not in without.text


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        ((f.Authorized(1, 350, "pi_1"),), "waiting for the store"),
        ((f.Declined(1, 350, "no"),), "the card was refused"),
        ((f.Authorized(1, 350, "pi_1"), f.Accepted()), "in the making"),
        ((f.Cancelled(),), "cancelled"),
    ],
)
def test_a_guest_reads_where_the_order_stands_in_words(
    happened: tuple[f.Data, ...], words: str
) -> None:
    found = notice(f.GUEST, "placed", happened=happened, method=f.CARD)
    assert found is not None
    assert f"Status: {words}" in found.text.splitlines()


def test_every_state_has_words() -> None:
    assert STATUS.keys() == set(Status)


def test_a_zone_without_an_abbreviation_is_an_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.STORE", StoreNames("s", "Asia/Singapore", {}))
    found = notice(f.GUEST, "placed")
    assert found is not None
    assert "18:00 (UTC+08)" in found.text


def test_no_name_breaks_a_line_or_a_header() -> None:
    found = notice("guest", "placed", {"name": "Ada\r\nBcc: y", "mail": "a@b.example"})
    assert found is not None
    assert "\n" not in found.subject
    assert not any(one.startswith("Bcc") for one in found.text.splitlines())


def test_a_store_gets_no_personal_data() -> None:
    found = notice("store", "placed")
    assert found is not None
    assert (found.to, "Ada" in found.text + found.subject) == ("", False)


def first_line(audience: str, topic: str, *happened: f.Data, method: str = f.CARD) -> str:
    found = notice(audience, topic, happened=happened, method=method)
    assert found is not None
    lines = found.text.splitlines()
    return lines[1] if audience == f.GUEST else lines[0]


HELD = f.Authorized(1, 350, "pi_1")
NOT_PAID = "Your order has expired. The payment by card did not succeed in time."


@pytest.mark.parametrize(
    ("method", "happened", "beginning"),
    [
        (f.CARD, (HELD, f.Expired()), "Your order has expired. The store did not accept it in"),
        (f.AT_STORE, (f.Expired(),), "Your order has expired. The store did not accept it in"),
        (f.CARD, (HELD, f.Expired(), f.Voided(1, 350)), "Your order has expired. The store did"),
        # The card was declined and no other one offered, or the provider did not answer.
        (f.CARD, (f.Declined(1, 350, "card_declined"), f.Expired()), NOT_PAID),
        (f.CARD, (f.Expired(), f.Voided(1, 350)), NOT_PAID),
        # The answer came when nobody could accept the order any more.
        (f.CARD, (f.Expired(), HELD, f.Voided(1, 350)), NOT_PAID),
    ],
)
def test_a_guest_reads_whether_the_store_could_have_accepted_an_order_that_expired(
    method: str, happened: tuple[f.Data, ...], beginning: str
) -> None:
    assert first_line(f.GUEST, "expired", *happened, method=method).startswith(beginning)


def test_a_guest_whose_hold_was_released_reads_what_to_do() -> None:
    line = first_line(f.GUEST, "card-needed/1", HELD, f.Voided(1, 350))
    assert line == (
        "Your order needs another card. No money is held on your card any more. Offer another "
        "card, or the order expires."
    )


CORRECTED = "A correction about your order. An earlier message about it no longer holds."


@pytest.mark.parametrize(
    ("topic", "beginning"),
    [
        ("placed", "We have your order. You are told when"),
        ("accepted", "The store makes your order. It will be ready"),
        ("ready", "Your order is ready. Please collect it"),
        ("declined/1", "Your card was declined. Nothing was charged."),
        ("cancelled", "Your order is cancelled. You pay nothing for it."),
        ("rejected", "The store cannot make your order. You pay nothing"),
        ("not/cancelled/eu-west-1", CORRECTED),
        ("new-kind", CORRECTED),
    ],
)
def test_a_guest_reads_what_happened(topic: str, beginning: str) -> None:
    assert first_line(f.GUEST, topic).startswith(beginning)


@pytest.mark.parametrize(
    ("audience", "topic", "beginning"),
    [
        (f.STORE, "placed", "New order. Accept or reject it"),
        (f.STORE, "cancelled", "Order cancelled. The guest cancelled it: do not make it."),
        (f.STORE, "expired", "Order expired. Nobody accepted it in time"),
        (f.STORE, "not/accepted/eu-west-1", "Order changed. An earlier step no longer holds."),
        (f.OPERATOR, "not/voided/1", "Order changed. An earlier step no longer holds."),
    ],
)
def test_a_store_and_an_operator_read_what_happened(
    audience: str, topic: str, beginning: str
) -> None:
    assert first_line(audience, topic).startswith(beginning)


def test_whoever_pays_at_the_store_has_nothing_to_pay_for_a_cancelled_order() -> None:
    line = first_line(f.GUEST, "cancelled", method=f.AT_STORE)
    assert line == "Your order is cancelled. You have nothing to pay."


PAID = (f.Authorized(1, 350, "pi_1"), f.Accepted(), f.Captured(1, 350, "pi_1"))


def test_each_refund_has_a_notice_with_its_own_amount() -> None:
    refunds = (f.Refunded("r1", 50, "re_1"), f.Refunded("r2", 300, "re_2"))
    lines = [first_line(f.GUEST, f"refunded/{name}", *PAID, *refunds) for name in ("r1", "r2")]
    assert lines == [
        "You get money back. €0.50 was returned to your card.",
        "You get money back. €3.00 was returned to your card.",
    ]


def test_guest_and_operator_read_that_a_refund_failed_after_it_was_made() -> None:
    failed = (f.Refunded("r1", 50, "re_1"), f.RefundRefused("r1", 50, "re_1"))
    guest, operator = (
        first_line(one, "not/refunded/r1", *PAID, *failed) for one in (f.GUEST, f.OPERATOR)
    )
    assert guest.startswith("A refund failed. The money that was sent back")
    assert operator.startswith("Refund failed. It failed after it was made")


def test_a_guest_without_an_address_gets_none() -> None:
    assert notice("guest", "placed", {"name": "Ada"}) is None


def test_a_zone_that_is_unknown_shows_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "tests.unit.domain.orders.test_notices.STORE", StoreNames("s", "No/Where", {})
    )
    found = notice("guest", "placed")
    assert found is not None
    assert "10:00 (UTC)" in found.text


def test_amounts_have_the_decimals_of_their_currency() -> None:
    amounts = ((5, "EUR"), (12000, "JPY"), (1234, "USD"), (155, "MYR"), (100, "CHF"))
    assert [price_text(*one) for one in amounts] == [
        "€0.05", "¥12,000", "$12.34", "RM 1.55", "CHF 1.00",
    ]  # fmt: skip
    assert [coded_amount(*one) for one in amounts[:3]] == ["EUR 0.05", "JPY 12000", "USD 12.34"]


def test_the_currency_of_every_market_has_a_sign() -> None:
    for market in MARKETS.values():
        assert market.currency not in price_text(1, market.currency), market.id


def test_guest_store_and_operator_read_what_to_do_about_money_that_is_missing() -> None:
    gone = (f.Authorized(1, 350), f.Accepted(), f.Voided(1, 350))
    assert "Offer another card" in first_line("guest", "unpaid/1", *gone)
    assert "when the guest collects it" in first_line("store", "unpaid/1", *gone)
    assert first_line("operator", "unpaid/1", *gone).startswith("Order accepted and not paid.")


def test_the_operator_reads_that_a_refund_was_refused() -> None:
    refused = f.RefundRefused("r1", 350, "charge_disputed")
    line = first_line("operator", "refund-refused/r1", f.Captured(1, 350), refused)
    assert line.startswith("Refund refused. The guest does not have the money.")


def test_a_guest_who_was_charged_does_not_read_that_there_is_nothing_to_pay() -> None:
    line = first_line("guest", "cancelled", f.Captured(1, 350), f.Cancelled())
    assert line == "Your order is cancelled. What was taken by card is given back."
