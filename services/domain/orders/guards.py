"""What a region may record about an order, given the facts that it has.

A guard is judged in one region, under a condition on the revision of the item that only this region
writes. Two regions may pass contradicting guards at once; `contradictions` decides then.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from services.domain.orders.facts import (
    Accepted,
    Approved,
    Cancelled,
    Closed,
    ClosedAgain,
    Collected,
    Confirmed,
    Data,
    Expired,
    Fact,
    Offered,
    Placed,
    Ready,
    RefundAsked,
    Rejected,
    Reopened,
    Settled,
)
from services.domain.orders.order import Order
from services.domain.orders.payment import (
    EXCESS,
    MAX_ATTEMPTS,
    MAX_EXCESS_REFUNDS,
    MAX_REFUNDS,
    Payment,
)
from services.domain.orders.state import OrderState, Status, fold
from services.domain.stamp import Stamp

# Beyond the deadline, for clocks that differ and calls that are still on their way.
EXPIRY_GRACE_MS: Final = 60_000


class Verdict(Enum):
    """Whether a fact may be recorded."""

    ALLOWED = "allowed"
    REPEATED = "repeated"  # its effect is there already: the answer is that of the first time
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a fact may be recorded, and why not.

    Attributes:
        verdict: The answer.
        reason: Why it was refused, a sentence for the person who tried; else empty.
    """

    verdict: Verdict
    reason: str = ""


_ALLOWED: Final = Judgement(Verdict.ALLOWED)
_REPEATED: Final = Judgement(Verdict.REPEATED)

_BEFORE_ACCEPTANCE: Final = (Status.PLACED, Status.AUTHORIZED, Status.DECLINED)
_STOPPABLE: Final = (*_BEFORE_ACCEPTANCE, Status.ACCEPTED)


def judge(
    order: Order, data: Data, stamp: Stamp, author: str, now_ms: int | None = None
) -> Judgement:
    """Return whether a region may record a fact.

    Args:
        order: The order as this region has it, all its own facts included.
        data: The fact's data.
        stamp: The fact's stamp; its region is the one that would record it.
        author: The fact's author.
        now_ms: What the region's wall clock says, Unix milliseconds (UTC): deadlines are judged by
            it, since a stamp runs ahead where another region's clock does. None: the stamp's time.
    """
    state = fold(order)
    known = order.facts.get(Fact(stamp, author, data).id)
    if isinstance(data, Placed):
        return _placed(order, data)
    if state.placement is None:
        return _refused("no such order here yet; try again in a second")
    if known is not None:
        return _REPEATED
    return _judge_new(order, state, data, stamp, stamp.unix_ms if now_ms is None else now_ms)


def _judge_new(order: Order, state: OrderState, data: Data, stamp: Stamp, now_ms: int) -> Judgement:
    match data:
        case Offered():
            judged = _offered(state, data, now_ms)
        case RefundAsked():
            judged = _refund(state, data)
        case Settled():
            judged = _placed_here(order, stamp.region)
        case Closed() | ClosedAgain():
            judged = _ALLOWED if state.ended else _refused("the order has not ended")
        case Reopened():
            fine = reopenable(order, state, stamp.region)
            judged = _ALLOWED if fine else _refused("the order is not closed here, or not accepted")
        case Confirmed(reopened_in=other):
            fine = f"{Reopened.KIND}/{other}" in order.facts
            fine = fine and not has_closed(order, stamp.region)
            judged = _ALLOWED if fine else _refused("the order is closed here, or not reopened")
        case Approved() | Accepted() | Ready() | Collected() | Cancelled() | Rejected() | Expired():
            judged = _act(order, state, data, stamp, now_ms)
        case _:  # outcomes at the provider and notices: they happened, so they are recorded
            judged = _ALLOWED
    return judged


def as_recorded(order: Order, data: Data, region: str) -> Data:
    """Return a fact's data as a region records it: an acceptance names the placement it saw."""
    if isinstance(data, Accepted) and (placed_in := fold(order).placed_in) != region:
        return replace(data, placement=placed_in)
    return data


def has_closed(order: Order, region: str) -> bool:
    """Return whether a region promised to neither accept the order nor hand out goods.

    Reserved pieces are given back when all regions did. A region that reopened the order is bound
    by its promise until another one confirmed that it saw this; and again once it closed the order
    again.
    """
    if not has_given_up(order, region) or f"{ClosedAgain.KIND}/{region}" in order.facts:
        return has_given_up(order, region)
    return all(data.reopened_in != region for _, data in order.of_kind(Confirmed))


def has_given_up(order: Order, region: str) -> bool:
    """Return whether a region ever recorded that the order ended, or closed it."""
    return bool(given_up(order, region))


def given_up(order: Order, region: str) -> list[Fact]:
    """Return the facts by which a region recorded that the order ended, or closed it."""
    return [
        fact
        for fact in order.facts.values()
        if fact.stamp.region == region
        and isinstance(fact.data, Cancelled | Rejected | Expired | Closed)
    ]


def reopenable(order: Order, state: OrderState, region: str) -> bool:
    """Return whether a region closed an order that is to be made, and may reopen it."""
    is_open = Accepted.KIND in state.holding and not state.goods
    marks = (f"{Reopened.KIND}/{region}", f"{ClosedAgain.KIND}/{region}")
    return is_open and has_given_up(order, region) and order.facts.keys().isdisjoint(marks)


