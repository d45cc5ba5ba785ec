"""What is due for an order: a pure function of its facts and the time.

Whoever performs a duty writes its outcome as a fact, and the duty is not due any more. Performing
one twice is harmless: the provider recognizes the key, and the outcome's fact has the same id. So
a duty is performed at least once, by the region of the fact that caused it, and by any other region
where that one is lost; `only` names the duties that touch what a single region may write.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from services.domain.orders.contradictions import ENDINGS, GOODS, ruling
from services.domain.orders.facts import (
    CARD,
    GUEST,
    OPERATOR,
    STORE,
    Accepted,
    Approved,
    Assessed,
    Authorized,
    Captured,
    Closed,
    ClosedAgain,
    Collected,
    Confirmed,
    Declined,
    Fact,
    Notified,
    Offered,
    Placed,
    RefundAsked,
    Refunded,
    RefundRefused,
    Reopened,
    Settled,
    Voided,
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
from services.domain.orders.payment import EXCESS
from services.domain.orders.state import OrderState, Overruled, Status, fold, latest_offer


class DutyKind(Enum):
    """What a duty does."""

    AUTHORIZE = "authorize"
    CAPTURE = "capture"
    VOID = "void"
    ASK_REFUND = "ask-refund"  # recorded before the provider is called
    REFUND = "refund"
    EXPIRE = "expire"
    CLOSE = "close"
    REOPEN = "reopen"  # an order that this region had closed, and that is to be made
    CONFIRM = "confirm"  # that another region reopened the order
    SETTLE = "settle"
    NOTIFY = "notify"
    REVIEW = "review"  # the risk check of a large order


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do.

    Attributes:
        kind: What to do.
        key: The same for each repetition: the provider's idempotency key, or the id of the fact
            that records the outcome.
        due_at: From when on, Unix milliseconds (UTC): the time of the latest fact without which it
            would not be due, or a deadline. For AUTHORIZE no later than the first use of its key.
        responsible: Region that does it while it lives: the region of the causing fact.
        only: The one region that may do it at all; empty: any.
        amount: Minor units, for an effect at the provider.
        attempt: Number of the payment attempt, for an effect on one.
        name: Id of the refund, the topic of the notice, or for CONFIRM the region that reopened the
            order.
        token: The payment method to authorize.
        audience: The audience that gets the notice.
        given_back: SETTLE: the reserved pieces are given back.
        references: The provider's ids that the facts name: of the attempt for CAPTURE and VOID, of
            all captured attempts for REFUND, the earliest first.
    """

    kind: DutyKind
    key: str
    due_at: int
    responsible: str
    only: str = ""
    amount: int = 0
    attempt: int = 0
    name: str = ""
    token: str = ""
    audience: str = ""
    given_back: bool = False
    references: tuple[str, ...] = ()


# Facts that hold and of which an audience gets a notice.
_NOTICES: Final = {
    GUEST: ("placed", "declined", "accepted", "ready", *ENDINGS),
    STORE: ("placed", "approved", "cancelled", "expired"),
}
_MOVED_ON: Final = frozenset({"accepted", *GOODS, *ENDINGS})
# Audience and kind of a notice to the kinds that overtake it: where one of them holds, the notice
# says what is not so any more, and whoever got theirs would read it as the newer one. Theirs has
# the lines, the total and the pickup, too; but nobody gets one of `collected`, so that overtakes
# only where the guest has the lines in writing. What is about money is in no row: it stays true.
_OVERTAKEN: Final = {
    (GUEST, "placed"): _MOVED_ON,
    (GUEST, "accepted"): frozenset(GOODS),
    (GUEST, "ready"): frozenset({"collected"}),
    (STORE, "placed"): _MOVED_ON,
    (STORE, "approved"): _MOVED_ON,
}
UNPAID: Final = "unpaid"  # topic `unpaid/<attempt>`: an accepted order for which money is missing
CARD_NEEDED: Final = "card-needed"  # topic `card-needed/<attempt>`: the same before acceptance
_RETRY_MS: Final = 3_600_000  # after a refused refund; doubled with each further one


