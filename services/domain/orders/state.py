"""Where an order stands: a pure function of its facts, the same whatever order they came in."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from services.domain.orders.contradictions import CLAIMS, ENDINGS, GOODS, ruling, standing
from services.domain.orders.facts import (
    GUEST,
    OPERATOR,
    Authorized,
    Captured,
    Declined,
    Fact,
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
    """

    status: Status
    placement: Placed | None
    placed_in: str
    holding: Mapping[str, Fact]
    overruled: tuple[Overruled, ...]
    payment: Payment
    ended: bool
    goods: bool

    @property
    def live(self) -> bool:
        """The order is known and has not ended."""
        return self.placement is not None and not self.ended

    @property
    def accepted(self) -> bool:
        """The store makes the order or has made it."""
        return self.goods or "accepted" in self.holding


def fold(order: Order) -> OrderState:
    """Return where an order stands."""
    history = order.history()
    placements = {fact.stamp.region: fact for fact in history if isinstance(fact.data, Placed)}
    placed_in = min(placements, default="")
    placement = placements[placed_in].data if placements else None
    assert placement is None or isinstance(placement, Placed)  # noqa: S101 - narrows the type
    payment = payment_of(order, placement)
    present = [fact for fact in history if fact.kind in CLAIMS and not _is_past(fact, payment)]
    decided = standing({fact.kind for fact in present})
    holding: dict[str, Fact] = {}
    overruled: list[Overruled] = []
    for fact in present:
        by = decided[fact.kind]
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
    )


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
        case Authorized(attempt=attempt):
            return attempt in payment.voided and attempt not in payment.captured
        case _:
            return False


def _differs(fact: Fact, placement: Placed | None) -> bool:
    return (
        isinstance(fact.data, Placed)
        and placement is not None
        and (fact.data.fingerprint, fact.data.total) != (placement.fingerprint, placement.total)
    )


def latest_offer(order: Order, placement: Placed, attempt: int) -> str:
    """Return the token that an attempt uses: the last one offered up to that attempt."""
    offers = {data.attempt: data.token for _, data in order.of_kind(Offered)}
    before = [number for number in offers if number <= attempt]
    return offers[max(before)] if before else placement.token
