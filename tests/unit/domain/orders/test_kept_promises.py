"""What a region promised, and money that is promised already, binds it whatever arrives later."""

from services.domain.orders import facts as f
from services.domain.orders.duties import duties
from services.domain.orders.duty import DutyKind
from services.domain.orders.facts import Data, Fact
from services.domain.orders.guards import Verdict, judge
from services.domain.orders.order import Order
from services.domain.orders.state import Status, fold
from services.domain.stamp import COUNTER_BITS, Stamp
from tests.property.orders.samples import ORDER, TOTAL, A, B, placed

C = "us-east-1"
REGIONS = (A, B, C)
HELD = f.Authorized(1, TOTAL, "pi_1")
TAKEN = f.Captured(1, TOTAL, "pi_1")
ALLOWED, REFUSED = Verdict.ALLOWED, Verdict.REFUSED


def story(*events: tuple[str, Data]) -> Order:
    """An order that A placed, with facts of regions, one after the other."""
    rows = enumerate(((A, placed()), *events), 1)
    return Order.of(
        ORDER, (Fact(Stamp(at << COUNTER_BITS, region), "x", one) for at, (region, one) in rows)
    )


def verdict(known: Order, region: str, data: Data) -> Verdict:
    return judge(known, data, Stamp(1_000 << COUNTER_BITS, region), "x").verdict


def due(known: Order, kind: DutyKind) -> list[tuple[str, bool]]:
    """The region that alone may do each duty of a kind, and whether it gives pieces back."""
    return [
        (one.only, one.given_back) for one in duties(known, 10**14, REGIONS) if one.kind is kind
    ]


def test_a_region_that_closed_an_order_hands_out_no_goods_that_are_not_ready() -> None:
    known = story((A, HELD), (A, f.Accepted()), (B, f.Closed()))
    assert verdict(known, B, f.Collected()) is REFUSED
    assert verdict(known, A, f.Collected()) is ALLOWED


def test_a_region_that_closed_an_order_cannot_free_another_one_from_its_promise() -> None:
    known = story(
        (A, HELD), (A, f.Expired()), (C, f.Accepted()), (B, f.Closed()), (A, f.Reopened())
    )
    assert verdict(known, B, f.Confirmed(A)) is REFUSED
    assert verdict(known, C, f.Confirmed(A)) is ALLOWED


def test_a_region_that_let_an_order_expire_does_not_accept_it_though_it_was_charged() -> None:
    """The acceptance that the charge came of is on its way; pieces may have been given back."""
    known = story((A, HELD), (B, f.Expired()), (A, TAKEN))
    assert fold(known).status is Status.AUTHORIZED
    assert verdict(known, B, f.Accepted()) is REFUSED
    assert verdict(known, A, f.Accepted()) is ALLOWED


def test_money_that_is_being_given_back_is_not_given_back_again() -> None:
    known = story((A, HELD), (A, f.Accepted()), (A, TAKEN), (A, f.RefundAsked("r1", 600)))
    judged = judge(known, f.RefundAsked("r2", 401), Stamp(1_000 << COUNTER_BITS, A), "x")
    assert (judged.verdict, judged.reason) == (REFUSED, "only 400 minor units are left to refund")
    assert verdict(known, A, f.RefundAsked("r2", 400)) is ALLOWED


def test_a_card_that_was_refused_and_then_held_is_released_when_the_order_ends() -> None:
    """Another region's request under the same key came through."""
    known = story((A, f.Declined(1, TOTAL, "no funds")), (B, HELD), (A, f.Cancelled()))
    voids = [one for one in duties(known, 10**14, REGIONS) if one.kind is DutyKind.VOID]
    assert [(one.attempt, one.amount, one.references) for one in voids] == [(1, TOTAL, ("pi_1",))]
    refused = story((A, f.Declined(1, TOTAL, "no funds")), (A, f.Cancelled()))
    assert due(refused, DutyKind.VOID) == []


def test_goods_are_taken_from_a_reservation_only_when_no_repetition_may_have_had_them() -> None:
    """The higher region may have handed them out before it saw this placement."""
    known = story((B, placed()), (A, HELD), (A, f.Accepted()), (A, f.Collected()))
    assert due(known, DutyKind.SETTLE) == [(B, True)]
    back = Fact(Stamp(90 << COUNTER_BITS, B), "carte", f.Settled(given_back=True))
    assert due(known.with_fact(back), DutyKind.SETTLE) == [(A, False)]
    out = Fact(Stamp(90 << COUNTER_BITS, B), "carte", f.Settled(given_back=False))
    assert due(known.with_fact(out), DutyKind.SETTLE) == [(A, True)]
