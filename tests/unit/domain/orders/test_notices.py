"""Texts of notices: what they say, and that nobody writes lines of their own into them."""

from typing import Any

import pytest

from services.domain.orders import facts as f
from services.domain.orders.notices import Notice, StoreNames, amount, compose
from services.domain.orders.order import Order
from services.domain.orders.state import fold
from services.domain.quotes.line import Line
from services.domain.stamp import Stamp

NAME = "a" * 26
PICKUP = 1_795_773_600  # 2026-11-27 10:00 UTC
CONTACT = {"name": "Ada", "mail": "ada@example.org"}
STORE = StoreNames("Donuts\r\nBcc: x@example.com", "Europe/Berlin", {"ring": "Glazed ring"})


def notice(audience: str, topic: str, contact: Any = CONTACT, **changes: Any) -> Notice | None:
    values: dict[str, Any] = {
        "fingerprint": "f", "store_id": "s1", "currency": "EUR",
        "lines": (Line("ring", 2, 150, 300, 20), Line("x", 1, 50, 50, 0)),
        "total": 350, "method": f.AT_STORE, "token": "", "pickup_at": PICKUP, "accept_by": 0,
        **changes,
    }  # fmt: skip
    order = Order.of(NAME, [f.Fact(Stamp(1 << 16, "eu-west-1"), "guest", f.Placed(**values))])
    return compose(audience, topic, NAME, fold(order), STORE, contact)


def test_a_guest_reads_goods_total_time_of_the_store_and_the_orders_id() -> None:
    found = notice("guest", "placed")
    assert found is not None
    assert found.to == "ada@example.org"
    lines = found.text.splitlines()
    assert lines[0] == "Hello Ada,"
    assert "2 x Glazed ring: EUR 3.00" in lines
    assert "1 x x: EUR 0.50" in lines
    assert "Total: EUR 3.50, to pay at the store" in lines
    assert any(one.startswith("Pickup: 2026-11-27 11:00 (CET)") for one in lines)
    assert f"Order: {NAME}" in lines


def test_no_name_breaks_a_line_or_a_header() -> None:
    found = notice("guest", "placed", {"name": "Ada\r\nBcc: y", "mail": "a@b.example"})
    assert found is not None
    assert "\n" not in found.subject
    assert not any(one.startswith("Bcc") for one in found.text.splitlines())


def test_a_store_gets_no_personal_data() -> None:
    found = notice("store", "placed")
    assert found is not None
    assert (found.to, "Ada" in found.text + found.subject) == ("", False)


@pytest.mark.parametrize("topic", ["placed", "declined/1", "not/cancelled/eu-west-1", "new-kind"])
@pytest.mark.parametrize("audience", ["guest", "store", "operator"])
def test_every_topic_has_a_text(audience: str, topic: str) -> None:
    found = notice(audience, topic)
    assert found is not None
    assert "Status: placed" in found.text


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
    assert [amount(5, "EUR"), amount(120, "JPY"), amount(1234, "USD")] == [
        "EUR 0.05", "JPY 120", "USD 12.34",
    ]  # fmt: skip