def _placed(order: Order, data: Placed) -> Judgement:
    earlier = [known for _, known in order.of_kind(Placed)]
    if not earlier:
        return _ALLOWED
    if any(known.fingerprint == data.fingerprint for known in earlier):
        return _REPEATED
    return _refused("this operationId placed another order; use a new one for each order")


def _offered(state: OrderState, data: Offered, now_ms: int) -> Judgement:
    if state.placement is None or not state.needs_card:
        return _refused(f"the order is {state.status.value}: no other card is needed")
    if data.attempt != state.payment.latest_attempt + 1:
        return _refused("another card was offered in the meantime")
    if data.attempt > MAX_ATTEMPTS:
        return _refused(f"{MAX_ATTEMPTS} cards were declined: place a new order")
    if not state.accepted and now_ms > state.accept_until:
        return _refused("the order is too old: place a new one")
    return _ALLOWED


def too_large_a_refund(left: int) -> str:
    """Return why a refund of more than is left is refused, `left` being in minor units."""
    return f"only {left} minor units are left to refund" if left else "nothing is left to refund"


def _refund(state: OrderState, data: RefundAsked) -> Judgement:
    pay = state.payment
    if not pay.captured:
        return _refused("nothing was charged")
    left = pay.net - sum(pay.pending_refunds.values())
    if data.amount < 1:
        return _refused("a refund is at least one minor unit")
    if data.amount > left:
        return _refused(too_large_a_refund(left))
    if data.amount > pay.refundable_at_once:
        return _refused(several_payments(pay))
    return _one_more(pay, data)


def _one_more(pay: Payment, data: RefundAsked) -> Judgement:
    """Judge the number of refunds."""
    if not data.refund_id.startswith(EXCESS):
        fine = pay.requested_by_staff < MAX_REFUNDS
        return _ALLOWED if fine else _refused(f"an order has at most {MAX_REFUNDS} refunds")
    # Nobody would hear of a refusal by the bound of staff's refunds: the shop kept the money.
    fine = len(pay.requested) - pay.requested_by_staff < MAX_EXCESS_REFUNDS
    return _ALLOWED if fine else _refused("this money was refunded too often in vain")


def several_payments(pay: Payment) -> str:
    """Return why a refund is refused that no single payment of the order has enough left for."""
    left = " and ".join(str(one) for one in pay.left_by_attempt.values() if one)
    return (
        f"the order was paid by several cards, which have {left} minor units left: request a "
        "refund for each"
    )


def _placed_here(order: Order, region: str) -> Judgement:
    here = f"{Placed.KIND}/{region}" in order.facts
    return _ALLOWED if here else _refused("this region reserved nothing for the order")


def _act(order: Order, state: OrderState, data: Data, stamp: Stamp, now_ms: int) -> Judgement:
    """Judge an act of a person, or an expiry."""
    placement = state.placement
    assert placement is not None  # noqa: S101 - the caller has checked it
    if data.KIND in state.holding:
        return _REPEATED
    closed = has_closed(order, stamp.region)
    match data:
        case Approved():
            fine = placement.review and state.status in _BEFORE_ACCEPTANCE
        case Accepted():
            if now_ms > state.accept_until:
                return _refused("the time to accept the order is over")
            if placement.review and Approved.KIND not in state.holding:
                return _refused("the order is large and has not been approved yet")
            paid = Status.AUTHORIZED if state.payment.by_card else Status.PLACED
            fine = state.status is paid and not closed
        case Ready():
            fine = Accepted.KIND in state.holding and not closed
        case Collected():
            fine = Ready.KIND in state.holding or (Accepted.KIND in state.holding and not closed)
        case Cancelled() | Rejected():
            # An order that was given back in full and never made still holds pieces and a slot.
            moot = state.status is Status.REFUNDED and not state.goods
            fine = moot or state.status in _STOPPABLE
        case Expired():
            late = now_ms >= state.accept_until + EXPIRY_GRACE_MS
            fine = late and state.status in _BEFORE_ACCEPTANCE and not state.payment.captured
        case _:
            fine = False
    return _ALLOWED if fine else _refused(_why_not(order, state, data, closed=closed))


def _why_not(order: Order, state: OrderState, data: Data, *, closed: bool) -> str:
    """Return why an act is refused, and what the person who tried can do."""
    status = f"the order is {state.status.value}"
    accepted = order.of_kind(Accepted)
    if closed and state.accepted and isinstance(data, Ready | Collected):
        # The promise of this region not to hand goods out is what lets pieces be sold again.
        others = sorted({fact.stamp.region for fact, _ in accepted})
        others = [region for region in others if not has_closed(order, region)]
        return (
            f"{status}, and this region had given it up before it saw that: try again in a minute, "
            f"or send the request to the region {' or '.join(others) or 'that accepted it'}"
        )
    if isinstance(data, Accepted) and state.needs_card and state.status is Status.PLACED:
        return (
            "no money is held on the card any more: wait until the guest offers another one, or "
            "reject the order"
        )
    if isinstance(data, Accepted) and state.payment.by_card and state.status is Status.PLACED:
        return "the card is not authorized yet: wait until the board shows the order as authorized"
    if isinstance(data, Accepted) and state.status is Status.DECLINED:
        return "the card was declined: wait until the guest offers another one, or reject the order"
    if isinstance(data, Ready | Collected) and not state.accepted and not state.ended:
        return f"{status}, not accepted: accept it first"
    return status


def _refused(reason: str) -> Judgement:
    return Judgement(Verdict.REFUSED, reason)
