"""Orders that are paid by card: the token, another card, refunds, and what is shown of them."""

from typing import Any

import pytest

from services.domain.orders.facts import (
    Accepted,
    Authorized,
    Captured,
    Data,
    Declined,
    Offered,
    RefundAsked,
    Refunded,
)
from services.domain.orders.identity import order_id
from services.domain.orders.order import Order
from services.domain.stamp import HybridClock
from services.menu_api.application import services_of
from services.menu_api.settings import Settings
from services.storage.orders import OrderRepository
from services.storage.stores import StoreRepository
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog, set_assortment
from tests.support.order_story import operation_id
from tests.support.service import REGIONS, Service
from tests.support.tokens import ISSUER
from tests.unit.graphql_schema.test_orders import kinds, send

ID = order_id(operation_id("operation-1"))
MANAGER = ISSUER.bearer("store:de-1:manager")
FIELDS = """order { status payment { method state declineCode cardsLeft
  charged { amountMinor currency } refunded { amountMinor } } }
  errors { __typename message path ... on RefundTooLargeError { left { amountMinor currency } } }"""


@pytest.fixture
def shop(service: Service) -> Service:
    return stocked(service)


def stocked(service: Service) -> Service:
    service.table.clock = HybridClock("eu-west-1", lambda: int(service.now.timestamp() * 1000))
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    set_assortment(service.table, "de-1", {"glazed": {"listed": True}})
    return service


def mutate(shop: Service, name: str, kind: str, mutation_input: Any, headers: Any = None) -> Any:
    query = f"mutation M($input: {kind}!) {{ {name}(input: $input) {{ {FIELDS} }} }}"
    return send(shop, query, {"input": mutation_input}, headers)


def place(shop: Service, **changes: Any) -> Any:
    mutation_input = {
        "operationId": operation_id("operation-1"),
        "storeId": "de-1",
        "lines": [{"itemId": "glazed", "quantity": 2}],
        "contact": {"name": "Ada"},
        "payment": "CARD",
        "paymentToken": "pm_first",
        "expectedTotalMinor": 398,
        **changes,
    }
    mutation_input = {name: value for name, value in mutation_input.items() if value != "left out"}
    return mutate(shop, "placeOrder", "PlaceOrderInput", mutation_input)


def offer(shop: Service, token: str = "pm_second", operation: str = "operation-2") -> Any:  # noqa: S107 - no password
    mutation_input = {"operationId": operation, "orderId": ID, "paymentToken": token}
    return mutate(shop, "offerCard", "OfferCardInput", mutation_input)


def refund(shop: Service, amount: int | None = None, operation: str = "operation-3") -> Any:
    mutation_input = {
        "operationId": operation,
        "orderId": ID,
        "amountMinor": amount,
        "reason": "burnt",
    }
    return mutate(shop, "refundOrder", "RefundOrderInput", mutation_input, MANAGER)


def happened(shop: Service, *facts: Data) -> Order:
    orders = OrderRepository(shop.table, REGIONS)
    for fact in facts:
        orders.record(ID, fact, "provider")
    found = orders.read(ID)
    assert found is not None
    return found


def charged(shop: Service) -> None:
    place(shop)
    happened(shop, Authorized(1, 398, "pi_1"), Accepted(), Captured(1, 398, "pi_1"))


def test_a_card_is_asked_for_later(shop: Service) -> None:
    found = place(shop)
    assert found["errors"] == []
    assert found["order"]["payment"] == {
        "method": "CARD",
        "state": "PENDING",
        "declineCode": None,
        "cardsLeft": 0,
        "charged": {"amountMinor": 0, "currency": "EUR"},
        "refunded": {"amountMinor": 0},
    }
    assert place(shop) == found


def test_another_token_is_another_order(shop: Service) -> None:
    place(shop)
    assert kinds(place(shop, paymentToken="pm_other")) == ["OperationIdReusedError"]


@pytest.mark.parametrize(
    ("method", "token"),
    [
        *(("CARD", one) for one in ("left out", None, "", "4242424242424242", "pm_", "x")),
        *(("CARD", one) for one in ("pm_4242424242424242", "pm_" + "a" * 201, "pm_\u00fc")),
        ("AT_STORE", "pm_first"),
    ],
)
def test_a_token_that_cannot_be_one_is_a_typed_error(
    shop: Service, method: str, token: str | None
) -> None:
    found = place(shop, payment=method, paymentToken=token)
    assert kinds(found) == ["InvalidValueError"]
    assert found["errors"][0]["path"] == ["paymentToken"]
    assert "4242" not in found["errors"][0]["message"]


def test_another_card_after_a_refusal(shop: Service) -> None:
    place(shop)
    happened(shop, Declined(1, 398, "insufficient_funds"))
    found = offer(shop)
    assert found["errors"] == []
    assert found["order"]["payment"]["state"] == "PENDING"
    assert offer(shop) == found  # a repetition
    order = happened(shop)
    assert [data for _, data in order.of_kind(Offered)] == [Offered(2, "pm_second")]


def test_a_refusal_says_what_the_guest_may_know(shop: Service) -> None:
    place(shop)
    happened(shop, Declined(1, 398, "insufficient_funds"))
    query = f'{{ order(id: "{ID}") {{ payment {{ state declineCode cardsLeft }} }} }}'
    assert shop.ask(query)["order"]["payment"] == {
        "state": "DECLINED",
        "declineCode": "insufficient_funds",
        "cardsLeft": 9,
    }
    offer(shop)
    happened(shop, Declined(2, 398, "stolen_card"))
    assert shop.ask(query)["order"]["payment"]["declineCode"] == "card_declined"


