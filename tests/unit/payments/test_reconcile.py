"""The comparison of the provider's list with the orders: each difference is found and named."""

from collections.abc import Iterable
from typing import Any

import pytest

from services.domain.orders import facts as f
from services.domain.orders.order import Order
from services.domain.stamp import COUNTER_BITS, Stamp
from services.payments.intents import Intent, Refund
from services.payments.reconcile import Again, Comparison, compare

LATER_MS = 10_000_000
PLACED = f.Placed("f", "s1", "EUR", (), 300, f.CARD, "pm_1", 0, 0)
HELD = f.Authorized(1, 300, "pi_1")
TAKEN = f.Captured(1, 300, "pi_1")
REQUESTED = f.RefundAsked("r1", 100)
FAILED = f.RefundRefused("r1", 100, "re_1")
PAID = (PLACED, HELD, f.Accepted(), TAKEN)


def order(*data: f.Data, name: str = "o1", at_ms: int = 1000) -> Order:
    stamps = (Stamp((at_ms << COUNTER_BITS) + n, "eu-west-1") for n in range(100))
    return Order.of(name, (f.Fact(next(stamps), "x", one) for one in data))


def payment(status: str = "succeeded", received: int = 300, **more: Any) -> Intent:
    values: dict[str, Any] = {"id": "pi_1", "amount": 300, "currency": "EUR", "order_id": "o1"}
    values |= {"attempt": 1, "declined": "", "created": 1}
    return Intent(status=status, received=received, **{**values, **more})


def compared(
    payments: Iterable[Intent], orders: Iterable[Order], *refunds: Refund, now: int = LATER_MS
) -> Comparison:
    return compare(payments, lambda _: refunds, orders, now)


@pytest.mark.parametrize(
    ("payments", "orders", "refunds"),
    [
        ([], [], ()),
        ([payment()], [order(*PAID)], ()),
        ([payment("requires_capture", 0)], [order(PLACED, HELD)], ()),
        ([payment("canceled", 0)], [order(PLACED, HELD, f.Cancelled(), f.Voided(1, 300))], ()),
        ([payment("requires_payment_method", 0)], [order(PLACED, f.Declined(1, 300))], ()),
        (
            [payment()],
            [order(*PAID, REQUESTED, f.Refunded("r1", 100))],
            (Refund("re_1", 100, "r1", failed=False),),
        ),
        ([payment()], [order(*PAID)], (Refund("re_1", 100, "", failed=True),)),
        (
            [payment()],
            [order(*PAID, REQUESTED, f.Refunded("r1", 100, "re_1"), FAILED)],
            (Refund("re_1", 100, "r1", failed=True),),
        ),
        ([], [order(f.Placed("f", "s1", "EUR", (), 300, f.AT_STORE, "", 0, 0))], ()),
    ],
)
def test_nothing_differs(payments: Any, orders: Any, refunds: Any) -> None:
    assert compared(payments, orders, *refunds).differences == ()


def test_an_order_from_before_is_compared_with_the_payments_that_are_listed_alone() -> None:
    # Placed at 1 s and paid; accepted, refunded or noticed since, so that its latest stamp is late.
    old = order(*PAID)
    assert not compare([], lambda _: (), [old], LATER_MS, since_ms=2_000).differences
    (missing,) = compare([], lambda _: (), [old], LATER_MS, since_ms=1_000).differences
    assert missing.kind.value == "not-at-provider"
    # A second card of an order from before.
    (taken,) = compare(
        [payment(id="pi_2", attempt=2)], lambda _: (), [old], LATER_MS, since_ms=2_000
    ).differences
    assert taken.kind.value == "capture-not-recorded"


