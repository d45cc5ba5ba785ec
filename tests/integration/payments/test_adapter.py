"""The adapter to Stripe, with Stripe's library, against the local provider."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from services.domain.orders.duty import Duty, DutyKind
from services.domain.orders.facts import (
    Authorized,
    Captured,
    Data,
    Declined,
    Refunded,
    RefundRefused,
    Voided,
)
from services.domain.orders.identity import order_id, provider_key
from services.domain.orders.provider import UnknownOutcomeError
from services.payments.stripe_provider import KEYS_TRUSTED_MS
from tests.support.local_payments import LocalPayments

GOOD: Final = "pm_card_visa"
BAD: Final = "pm_card_chargeDeclined"
DAY_LATER: Final = KEYS_TRUSTED_MS + 1

_numbers = itertools.count()


class OneOrder:
    """An order at the provider; `later` is a process whose clock is a day ahead."""

    def __init__(self, payments: LocalPayments, currency: str = "EUR") -> None:
        self.payments = payments
        self.currency = currency
        self.id = order_id(f"operation-{next(_numbers)}")
        self.now = payments.provider()
        self.later = payments.provider(lambda: DAY_LATER)

    def duty(self, kind: DutyKind, amount: int, attempt: int = 1, **more: str) -> Duty:
        name = more.get("name") or str(attempt)
        key = provider_key(self.id, kind.value, name)
        return Duty(kind, key, 0, "eu-west-1", amount=amount, attempt=attempt, **more)  # type: ignore[arg-type]  # texts alone

    def authorize(self, amount: int = 500, attempt: int = 1, token: str = GOOD) -> Data:
        wanted = self.duty(DutyKind.AUTHORIZE, amount, attempt, token=token)
        return self.now.perform(self.id, self.currency, wanted)

    def capture(self, amount: int = 500, attempt: int = 1) -> Data:
        wanted = self.duty(DutyKind.CAPTURE, amount, attempt)
        return self.now.perform(self.id, self.currency, wanted)

    def void(self, amount: int = 500, attempt: int = 1) -> Data:
        wanted = self.duty(DutyKind.VOID, amount, attempt)
        return self.now.perform(self.id, self.currency, wanted)

    def refund(self, amount: int, name: str) -> Data:
        wanted = self.duty(DutyKind.REFUND, amount, 0, name=name)
        return self.now.perform(self.id, self.currency, wanted)

    def statuses(self) -> list[str]:
        return sorted(one.status for one in self.payments.api().search(self.id))

    def received(self) -> int:
        return sum(one.received for one in self.payments.api().search(self.id))


@pytest.fixture
def order(payments: LocalPayments) -> OneOrder:
    return OneOrder(payments)


def test_an_order_is_authorized_captured_and_partly_refunded(order: OneOrder) -> None:
    held = order.authorize()
    assert isinstance(held, Authorized)
    assert (held.attempt, held.amount) == (1, 500)
    assert held.reference.startswith("pi_")
    assert order.capture() == Captured(1, 500, held.reference)
    given = order.refund(200, "r1")
    assert isinstance(given, Refunded)
    assert (given.refund_id, given.amount) == ("r1", 200)
    assert order.refund(301, "r2") == RefundRefused("r2", 301, "more_than_is_left")
    assert isinstance(order.refund(300, "r3"), Refunded)


def test_repeating_each_effect_has_no_further_effect(order: OneOrder) -> None:
    first = [order.authorize(), order.capture(), order.refund(200, "r1")]
    again = [order.authorize(), order.capture(), order.refund(200, "r1")]
    assert first == again
    assert order.received() == 500
    assert isinstance(order.refund(300, "r2"), Refunded)


def test_a_declined_card_and_then_another_one(order: OneOrder) -> None:
    refused = order.authorize(token=BAD)
    assert isinstance(refused, Declined)
    assert refused.reference == "generic_decline"
    assert order.authorize(token=BAD) == refused
    assert isinstance(order.authorize(attempt=2), Authorized)
    assert order.statuses() == ["requires_capture", "requires_payment_method"]


def test_a_card_that_wants_its_owner_is_declined(order: OneOrder) -> None:
    refused = order.authorize(token="pm_card_authenticationRequired")  # noqa: S106 - a test card
    assert isinstance(refused, Declined)
    assert refused.reference == "authentication_required"


def test_a_token_that_does_not_exist_is_declined(order: OneOrder) -> None:
    refused = order.authorize(token="pm_nothing")  # noqa: S106 - no such card
    assert refused == Declined(1, 500, "resource_missing")
    assert order.void() == Voided(1, 500, order.payments.api().search(order.id)[0].id)


def test_answers_that_get_lost_change_nothing(order: OneOrder) -> None:
    """Each answer is lost after its effect; the repetition finds what happened."""

    def lost_then_repeated(perform: object, *given: object) -> Data:
        assert callable(perform)
        order.payments.faults({"lost": 1.0})
        try:
            with pytest.raises(UnknownOutcomeError):
                perform(*given)
        finally:
            order.payments.faults()
        found: Data = perform(*given)
        return found

    assert isinstance(lost_then_repeated(order.authorize), Authorized)
    assert isinstance(lost_then_repeated(order.capture), Captured)
    assert isinstance(lost_then_repeated(order.refund, 500, "r1"), Refunded)
    assert (order.statuses(), order.received()) == (["succeeded"], 500)
    assert order.refund(1, "r2") == RefundRefused("r2", 1, "more_than_is_left")


def one_key_failed(order: OneOrder, key: str) -> None:
    """Have the provider keep a failure under one key, of a request that is yet to come."""
    order.payments.faults({"failed": 1.0})
    try:
        with pytest.raises(UnknownOutcomeError):
            order.payments.api().create(key, order.id, 1, 500, "EUR")
    finally:
        order.payments.faults()


def test_a_kept_failure_stops_no_authorization(order: OneOrder) -> None:
    one_key_failed(order, provider_key(order.id, "authorize", "1"))
    held = order.authorize()
    assert isinstance(held, Authorized)
    assert order.authorize() == order.authorize(400) == held
    assert order.statuses() == ["requires_capture"]
    assert isinstance(order.void(), Voided)
    assert order.statuses() == ["canceled"]


def test_a_kept_failure_stops_no_void_and_what_comes_later_is_refused(order: OneOrder) -> None:
    one_key_failed(order, provider_key(order.id, "authorize", "1"))
    with order.payments.search_lags(3600):
        assert isinstance(order.void(), Voided)
        assert isinstance(order.authorize(), Voided)
    assert order.statuses() == ["canceled"]


def test_a_kept_failure_stops_no_refund_of_more_than_half(order: OneOrder) -> None:
    order.authorize()
    order.capture()
    intent = order.payments.api().search(order.id)[0].id
    order.payments.faults({"failed": 1.0})
    with pytest.raises(UnknownOutcomeError):
        order.payments.api().refund(provider_key(order.id, "refund", "r1"), intent, 500, "r1")
    order.payments.faults()
    given = order.refund(500, "r1")
    assert isinstance(given, Refunded)
    assert order.refund(500, "r1") == given


def test_three_regions_at_once_hold_the_money_once(order: OneOrder) -> None:
    def tried(_: int) -> Data | None:
        wanted = order.duty(DutyKind.AUTHORIZE, 500, token=GOOD)
        try:
            return order.payments.provider().perform(order.id, "EUR", wanted)
        except UnknownOutcomeError:
            return None  # the same request is still being answered

    with ThreadPoolExecutor(3) as pool:
        outcomes = {one for one in pool.map(tried, range(3)) if one}
    assert outcomes == {order.authorize()}
    assert order.statuses() == ["requires_capture"]


def test_a_capture_after_the_key_was_forgotten(order: OneOrder) -> None:
    held = order.authorize()
    assert isinstance(held, Authorized)
    order.payments.forget_keys()
    taken = order.capture()
    order.payments.forget_keys()
    assert order.capture() == taken == Captured(1, 500, held.reference)
    assert order.received() == 500


def test_an_authorization_after_the_key_was_forgotten(order: OneOrder) -> None:
    held = order.authorize()
    order.payments.forget_keys()
    wanted = order.duty(DutyKind.AUTHORIZE, 500, token=GOOD)
    assert order.later.perform(order.id, "EUR", wanted) == held
    assert order.statuses() == ["requires_capture"]


def test_a_refund_after_the_key_was_forgotten(order: OneOrder) -> None:
    order.authorize()
    order.capture()
    given = order.refund(200, "r1")
    order.payments.forget_keys()
    assert order.refund(200, "r1") == given
    assert isinstance(order.refund(300, "r2"), Refunded)


def test_a_void_releases_the_money(order: OneOrder) -> None:
    held = order.authorize()
    assert isinstance(held, Authorized)
    assert order.void() == Voided(1, 500, held.reference)
    assert order.capture() == Voided(1, 500, held.reference)
    assert order.void() == Voided(1, 500, held.reference)


def test_a_void_of_what_never_arrived_refuses_it_for_ever(order: OneOrder) -> None:
    assert isinstance(order.void(), Voided)
    assert isinstance(order.authorize(), Voided)
    order.payments.forget_keys()
    wanted = order.duty(DutyKind.AUTHORIZE, 500, token=GOOD)
    assert isinstance(order.later.perform(order.id, "EUR", wanted), Voided)
    assert order.statuses() == ["canceled"]


def test_a_void_finds_by_its_key_what_cannot_be_searched_yet(order: OneOrder) -> None:
    order.authorize()
    with order.payments.search_lags(3600):
        assert isinstance(order.void(), Voided)
    assert order.statuses() == ["canceled"]


def test_a_void_after_a_capture_says_that_the_money_was_taken(order: OneOrder) -> None:
    order.authorize()
    taken = order.capture()
    assert order.void() == taken


def test_two_placements_with_different_totals_hold_one_amount(order: OneOrder) -> None:
    held = order.authorize(500)
    assert order.authorize(400) == held
    assert order.statuses() == ["requires_capture"]


def test_less_than_was_held_is_captured(order: OneOrder) -> None:
    held = order.authorize(500)
    assert isinstance(held, Authorized)
    assert order.capture(300) == Captured(1, 300, held.reference)
    assert order.refund(301, "r1") == RefundRefused("r1", 301, "more_than_is_left")
    assert isinstance(order.refund(300, "r2"), Refunded)


@pytest.mark.parametrize(("currency", "counted"), [("JPY", 500), ("KWD", 500), ("USD", 500)])
def test_currencies_keep_their_amounts(
    payments: LocalPayments, currency: str, counted: int
) -> None:
    order = OneOrder(payments, currency)
    held = order.authorize(500)
    assert isinstance(held, Authorized)
    assert held.amount == 500
    assert payments.api().intent(held.reference).amount == counted


def test_a_provider_that_is_down_settles_nothing(order: OneOrder) -> None:
    wanted = order.duty(DutyKind.AUTHORIZE, 500, token=GOOD)
    nobody = LocalPayments(order.payments.layout, order.payments.sink)
    nobody.url = f"http://127.0.0.1:{order.payments.layout.payments_gate_port}"
    with pytest.raises(UnknownOutcomeError, match="settles nothing"):
        nobody.provider().perform(order.id, "EUR", wanted)


def test_payments_outlive_a_restart_of_the_provider(order: OneOrder) -> None:
    held = order.authorize()
    order.payments.stop()
    order.payments.start()
    assert order.authorize() == held
    assert isinstance(order.capture(), Captured)
