"""Two placements of different contents under one operationId, made during a partition."""

from dataclasses import replace

import pytest

from services.domain.orders import facts as f
from services.domain.orders.duties import duties
from services.domain.orders.duty import DutyKind
from services.domain.orders.facts import Data, Fact
from services.domain.orders.guards import Verdict, as_recorded, judge
from services.domain.orders.order import Order
from services.domain.orders.payment_state import PaymentState, payment_state
from services.domain.orders.state import Status, fold
from services.domain.stamp import COUNTER_BITS, Stamp
from tests.property.orders.samples import ORDER, A, B, placed

REGIONS = (A, B)
HELD = f.Authorized(1, 1000, "pi_1")
MADE = (HELD, f.Accepted(), f.Captured(1, 1000, "pi_1"), f.Ready())


def stamp(at: int, region: str) -> Stamp:
    return Stamp(at << COUNTER_BITS, region)


def recorded(order: Order, region: str, *data: Data) -> Order:
    """The order after a region recorded facts, each judged by what the region had seen."""
    for one in data:
        at = stamp(len(order.facts) + 1, region)
        assert judge(order, one, at, "x").verdict is Verdict.ALLOWED, one
        order = order.with_fact(Fact(at, "x", as_recorded(order, one, region)))
    return order


def healed(first: f.Placed, second: f.Placed, *data: Data) -> Order:
    """What all regions have when A, which was cut off, had the first input, and B all the rest."""
    nothing = Order(ORDER, {})
    return recorded(nothing, A, first).merge(recorded(nothing, B, second, *data))


def first(total: int, method: str = f.CARD) -> f.Placed:
    token = "pm_0" if method == f.CARD else ""
    return replace(placed(fingerprint="first", method=method), total=total, token=token)


def due(order: Order) -> set[DutyKind]:
    kinds = {DutyKind.CAPTURE, DutyKind.VOID, DutyKind.ASK_REFUND, DutyKind.AUTHORIZE}
    return {one.kind for one in duties(order, 10**14, REGIONS)} & kinds


@pytest.mark.parametrize(
    ("other", "data", "status"),
    [
        (first(1000, f.AT_STORE), MADE, Status.READY),
        (first(500), MADE, Status.READY),
        (first(1500), MADE, Status.READY),
    ],
)
def test_the_content_that_was_accepted_counts(
    other: f.Placed, data: tuple[Data, ...], status: Status
) -> None:
    order = healed(other, placed(), *data)
    state = fold(order)
    assert (state.status, state.placed_in, payment_state(state)) == (
        *(status, B),
        PaymentState.CHARGED,
    )
    assert state.placement == placed()
    assert due(order) == set()
    assert ("placed", (f.GUEST,)) in {(one.by, one.notify) for one in state.overruled}


def test_the_content_whose_amount_is_held_counts_until_one_is_accepted() -> None:
    order = healed(first(1500), placed(), HELD)
    assert (fold(order).status, fold(order).placed_in, due(order)) == (
        *(Status.AUTHORIZED, B),
        set(),
    )
    accepted = recorded(order, A, f.Accepted())
    assert (fold(accepted).placed_in, due(accepted)) == (B, {DutyKind.CAPTURE})


def test_a_card_is_not_charged_for_what_was_accepted_to_be_paid_at_the_store() -> None:
    nothing = Order(ORDER, {})
    there = recorded(nothing, A, first(1000, f.AT_STORE), f.Accepted())
    order = there.merge(recorded(nothing, B, placed(), HELD))
    assert payment_state(fold(order)) is PaymentState.AT_STORE
    assert due(order) == {DutyKind.VOID}


def test_a_card_whose_answer_was_lost_is_released_where_the_store_is_paid() -> None:
    """The provider may hold the money, though no region has a fact that says so."""
    there = recorded(Order(ORDER, {}), A, first(0, f.AT_STORE), f.Accepted())
    order = there.merge(recorded(Order(ORDER, {}), B, placed()))
    (void,) = [one for one in duties(order, 10**14, REGIONS) if one.kind is DutyKind.VOID]
    assert (void.attempt, void.amount, void.responsible) == (1, 1000, A)
    assert due(recorded(order, A, f.Voided(1, 1000))) == set()
    assert due(there) == set()


def test_an_acceptance_in_another_region_names_the_placement_it_saw() -> None:
    order = recorded(recorded(Order(ORDER, {}), A, placed(), HELD), B, f.Accepted())
    again = Order.load(ORDER, order.dump())
    assert [data.placement for _, data in again.of_kind(f.Accepted)] == [A]
    here = recorded(Order(ORDER, {}), B, placed(), HELD, f.Accepted())
    # As versions before wrote it, and as an acceptance in the region of its placement is written.
    row = next(one for one in here.dump()["f"] if one[0] == "accepted")
    assert len(row) == 4
    assert Order.load(ORDER, here.dump()) == here


def test_pieces_of_other_contents_are_kept_until_no_acceptance_can_count() -> None:
    order = healed(first(1500), placed(), HELD)
    assert settling(order) == {}
    done = recorded(order, B, f.Accepted(), f.Collected())
    assert settling(done) == {B: False}
    # Only when the goods went out by its own reservation are the pieces of the other one free.
    assert settling(recorded(done, B, f.Settled(given_back=False))) == {A: True}


def settling(order: Order) -> dict[str, bool]:
    """Region to whether its pieces are now to be given back."""
    work = duties(order, 10**14, REGIONS)
    return {one.only: one.given_back for one in work if one.kind is DutyKind.SETTLE}


def test_goods_that_were_handed_out_are_taken_from_one_reservation_only() -> None:
    """The other placement arrives after the goods went out by this one."""
    nothing = Order(ORDER, {})
    at_store = placed(method=f.AT_STORE)
    out = recorded(nothing, B, at_store, f.Accepted(), f.Collected(), f.Settled(given_back=False))
    order = out.merge(recorded(nothing, A, at_store))
    assert settling(order) == {A: True}


def test_two_inputs_that_were_both_collected_in_a_partition_keep_both_their_pieces() -> None:
    """The goods of both may have gone, and neither region can know of the other: none is free."""
    nothing, at_store = Order(ORDER, {}), placed(method=f.AT_STORE)
    here = recorded(nothing, A, first(500, f.AT_STORE), f.Accepted(), f.Collected())
    there = recorded(nothing, B, at_store, f.Accepted(), f.Collected())
    assert (settling(here), settling(there)) == ({A: False}, {B: False})
    here, there = (
        recorded(order, region, f.Settled(given_back=False))
        for order, region in ((here, A), (there, B))
    )
    assert settling(here.merge(there)) == {}


@pytest.mark.parametrize(("later_s", "audiences"), [(2, ()), (900, (f.GUEST,))])
def test_the_guest_hears_of_another_pickup_time(later_s: int, audiences: tuple[str, ...]) -> None:
    nothing = Order(ORDER, {})
    later = replace(placed(), pickup_at=placed().pickup_at + later_s)
    order = recorded(nothing, A, placed()).merge(recorded(nothing, B, later))
    assert [one.notify for one in fold(order).overruled] == [audiences]