@pytest.mark.parametrize(
    ("kind", "payments", "orders", "refunds"),
    [
        ("beside-carte", [payment(order_id="", attempt=0)], [], ()),
        ("no-order", [payment(order_id="o9")], [], ()),
        ("no-order", [payment("requires_capture", 0, order_id="o9")], [], ()),
        ("capture-not-recorded", [payment(received=299)], [order(*PAID)], ()),
        (
            "refund-not-recorded",
            [payment()],
            [order(*PAID)],
            (Refund("re_1", 100, "r1", failed=False),),
        ),
        (
            "refund-beside-carte",
            [payment()],
            [order(*PAID)],
            (Refund("re_1", 100, "", failed=False),),
        ),
        ("hold-not-recorded", [payment("requires_capture", 0)], [order(PLACED)], ()),
        (
            "refund-failed",
            [payment()],
            [order(*PAID, REQUESTED, f.Refunded("r1", 100, "re_1"))],
            (Refund("re_1", 100, "r1", failed=True),),
        ),
        (
            "refund-not-at-provider",
            [payment()],
            [order(*PAID, REQUESTED, f.Refunded("r1", 100, "re_1"))],
            (),
        ),
        ("not-at-provider", [], [order(*PAID, REQUESTED, f.Refunded("r1", 100, "re_1"))], ()),
        ("not-at-provider", [], [order(*PAID)], ()),
        ("not-at-provider", [], [order(PLACED, HELD)], ()),
        # Two of one attempt, and two of one name: an attempt or a name says nothing.
        (
            "capture-not-recorded",
            [payment(), payment(id="pi_second")],
            [order(*PAID)],
            (),
        ),
        (
            "hold-not-recorded",
            [payment("requires_capture", 0), payment("requires_capture", 0, id="pi_second")],
            [order(PLACED, HELD)],
            (),
        ),
        (
            "hold-not-recorded",
            [payment(), payment("requires_capture", 0, id="pi_second")],
            [order(*PAID)],
            (),
        ),
        (
            "refund-not-recorded",
            [payment()],
            [order(*PAID, REQUESTED, f.Refunded("r1", 100, "re_1"))],
            (Refund("re_1", 100, "r1", failed=False), Refund("re_2", 100, "r1", failed=False)),
        ),
        (
            "refund-not-recorded",
            [payment()],
            [order(*PAID, REQUESTED, f.Refunded("r1", 100))],
            (Refund("re_1", 100, "r1", failed=False), Refund("re_2", 100, "r1", failed=False)),
        ),
        ("paid-too-much", [payment()], [order(PLACED, HELD, TAKEN, f.Cancelled())], ()),
        (
            "paid-too-little",
            [payment("requires_capture", 0)],
            [order(PLACED, HELD, f.Accepted())],
            (),
        ),
    ],
)
def test_each_difference_is_named(kind: str, payments: Any, orders: Any, refunds: Any) -> None:
    found = compared(payments, orders, *refunds).differences
    assert [one.kind.value for one in found] == [kind]
    assert found[0].to_json()["kind"] == kind
    assert str(found[0]).startswith(f"{kind}: ")


def test_what_is_under_way_is_left_out() -> None:
    young = order(PLACED, HELD, f.Accepted(), at_ms=LATER_MS - 1000)
    assert compared([payment("requires_capture", 0)], [young]).differences == ()
    fresh = payment(order_id="o9", created=LATER_MS // 1000 - 1)
    assert compared([fresh], []).differences == ()


def test_it_counts_what_it_compared() -> None:
    found = compared([payment()], [order(*PAID), order(PLACED, name="o2")])
    assert (found.payments, found.orders) == (1, 2)


def looked_again(
    before: Order, after: Order | None, listed: Intent, now: Intent | None, *, later_ms: int = 0
) -> list[str]:
    """Compare an order with a payment, both of which may be different when looked at again."""
    again = Again(lambda _: after, lambda _: now, lambda: LATER_MS + later_ms)
    found = compare([listed], lambda _: (), [before], LATER_MS, again=again)
    return [one.kind.value for one in found.differences]


def test_what_happened_between_the_two_lists_is_no_difference() -> None:
    held, taken = payment("requires_capture", 0), payment()
    accepted = order(PLACED, HELD, f.Accepted())
    just_now = f.Fact(Stamp(LATER_MS << COUNTER_BITS, "eu-west-1"), "x", TAKEN)
    # Captured after the orders were read and before the payments were listed.
    captured = accepted.with_fact(just_now)
    assert looked_again(accepted, captured, taken, taken) == []
    # The payments were listed before, too.
    assert looked_again(accepted, captured, held, taken) == []
    # Its facts have become old meanwhile, and all agree.
    assert looked_again(accepted, captured, held, taken, later_ms=10**6) == []


def test_an_order_that_changes_while_it_is_looked_at_again_is_left_out() -> None:
    accepted, taken = order(PLACED, HELD, f.Accepted()), payment()
    # Recorded by a region whose clock is behind, so that the fact does not look new.
    states = iter((accepted, order(PLACED, HELD, f.Accepted(), REQUESTED)))
    again = Again(lambda _: next(states), lambda _: taken, lambda: LATER_MS)
    assert compare([taken], lambda _: (), [accepted], LATER_MS, again=again).differences == ()


def test_what_still_differs_is_named() -> None:
    accepted, taken = order(PLACED, HELD, f.Accepted()), payment()
    kinds = looked_again(accepted, accepted, taken, taken)
    assert kinds == ["capture-not-recorded", "paid-too-little"]


def test_a_payment_that_no_order_had_is_looked_at_again() -> None:
    stray = payment("requires_capture", 0, order_id="")
    again = Again(lambda _: None, lambda _: stray, lambda: LATER_MS)
    (found,) = compare([stray], lambda _: (), [], LATER_MS, again=again).differences
    assert found.kind.value == "beside-carte"
    gone = Again(lambda _: None, lambda _: payment("canceled", 0, order_id=""), lambda: LATER_MS)
    assert compare([stray], lambda _: (), [], LATER_MS, again=gone).differences == ()


def test_a_payment_that_the_list_lacked_is_asked_for_by_its_id() -> None:
    paid = order(*PAID)
    there = Again(lambda _: paid, lambda _: payment(), lambda: LATER_MS)
    assert compare([], lambda _: (), [paid], LATER_MS, again=there).differences == ()
    gone = Again(lambda _: paid, lambda _: None, lambda: LATER_MS)
    (found,) = compare([], lambda _: (), [paid], LATER_MS, again=gone).differences
    assert found.kind.value == "not-at-provider"
