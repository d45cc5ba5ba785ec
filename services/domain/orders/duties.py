"""What is due for an order: a pure function of its facts and the time; `duty` says what that is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from services.domain.orders.contradictions import ENDINGS
from services.domain.orders.due_notices import due_notices
from services.domain.orders.duty import Duty, DutyKind, latest_of
from services.domain.orders.facts import (
    CARD,
    Accepted,
    Approved,
    Assessed,
    Authorized,
    Captured,
    Closed,
    ClosedAgain,
    Collected,
    Confirmed,
    Fact,
    Offered,
    Placed,
    RefundAsked,
    Refunded,
    RefundRefused,
    Reopened,
    Settled,
)
from services.domain.orders.guards import (
    EXPIRY_GRACE_MS,
    given_up,
    has_closed,
    has_given_up,
    reopenable,
)
from services.domain.orders.identity import provider_key
from services.domain.orders.order import Order
from services.domain.orders.state import OrderState, Status, fold, latest_offer

_RETRY_MS: Final = 3_600_000  # after a refused refund; doubled with each further one


def duties(order: Order, now: int, regions: Sequence[str]) -> list[Duty]:
    """Return what is due.

    Args:
        order: The order as this region has it.
        now: Unix milliseconds (UTC).
        regions: All regions of the deployment, also those that are lost.
    """
    return [one for one in open_work(order, regions) if one.is_due(now)]


def open_work(order: Order, regions: Sequence[str], state: OrderState | None = None) -> list[Duty]:
    """Return what is due now or will be, with its time: what the sweeper looks for.

    Args:
        order: The order as this region has it.
        regions: All regions of the deployment, also those that are lost.
        state: Where the order stands, if that is known already.
    """
    state = state or fold(order)
    if state.placement is None:
        return []
    return [
        *_payments(order, state),
        *_review(order, state),
        *_expiry(order, state),
        *_reopening(order, state, regions),
        *_reservations(order, state, regions),
        *due_notices(order, state),
    ]


def _payments(order: Order, state: OrderState) -> Iterator[Duty]:
    pay, placement = state.payment, state.placement
    if placement is None or not (pay.by_card or _sent(order)):
        return
    cause = _cause(state)
    missing, usable = state.missing, state.usable_attempts
    if usable and state.accepted:
        yield _effect(order, DutyKind.CAPTURE, usable[0], missing, cause)
    elif missing > 0 and not usable and not state.needs_card:
        yield _attempt(order, placement, state, missing)
    for number in _to_void(order, state):
        if number not in usable[:1]:
            amount = pay.authorized.get(number) or _card_total(order, placement)
            yield _effect(order, DutyKind.VOID, number, amount, cause)
    yield from _refunds(order, state, cause)


def _effect(order: Order, kind: DutyKind, attempt: int, amount: int, cause: Fact) -> Duty:
    """Return what to do with an attempt at the provider, due since all that calls for it is known.

    Also where another fact is later than the cause, the region of the cause does it.
    """
    key = provider_key(order.order_id, kind.value, str(attempt))
    known = [(fact, data) for fact, data in order.of_kind(Authorized) if data.attempt == attempt]
    needed = [cause]
    if kind is not DutyKind.AUTHORIZE:
        needed += [fact for fact, _ in known]
    if kind is DutyKind.VOID:
        needed += _sendings(order, attempt)
    at, region = latest_of(needed).stamp.unix_ms, cause.stamp.region
    references = tuple(data.reference for _, data in known if data.reference)
    return Duty(kind, key, at, region, amount=amount, attempt=attempt, references=references)


def _attempt(order: Order, placement: Placed, state: OrderState, amount: int) -> Duty:
    """Return the attempt to make, with the card that the guest offered last."""
    latest = state.payment.latest_attempt
    offers = {data.attempt: fact for fact, data in order.of_kind(Offered)}
    cause = offers.get(latest, state.holding["placed"])
    duty = _effect(order, DutyKind.AUTHORIZE, latest, amount, cause)
    return replace(duty, token=latest_offer(order, placement, latest))


def _to_void(order: Order, state: OrderState) -> list[int]:
    """Return the attempts that hold money, or still might, though no money is wanted from them.

    An attempt without a known outcome may have been sent: its answer was lost, or the region that
    sent it is cut off. Where the order ended, or the store accepted it to be paid there, voiding
    such an attempt makes sure that it never holds money, also when it arrives later.
    """
    pay = state.payment
    if pay.by_card and not state.ended:
        return list(pay.open)
    settled = pay.voided | pay.captured.keys() | (pay.declined - pay.authorized.keys())
    return sorted(_sent(order) - settled)


def _card_total(order: Order, placement: Placed) -> int:
    """Return the amount that an attempt without a known outcome was most likely sent with."""
    # Of the placement by card: the provider refuses to make an attempt of 0, and would not keep
    # the later one of the same key from holding money.
    by_card = [data.total for _, data in order.of_kind(Placed) if data.method == CARD]
    return placement.total if placement.method == CARD else max(by_card, default=placement.total)


def _sendings(order: Order, attempt: int) -> list[Fact]:
    """Return the facts for which some region may have sent an attempt to the provider."""
    offers = [fact for fact, data in order.of_kind(Offered) if data.attempt == attempt]
    by_card = [fact for fact, data in order.of_kind(Placed) if data.method == CARD]
    return offers + (by_card if attempt == 1 else [])


def _sent(order: Order) -> set[int]:
    """Return the attempts of which some region may have sent a request to the provider."""
    offered = {data.attempt for _, data in order.of_kind(Offered)}
    authorized = {data.attempt for _, data in order.of_kind(Authorized)}
    first = {1 for _, data in order.of_kind(Placed) if data.method == CARD and data.total > 0}
    return first | offered | authorized


def _refunds(order: Order, state: OrderState, cause: Fact) -> Iterator[Duty]:
    pay = state.payment
    requests = {data.refund_id: fact for fact, data in order.of_kind(RefundAsked)}
    for pending, amount in pay.pending_refunds.items():
        yield _refund(order, pending, amount, requests[pending])
    excess, name = state.excess, pay.excess_name
    if excess > 0 and name and not pay.pending_refunds and name not in pay.requested:
        # Recorded before the provider is called: were its answer lost and the ending overruled,
        # no fact would say that the money is gone.
        moved = (Captured, Refunded, RefundRefused)
        latest = latest_of([cause, *(fact for kind in moved for fact, _ in order.of_kind(kind))])
        at, region = latest.stamp.unix_ms, latest.stamp.region
        # The request of the try before may not have arrived, its refusal has.
        refusals = [
            fact for fact, one in order.of_kind(RefundRefused) if one.refund_id in pay.excess_names
        ]
        if refusals:
            wait_ms = _RETRY_MS * 2 ** (len(refusals) - 1)
            at = max(fact.stamp.unix_ms for fact in refusals) + wait_ms
        # What another payment took has a refund of its own, after this one.
        amount = min(excess, pay.refundable_at_once)
        key, again = f"refund-asked/{name}", bool(refusals)
        yield Duty(DutyKind.ASK_REFUND, key, at, region, amount=amount, name=name, waits=again)


def _refund(order: Order, name: str, amount: int, cause: Fact) -> Duty:
    key = provider_key(order.order_id, DutyKind.REFUND.value, name)
    at, region = cause.stamp.unix_ms, cause.stamp.region
    captured = sorted((data.attempt, data.reference) for _, data in order.of_kind(Captured))
    references = tuple(reference for _, reference in captured if reference)
    return Duty(DutyKind.REFUND, key, at, region, amount=amount, name=name, references=references)


def _review(order: Order, state: OrderState) -> Iterator[Duty]:
    """Yield the risk check of a large order that could be accepted but for its review."""
    paid = Status.AUTHORIZED if state.payment.by_card else Status.PLACED
    if state.placement is None or not state.placement.review or state.status is not paid:
        return
    if Approved.KIND not in state.holding and not order.of_kind(Assessed):
        cause = _cause(state)
        key, at = f"review-{order.order_id}", cause.stamp.unix_ms
        yield Duty(DutyKind.REVIEW, key, at, cause.stamp.region)


def _expiry(order: Order, state: OrderState) -> Iterator[Duty]:
    waiting = (Status.PLACED, Status.AUTHORIZED, Status.DECLINED)
    # Money is taken only after an acceptance, which is on its way here.
    if state.placement is not None and state.status in waiting and not state.payment.captured:
        at = state.accept_until + EXPIRY_GRACE_MS
        yield Duty(DutyKind.EXPIRE, f"expire-{order.order_id}", at, state.placed_in, waits=True)


def _reopening(order: Order, state: OrderState, regions: Sequence[str]) -> Iterator[Duty]:
    """Yield what lets regions serve an accepted order that they had given up before they saw that.

    Any region that has not closed the order may confirm it; without one it stays closed.
    """
    accepted = state.holding.get(Accepted.KIND)
    if accepted is None or state.goods:
        return
    confirmed = {data.reopened_in for _, data in order.of_kind(Confirmed)}
    for region in regions:
        if reopenable(order, state, region):
            at = latest_of([accepted, *given_up(order, region)]).stamp.unix_ms
            yield Duty(DutyKind.REOPEN, f"{Reopened.KIND}/{region}", at, region, only=region)
    for fact, _ in order.of_kind(Reopened):
        other = fact.stamp.region
        for region in regions if other not in confirmed else ():
            if not has_closed(order, region):
                key, at = f"{Confirmed.KIND}/{region}/{other}", fact.stamp.unix_ms
                yield Duty(DutyKind.CONFIRM, key, at, region, only=region, name=other)


def _reservations(order: Order, state: OrderState, regions: Sequence[str]) -> Iterator[Duty]:
    """Yield what is to be done about the pieces that each placement reserved."""
    holders = {fact.stamp.region: data for fact, data in order.of_kind(Placed) if data.reserved}
    settled = {fact.stamp.region for fact, _ in order.of_kind(Settled)}
    if not holders.keys() - settled:
        return
    at = max(fact.stamp.unix_ms for fact in order.facts.values())
    not_closed = [region for region in regions if not has_closed(order, region)]
    for region in not_closed if state.ended else ():
        kind = ClosedAgain if has_given_up(order, region) else Closed
        yield Duty(DutyKind.CLOSE, f"{kind.KIND}/{region}", at, region, only=region)
    closed_everywhere = state.ended and not not_closed
    for region in sorted(holders.keys() - settled):
        back = closed_everywhere or _given_back(order, state, holders, region)
        if back is not None:
            key = f"{Settled.KIND}/{region}"
            yield Duty(DutyKind.SETTLE, key, at, region, only=region, given_back=back)


def _given_back(
    order: Order, state: OrderState, holders: Mapping[str, Placed], region: str
) -> bool | None:
    """Return whether a region gives its pieces back, or they went out; None: they are kept.

    A region that decides this may not have seen everything, and decides it once and for ever. Which
    placement counts may change by an acceptance that is on its way here, so nothing is given back
    because of that alone. One reservation of what was accepted stays.
    """
    mine = holders[region].fingerprint
    outcomes = {fact.stamp.region: data.given_back for fact, data in order.of_kind(Settled)}
    same = {one for one, data in holders.items() if data.fingerprint == mine} - {region}
    # Of placements of one input the lowest region's keeps the pieces, whichever placement counts:
    # the goods are the same ones.
    if any(one < region and not outcomes.get(one, False) for one in same):
        return True
    if Collected.KIND not in state.holding or state.placement is None:
        return None
    # Goods went out once: what another region handed out by its placement is not taken again.
    gone = {
        holders[one].fingerprint for one, back in outcomes.items() if not back and one in holders
    }
    if mine in gone:
        return True
    if mine == state.placement.fingerprint:
        # A higher region that had not seen this placement may have handed the goods out.
        is_open = any(one not in outcomes for one in same)
        return None if is_open or not _is_made_known(order) else False
    # An acceptance that is on its way here may say that this input was made, until goods of another
    # one went out by whoever had seen the acceptance.
    return True if gone else None


def _is_made_known(order: Order) -> bool:
    """Return whether an acceptance has arrived with the placement that it names."""
    placed = {fact.stamp.region for fact, _ in order.of_kind(Placed)}
    # Without a name it is of its own region, and came with that placement in one item; earlier
    # versions named none.
    return any(not one.placement or one.placement in placed for _, one in order.of_kind(Accepted))


def _cause(state: OrderState) -> Fact:
    """Return the fact that decides what is wanted from the provider."""
    for kind in ("collected", "ready", *ENDINGS, "accepted", "authorized"):
        if kind in state.holding:
            return state.holding[kind]
    return state.holding["placed"]