def duties(order: Order, now: int, regions: Sequence[str]) -> list[Duty]:
    """Return what is due.

    Args:
        order: The order as this region has it.
        now: Unix milliseconds (UTC).
        regions: All regions of the deployment, also those that are lost.
    """
    return [one for one in open_work(order, regions) if one.due_at <= now]


def open_work(order: Order, regions: Sequence[str]) -> list[Duty]:
    """Return what is due now or will be, with its time: what the sweeper looks for."""
    state = fold(order)
    if state.placement is None:
        return []
    return [
        *_payments(order, state),
        *_review(order, state),
        *_expiry(order, state),
        *_reopening(order, state, regions),
        *_reservations(order, state, regions),
        *_notices(order, state),
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
    key = provider_key(order.order_id, kind.value, str(attempt))
    known = [(fact, data) for fact, data in order.of_kind(Authorized) if data.attempt == attempt]
    needed = [cause]
    if kind is not DutyKind.AUTHORIZE:
        needed += [fact for fact, _ in known]
    if kind is DutyKind.VOID:
        needed += _sendings(order, attempt)
    at, region = _latest(needed).stamp.unix_ms, cause.stamp.region
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
    asked = {data.refund_id: fact for fact, data in order.of_kind(RefundAsked)}
    for pending, amount in pay.pending_refunds.items():
        yield _refund(order, pending, amount, asked[pending])
    excess, name = _excess(state), pay.excess_name
    if excess > 0 and name and not pay.pending_refunds and name not in pay.requested:
        # Recorded before the provider is called: were its answer lost and the ending overruled,
        # no fact would say that the money is gone.
        moved = (Captured, Refunded, RefundRefused)
        latest = _latest([cause, *(fact for kind in moved for fact, _ in order.of_kind(kind))])
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
        yield Duty(
            DutyKind.ASK_REFUND, f"refund-asked/{name}", at, region, amount=amount, name=name
        )


def _excess(state: OrderState) -> int:
    """Return what was taken and is not due, in minor units."""
    pay = state.payment
    return pay.net - (max(0, pay.total - pay.requested_back) if state.live else 0)


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
        yield Duty(DutyKind.EXPIRE, f"expire-{order.order_id}", at, state.placed_in)


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
            at = _latest([accepted, *given_up(order, region)]).stamp.unix_ms
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
    all_closed = state.ended and all(has_closed(order, region) for region in regions)
    if state.ended:
        for region in regions:
            if not has_closed(order, region):
                again = has_given_up(order, region)
                key = f"{(ClosedAgain if again else Closed).KIND}/{region}"
                yield Duty(DutyKind.CLOSE, key, at, region, only=region)
    for region in sorted(holders.keys() - settled):
        back = True if all_closed else _given_back(order, state, holders, region)
        if back is not None:
            key = f"settled/{region}"
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


def _notices(order: Order, state: OrderState) -> Iterator[Duty]:
    done = {(data.audience, data.topic) for _, data in order.of_kind(Notified)}
    has_lines = not done.isdisjoint((GUEST, kind) for kind in _NOTICES[GUEST])
    for audience, topic, cause in _news(order, state, has_lines=has_lines):
        if (audience, topic) not in done:
            yield Duty(
                *(DutyKind.NOTIFY, f"notified/{audience}/{topic}"),
                *(cause.stamp.unix_ms, cause.stamp.region),
                name=topic,
                audience=audience,
            )


def _news(order: Order, state: OrderState, *, has_lines: bool) -> Iterable[tuple[str, str, Fact]]:
    """Yield audience, topic and cause of each notice that the order calls for.

    `has_lines`: whether the guest was sent a notice that has the lines and the total.

    The cause is the latest fact without which the notice would not be due, whatever it is about.
    A notice that could not be sent before the order moved on is not called for any more.
    """
    for audience, kinds in _NOTICES.items():
        holding = set(state.holding)
        if audience == GUEST and not has_lines:
            holding.discard("collected")
        for kind in kinds:
            fact = state.holding.get(kind)
            if audience == STORE and kind == "placed" and state.payment.by_card:
                # The store is to see what it can accept: an order that is paid for.
                fact = state.holding.get("authorized")
            overtaken = not _OVERTAKEN.get((audience, kind), frozenset()).isdisjoint(holding)
            if audience == STORE and kind in ENDINGS and not state.reached_store:
                continue  # of an order that it never had
            if fact is None or overtaken:
                continue
            topic = kind if kind != "declined" else fact.id
            yield audience, topic, fact
    waiting = not state.accepted and not state.ended and "approved" not in state.holding
    for fact, _ in order.of_kind(Assessed)[:1] if waiting else ():
        yield STORE, Assessed.KIND, fact
    yield from _money_news(order, state)
    for one in state.overruled:
        for audience in one.notify:
            yield (
                audience,
                f"not/{one.fact.id}",
                _latest([one.fact, *_overruling(order, state, one)]),
            )


def _overruling(order: Order, state: OrderState, one: Overruled) -> list[Fact]:
    """Return the facts, beside the overruled one, since which it does not hold."""
    about = one.fact.data
    if isinstance(about, Refunded):
        refusals = order.of_kind(RefundRefused)
        return [fact for fact, data in refusals if data.reports_failure_of(about)]
    if isinstance(about, Placed):
        # Which placement counts may have been decided by an acceptance.
        return [state.holding[Placed.KIND], *(fact for fact, _ in order.of_kind(Accepted)[:1])]
    by = [held for kind, held in state.holding.items() if ruling(kind, one.fact.kind).holds == kind]
    return sorted(by, key=_moment)[:1]


def _money_news(order: Order, state: OrderState) -> Iterable[tuple[str, str, Fact]]:
    """Yield the notices of refunds, and of an order for which only another card can pay."""
    pay = state.payment
    for fact, data in order.of_kind(Refunded):
        if data.refund_id in pay.refunded:
            yield GUEST, fact.id, fact
    for fact, refusal in order.of_kind(RefundRefused):
        name = refusal.refund_id
        needless = name.startswith(EXCESS) and _excess(state) <= 0
        # A refund that failed after it was made has a notice of its own: it does not hold.
        if not needless and name not in {*pay.failed, *pay.refunded}:
            yield OPERATOR, fact.id, fact
    if state.is_unpaid:
        since = _unpaid_since(order, state)
        for audience in (GUEST, STORE, OPERATOR):
            yield audience, f"{UNPAID}/{pay.latest_attempt}", since
    elif _lost_its_hold(state):
        since = _latest(fact for fact, _ in order.of_kind(Voided))
        yield GUEST, f"{CARD_NEEDED}/{pay.latest_attempt}", since


def _lost_its_hold(state: OrderState) -> bool:
    """Return whether the card of an order that nobody accepted yet was released by the provider."""
    pay = state.payment
    released = pay.latest_attempt in pay.voided - pay.captured.keys()
    # A card that was declined has a notice of its own.
    return state.needs_card and released and Declined.KIND not in state.holding


def _unpaid_since(order: Order, state: OrderState) -> Fact:
    """Return the fact since which the store makes or made the order and money is missing."""
    made = [state.holding[kind] for kind in (Accepted.KIND, *GOODS) if kind in state.holding]
    gone = [fact for kind in (Voided, Declined, Refunded) for fact, _ in order.of_kind(kind)]
    # Until goods overruled an ending, no money was due.
    endings = [one for one in state.overruled if one.fact.kind in ENDINGS]
    lived = [fact for one in endings for fact in _overruling(order, state, one)]
    return _latest([min(made, key=_moment), *gone, *lived])


def _latest(found: Iterable[Fact]) -> Fact:
    return max(found, key=_moment)


def _moment(fact: Fact) -> tuple[int, str]:
    return fact.stamp.time, fact.id


def _cause(state: OrderState) -> Fact:
    """Return the fact that decides what is wanted from the provider."""
    for kind in ("collected", "ready", *ENDINGS, "accepted", "authorized"):
        if kind in state.holding:
            return state.holding[kind]
    return state.holding["placed"]
