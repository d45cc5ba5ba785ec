"""Which notices about an order are due, to whom, and since when; `notices` has their texts.

A topic says what a notice is about; `notices` lists them. An audience gets one notice of a topic:
the fact that it was sent (`Notified`) names both.
"""

from collections.abc import Iterator
from typing import Final

from services.domain.orders.contradictions import ENDINGS, GOODS, ruling
from services.domain.orders.duty import Duty, DutyKind, latest_of, moment
from services.domain.orders.facts import (
    GUEST,
    OPERATOR,
    STORE,
    Accepted,
    Assessed,
    Declined,
    Fact,
    Notified,
    Placed,
    Refunded,
    RefundRefused,
    Voided,
)
from services.domain.orders.order import Order
from services.domain.orders.payment import EXCESS
from services.domain.orders.state import OrderState, Overruled

UNPAID: Final = "unpaid"  # topic `unpaid/<attempt>`: an accepted order for which money is missing
CARD_NEEDED: Final = "card-needed"  # topic `card-needed/<attempt>`: the same before acceptance

# Audience to the kinds of facts of which it gets a notice while they hold.
_KINDS: Final = {
    GUEST: ("placed", "declined", "accepted", "ready", *ENDINGS),
    STORE: ("placed", "approved", "cancelled", "expired"),
}
_MOVED_ON: Final = frozenset({"accepted", *GOODS, *ENDINGS})
# Audience and kind of a notice to the kinds that overtake it: once one of them holds, the notice is
# not true any more, and who has the notice of that kind would read this one as the newer. Nothing
# is missed: that one has the lines, the total and the pickup, too. But nobody gets a notice of
# `collected`, so it overtakes only where the guest has the lines in writing. Notices about money
# are in no row: they stay true.
_OVERTAKEN: Final = {
    (GUEST, "placed"): _MOVED_ON,
    (GUEST, "accepted"): frozenset(GOODS),
    (GUEST, "ready"): frozenset({"collected"}),
    (STORE, "placed"): _MOVED_ON,
    (STORE, "approved"): _MOVED_ON,
}

# Audience and topic of a notice, and its cause: the latest fact without which it would not be due,
# whatever that fact is about.
_News = tuple[str, str, Fact]


def due_notices(order: Order, state: OrderState) -> Iterator[Duty]:
    """Yield the duties to send what the order calls for and nobody has sent.

    A notice that could not be sent before the order moved on is not called for any more.

    Args:
        order: The order, of which a placement is known.
        state: As `fold` returns it.
    """
    done = {(data.audience, data.topic) for _, data in order.of_kind(Notified)}
    has_lines = not done.isdisjoint((GUEST, kind) for kind in _KINDS[GUEST])
    for audience, topic, cause in _news(order, state, has_lines=has_lines):
        if (audience, topic) not in done:
            key, at = f"notified/{audience}/{topic}", cause.stamp.unix_ms
            yield Duty(DutyKind.NOTIFY, key, at, cause.stamp.region, name=topic, audience=audience)


def _news(order: Order, state: OrderState, *, has_lines: bool) -> Iterator[_News]:
    yield from _news_of_what_holds(state, has_lines=has_lines)
    if not state.accepted and not state.ended and "approved" not in state.holding:
        for fact, _ in order.of_kind(Assessed)[:1]:
            yield STORE, Assessed.KIND, fact
    yield from _news_of_money(order, state)
    for one in state.overruled:
        for audience in one.notify:
            since = latest_of([one.fact, *_overruling(order, state, one)])
            yield audience, f"not/{one.fact.id}", since


def _news_of_what_holds(state: OrderState, *, has_lines: bool) -> Iterator[_News]:
    """Yield the notices of facts that hold, but those that were overtaken.

    Args:
        state: Where the order stands.
        has_lines: The guest was sent a notice that has the lines and the total.
    """
    for audience, kinds in _KINDS.items():
        overtaking = set(state.holding)
        if audience == GUEST and not has_lines:
            overtaking.discard("collected")
        for kind in kinds:
            if audience == STORE and kind in ENDINGS and not state.reached_store:
                continue  # of an order that it never had
            fact = state.holding.get(kind)
            if audience == STORE and kind == "placed" and state.payment.by_card:
                # The store is to see what it can accept: an order that is paid for.
                fact = state.holding.get("authorized")
            overtaken_by = _OVERTAKEN.get((audience, kind), frozenset())
            if fact is not None and overtaken_by.isdisjoint(overtaking):
                # A guest may hear of several declined cards.
                yield audience, fact.id if kind == "declined" else kind, fact


def _news_of_money(order: Order, state: OrderState) -> Iterator[_News]:
    """Yield the notices of refunds, and of an order for which only another card can pay."""
    pay = state.payment
    for fact, data in order.of_kind(Refunded):
        if data.refund_id in pay.refunded:
            yield GUEST, fact.id, fact
    for fact, refusal in order.of_kind(RefundRefused):
        name = refusal.refund_id
        needless = name.startswith(EXCESS) and state.excess <= 0
        # A refund that failed after it was made has a notice of its own: it does not hold.
        if not needless and name not in {*pay.failed, *pay.refunded}:
            yield OPERATOR, fact.id, fact
    if state.is_unpaid:
        since = _unpaid_since(order, state)
        for audience in (GUEST, STORE, OPERATOR):
            yield audience, f"{UNPAID}/{pay.latest_attempt}", since
    elif _lost_its_hold(state):
        since = latest_of(fact for fact, _ in order.of_kind(Voided))
        yield GUEST, f"{CARD_NEEDED}/{pay.latest_attempt}", since


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
    return sorted(by, key=moment)[:1]


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
    return latest_of([min(made, key=moment), *gone, *lived])
