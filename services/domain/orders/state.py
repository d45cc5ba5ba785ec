"""Where an order stands: a pure function of its facts, the same whatever order they came in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from services.domain.orders.contradictions import CLAIMS, ENDINGS, GOODS, ruling, standing
from services.domain.orders.facts import (
    CARD,
    GUEST,
    OPERATOR,
    STORE,
    Accepted,
    Authorized,
    Captured,
    Declined,
    Fact,
    Notified,
    Offered,
    Placed,
    Refunded,
)
from services.domain.orders.order import Order
from services.domain.orders.payment import Payment, payment_of


class Status(Enum):
    """Where an order stands."""

    UNKNOWN = "unknown"
    PLACED = "placed"
    AUTHORIZED = "authorized"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    READY = "ready"
    COLLECTED = "collected"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    EXPIRED = "expired"
    REFUNDED = "refunded"


# The first of these that holds names the status.
_RANK: Final = (
    *("collected", "ready", "cancelled", "rejected", "accepted", "expired"),
    *("authorized", "declined", "placed"),
)
_ENDED: Final = frozenset(ENDINGS)
_OTHER_TIME_S: Final = 300  # of pickup, from which on the guest hears of it
ACCEPT_WITHIN_MS: Final = 10 * 60_000  # a store that does not answer for so long lets it expire


@dataclass(frozen=True, slots=True)
class Overruled:
    """A fact that does not hold although somebody got a notice of it.

    Attributes:
        fact: The fact.
        by: Kind of the fact that holds instead; `placed` for the placement of another region,
            `captured` for a refund that failed after it was made: the money is with the shop.
        notify: Audiences that get a notice that it does not hold.
    """

    fact: Fact
    by: str
    notify: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderState:
    """Where an order stands, computed from its facts.

    Attributes:
        status: Where it stands; `UNKNOWN` until a placement has arrived in this region.
        placement: The placement that counts; None until one has arrived.
        placed_in: The region of that placement.
        holding: By kind, the earliest fact that holds.
        overruled: Facts that do not hold, earliest first.
        payment: What the provider did.
        ended: It was cancelled, rejected or expired, and no goods went out.
        goods: The goods are ready or were collected.
        reached_store: The store could accept it before it ended: it was to be paid there, or its
            card was authorized by then. Or it was accepted, whatever else has arrived.
    """

    status: Status
    placement: Placed | None
    placed_in: str
    holding: Mapping[str, Fact]
    overruled: tuple[Overruled, ...]
    payment: Payment
    ended: bool
    goods: bool
    reached_store: bool

    @property
    def live(self) -> bool:
        """The order is known and has not ended."""
        return self.placement is not None and not self.ended

    @property
    def accepted(self) -> bool:
        """The store makes the order or has made it."""
        return self.goods or "accepted" in self.holding

    @property
    def accept_until(self) -> int:
        """Return until when the store may accept it, Unix milliseconds (UTC).

        A store that gets to see an order by card late, since its card was authorized late, has as
        long from then on, at most until `Placed.extension_ms` after the deadline.
        """
        if self.placement is None:
            return 0
        deadline, authorized = self.placement.accept_by, self.holding.get("authorized")
        if authorized is None:
            return deadline
        later = authorized.stamp.unix_ms + ACCEPT_WITHIN_MS
        return max(deadline, min(later, deadline + self.placement.extension_ms))

    @property
    def missing(self) -> int:
        """Return what is still to be taken by card, in minor units; 0 where the order has ended."""
        if not self.live or not self.payment.by_card:
            return 0
        return max(0, self.payment.total - self.payment.captured_amount + self.payment.excess_back)

    @property
    def excess(self) -> int:
        """Return what was taken and is not due, in minor units; below 0 where more is due."""
        pay = self.payment
        return pay.net - (max(0, pay.total - pay.requested_back) if self.live else 0)

    @property
    def usable_attempts(self) -> list[int]:
        """Return the attempts that hold what is missing, the earliest first."""
        missing = self.missing
        return [number for number, amount in self.payment.open.items() if amount >= missing > 0]

    @property
    def needs_card(self) -> bool:
        """Return whether money is missing that only another card of the guest can bring.

        A card that was charged, or whose hold was released, is not charged once more: Stripe
        takes a payment method without a customer only once.
        """
        pay = self.payment
        waits = self.missing > 0 and not self.usable_attempts
        return waits and pay.outcome_known(pay.latest_attempt)

    @property
    def is_unpaid(self) -> bool:
        """Return whether the store makes or made it, and only another card can pay for it."""
        return self.accepted and self.needs_card


def fold(order: Order) -> OrderState:
    """Return where an order stands."""
    history = order.history()
    placements = {fact.stamp.region: fact for fact in history if isinstance(fact.data, Placed)}
    placed_in = _counting(order)
    placement = placements[placed_in].data if placements else None
    assert placement is None or isinstance(placement, Placed)  # noqa: S101 - narrows the type
    named = placed_in in _named(order)
    payment = payment_of(order, placement, accepted=named)
    present = [fact for fact in history if fact.kind in CLAIMS and not _is_past(fact, payment)]
    decided = standing({fact.kind for fact in present})
    holding: dict[str, Fact] = {}
    overruled: list[Overruled] = []
    for fact in present:
        by = None if _is_late_decline(fact, payment) else decided[fact.kind]
        if isinstance(fact.data, Refunded) and fact.data.refund_id in payment.failed:
            overruled.append(Overruled(fact, Captured.KIND, (GUEST, OPERATOR)))
        elif by is not None:
            overruled.append(Overruled(fact, by, ruling(fact.kind, by).notify))
        elif fact.kind == Placed.KIND and fact.stamp.region != placed_in:
            notified = ("guest",) if _differs(fact, placement) else ()
            overruled.append(Overruled(fact, Placed.KIND, notified))
        else:
            holding.setdefault(fact.kind, fact)
    goods = any(kind in holding for kind in GOODS)
    ended = not goods and not _ENDED.isdisjoint(holding)
    return OrderState(
        _status(holding, payment, placement, ended=ended),
        placement,
        placed_in,
        holding,
        tuple(overruled),
        payment,
        ended,
        goods,
        _reached_store(history, payment),
    )


def _reached_store(history: Iterable[Fact], payment: Payment) -> bool:
    ended_at = min((fact.stamp for fact in history if fact.kind in _ENDED), default=None)
    return not payment.by_card or any(
        isinstance(fact.data, Accepted | Captured)
        or fact.data == Notified(STORE, Placed.KIND)
        or (isinstance(fact.data, Authorized) and (ended_at is None or fact.stamp < ended_at))
        for fact in history
    )


def _counting(order: Order) -> str:
    """Return the region of the placement that counts, empty where none has arrived.

    It is the one that an acceptance names: that content was acknowledged and made. Of those, or
    without an acceptance of placements of different contents, the one whose amount the provider
    took or held counts, and last the one of the lower region.
    """
    placements = {fact.stamp.region: data for fact, data in order.of_kind(Placed)}
    if len(placements) < 2:  # noqa: PLR2004 - there is nothing to choose
        return min(placements, default="")
    left = (_named(order) & placements.keys()) or placements.keys()
    amounts = {data.amount for _, data in (*order.of_kind(Authorized), *order.of_kind(Captured))}
    backed = {
        region
        for region in left
        if placements[region].method == CARD and placements[region].total in amounts
    }
    return min(backed or left)


def _named(order: Order) -> set[str]:
    """Return the regions whose placements acceptances name."""
    return {data.placement or fact.stamp.region for fact, data in order.of_kind(Accepted)}


def _status(
    holding: Mapping[str, Fact], payment: Payment, placement: Placed | None, *, ended: bool
) -> Status:
    if placement is None:
        return Status.UNKNOWN
    if not ended and payment.is_given_back:
        return Status.REFUNDED
    return Status(next(kind for kind in _RANK if kind in holding))


def _is_past(fact: Fact, payment: Payment) -> bool:
    """Return whether an outcome is history: another card came since, or the hold was released."""
    match fact.data:
        case Declined(attempt=attempt):
            return attempt < payment.latest_attempt
        case Authorized(attempt=attempt) if attempt not in payment.captured:
            return attempt in payment.voided
        case Authorized(attempt=attempt) | Captured(attempt=attempt):
            # What was taken was given back, or another card would not have been offered.
            return payment.net <= 0 and attempt < max(payment.declined, default=0)
        case _:
            return False


def _is_late_decline(fact: Fact, payment: Payment) -> bool:
    """Return whether a card was refused after an earlier attempt had taken or held money.

    No authorization of an earlier attempt, and no acceptance that came of it, shows that this card
    was taken after all.
    """
    if not isinstance(fact.data, Declined) or fact.data.attempt in payment.authorized:
        return False
    return any(attempt < fact.data.attempt for attempt in payment.released) and not payment.open


def _differs(fact: Fact, placement: Placed | None) -> bool:
    """Return whether the guest has to hear that another placement counts than the one of a fact."""
    one = fact.data
    if not isinstance(one, Placed) or placement is None:
        return False
    # As soon as possible is a few seconds later in the region of a repetition.
    other_time = abs(one.pickup_at - placement.pickup_at) >= _OTHER_TIME_S
    same = (one.fingerprint, one.total) == (placement.fingerprint, placement.total)
    return other_time or not same


def latest_offer(order: Order, placement: Placed, attempt: int) -> str:
    """Return the token that an attempt uses: the last one offered up to that attempt.

    Without an offer it is that of the placement; of a placement that is paid at the store, while
    another one is by card, that of the other.
    """
    offers = {data.attempt: data.token for _, data in order.of_kind(Offered)}
    before = [number for number in offers if number <= attempt]
    if before:
        return offers[max(before)]
    tokens = [data.token for _, data in order.of_kind(Placed) if data.token]
    return placement.token or min(tokens, default="")