def test_a_card_is_offered_only_where_one_is_needed(shop: Service) -> None:
    place(shop)
    assert kinds(offer(shop)) == ["OrderStateError"]
    happened(shop, Declined(1, 398))
    assert kinds(offer(shop, "pm_first")) == ["OrderStateError"]
    assert kinds(offer(shop, "4242424242424242")) == ["InvalidValueError"]
    assert kinds(mutate_unknown(shop)) == ["UnknownOrderError"]


def mutate_unknown(shop: Service) -> Any:
    mutation_input = {"operationId": "operation-2", "orderId": "a" * 26, "paymentToken": "pm_2"}
    return mutate(shop, "offerCard", "OfferCardInput", mutation_input)


def test_a_part_and_then_the_rest_is_refunded(shop: Service) -> None:
    charged(shop)
    found = refund(shop, 100)
    assert found["errors"] == []
    assert refund(shop, 100)["errors"] == []  # a repetition
    too_large = refund(shop, 299, "operation-4")
    assert kinds(too_large) == ["RefundTooLargeError"]
    assert too_large["errors"][0]["left"] == {"amountMinor": 298, "currency": "EUR"}
    assert refund(shop, None, "operation-4")["errors"] == []
    order = happened(shop)
    amounts = {data.refund_id: data.amount for _, data in order.of_kind(RefundAsked)}
    assert sorted(amounts.values()) == [100, 298]
    assert kinds(refund(shop, None, "operation-5")) == ["RefundTooLargeError"]
    happened(shop, *(Refunded(name, amount) for name, amount in amounts.items()))
    query = f'{{ order(id: "{ID}") {{ payment {{ state refunded {{ amountMinor }} }} }} }}'
    payment = shop.ask(query)["order"]["payment"]
    assert payment == {"state": "REFUNDED", "refunded": {"amountMinor": 398}}


@pytest.mark.parametrize("amount", [0, -1])
def test_a_refund_is_at_least_one_unit(shop: Service, amount: int) -> None:
    charged(shop)
    assert kinds(refund(shop, amount)) == ["InvalidValueError"]


def test_an_operation_refunds_one_amount(shop: Service) -> None:
    charged(shop)
    refund(shop, 100)
    found = refund(shop, 200)
    assert kinds(found) == ["InvalidValueError"]
    assert found["errors"][0]["path"] == ["operationId"]


def test_a_refund_of_an_order_that_two_cards_paid_is_of_one_payment(shop: Service) -> None:
    charged(shop)
    happened(shop, Captured(2, 102, "pi_2"))
    for amount in (450, None):
        found = refund(shop, amount)
        assert kinds(found) == ["RefundTooLargeError"]
        assert found["errors"][0]["left"] == {"amountMinor": 398, "currency": "EUR"}
        assert "398 and 102 minor units left" in found["errors"][0]["message"]
    assert refund(shop, 398)["errors"] == []
    assert refund(shop, None, "operation-4")["errors"] == []


def test_what_was_not_charged_is_not_refunded(shop: Service) -> None:
    place(shop)
    happened(shop, Authorized(1, 398, "pi_1"))
    assert kinds(refund(shop, 100)) == ["OrderStateError"]


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ((), "PENDING"),
        ((Authorized(1, 398),), "AUTHORIZED"),
        ((Declined(1, 398),), "DECLINED"),
        ((Authorized(1, 398), Accepted(), Captured(1, 398)), "CHARGED"),
    ],
)
def test_the_payment_says_where_it_stands(
    shop: Service, facts: tuple[Data, ...], state: str
) -> None:
    place(shop)
    happened(shop, *facts)
    found = shop.ask(f'{{ order(id: "{ID}") {{ payment {{ state }} }} }}')
    assert found["order"]["payment"]["state"] == state


def test_a_cancelled_order_costs_nothing(shop: Service) -> None:
    place(shop)
    mutation_input = {"operationId": "operation-2", "orderId": ID}
    found = mutate(shop, "cancelOrder", "OrderRefusalInput", mutation_input)
    assert found["order"]["payment"]["state"] == "RELEASED"


def test_without_a_payment_provider_no_card_is_accepted(table: Table) -> None:
    shop = stocked(Service(table, takes_cards=False))
    refused = place(shop)
    (error,) = refused["errors"]
    assert (error["__typename"], error["path"]) == ("InvalidValueError", ["payment"])
    assert "no payment provider is configured" in error["message"]
    assert OrderRepository(shop.table, REGIONS).read(ID) is None
    paid_there = place(shop, payment="AT_STORE", paymentToken="left out")
    assert not paid_there["errors"]


def test_an_order_by_card_that_was_placed_before_is_found_again(table: Table) -> None:
    assert not place(stocked(Service(table)))["errors"]
    again = place(Service(table, takes_cards=False))
    assert again["order"]["payment"]["method"] == "CARD"


@pytest.mark.parametrize(("given", "takes"), [({}, False), ({"CARTE_CARDS": "on"}, True)])
def test_the_lambda_takes_cards_where_it_is_configured(
    given: dict[str, str], table: Table, *, takes: bool
) -> None:
    variables = {"CARTE_REGION": "eu-west-1", "CARTE_TABLE": "carte", **given}
    services = services_of(Settings.from_environment(variables), table, StoreRepository(table))
    assert services.order_rules.takes_cards is takes
