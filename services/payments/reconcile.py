"""Compares the payment provider's list with the orders of a table, and names every difference.

Both sides are compared in both directions: what the provider has must be recorded in exactly one
order, what an order records must be at the provider, and what an order costs must be what the guest
paid (docs/orders.md, "Money").
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any, Final

from services.domain.orders.facts import Authorized, Captured, Placed, Refunded
from services.domain.orders.order import Order
from services.domain.orders.payment import Payment
from services.domain.orders.state import OrderState, fold
from services.payments.intents import Intent, Refund
from services.payments.minor_units import from_provider

GRACE_MS: Final = 60_000


class DifferenceKind(Enum):
    """What differs."""

    BESIDE_CARTE = "beside-carte"
    NO_ORDER = "no-order"
    CAPTURE_NOT_RECORDED = "capture-not-recorded"
    REFUND_NOT_RECORDED = "refund-not-recorded"
    REFUND_BESIDE_CARTE = "refund-beside-carte"
    REFUND_FAILED = "refund-failed"
    REFUND_NOT_AT_PROVIDER = "refund-not-at-provider"
    HOLD_NOT_RECORDED = "hold-not-recorded"
    NOT_AT_PROVIDER = "not-at-provider"
    PAID_TOO_MUCH = "paid-too-much"
    PAID_TOO_LITTLE = "paid-too-little"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference; amounts in minor units.

    Attributes:
        kind: What differs.
        order_id: The order; empty: none.
        payment: The provider's id of the payment, or of the refund that it does not have; empty:
            none.
        expected: What the order says.
        found: What the provider has.
        currency: ISO 4217 code.
    """

    kind: DifferenceKind
    order_id: str
    payment: str
    expected: int
    found: int
    currency: str

    def to_json(self) -> dict[str, Any]:
        """Return the difference as JSON values."""
        return {**asdict(self), "kind": self.kind.value}

    def __str__(self) -> str:
        where = " ".join(word for word in (self.order_id, self.payment) if word)
        amounts = f"order {self.expected}, provider {self.found} {self.currency}"
        return f"{self.kind.value}: {where}: {amounts}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared, and what differs.

    Attributes:
        payments: Payments of the provider.
        orders: Orders by card.
        differences: In the order in which they were found.
    """

    payments: int
    orders: int
    differences: tuple[Difference, ...]


def compare(
    payments: Iterable[Intent],
    refunds_of: Callable[[str], Iterable[Refund]],
    orders: Iterable[Order],
    now_ms: int,
    grace_ms: int = GRACE_MS,
    *,
    since_ms: int = 0,
) -> Comparison:
    """Compare payments with orders.

    Args:
        payments: All payments of the provider since some time before `since_ms`.
        refunds_of: Returns the refunds of a payment.
        orders: All orders that one region knows, older ones included: a late payment may be of one.
        now_ms: Unix milliseconds (UTC).
        grace_ms: Orders and payments that changed so recently are left out: work is under way.
        since_ms: Unix milliseconds (UTC): of orders that were placed before then, the payments
            need not be among `payments`.
    """
    settled_by = now_ms - grace_ms
    known = {order.order_id: order for order in orders}
    fresh = {name for name, order in known.items() if _changed_ms(order) > settled_by}
    compared = {name: order for name, order in known.items() if name not in fresh}
    found: list[Difference] = []
    seen: set[str] = set()
    refunds_at: dict[str, list[Refund]] = {}
    count = 0
    for one in payments:
        count += 1
        seen.add(one.id)
        if one.order_id in fresh or one.created * 1000 > settled_by:
            continue
        refunds = refunds_at[one.id] = list(refunds_of(one.id)) if one.received else []
        found += _of_payment(one, refunds, compared.get(one.order_id))
    by_card = 0
    for order in compared.values():
        state = fold(order)
        if state.payment.by_card and _placed_ms(order) >= since_ms:
            by_card += 1
            found += _of_order(order, state, seen)
            found += _refunds_of_order(order, state, refunds_at)
    return Comparison(count, by_card, tuple(found))


def _placed_ms(order: Order) -> int:
    return min((fact.stamp.unix_ms for fact, _ in order.of_kind(Placed)), default=0)


def _of_payment(one: Intent, refunds: list[Refund], order: Order | None) -> Iterator[Difference]:
    """Yield what the provider has and no order records."""
    taken = from_provider(one.received, one.currency)
    held = from_provider(one.amount, one.currency) if one.status == "requires_capture" else 0

    def differs(kind: DifferenceKind, expected: int, found: int) -> Difference:
        return Difference(kind, one.order_id, one.id, expected, found, one.currency)

    if order is None:
        if taken or held:
            foreign = not one.order_id
            kind = DifferenceKind.BESIDE_CARTE if foreign else DifferenceKind.NO_ORDER
            yield differs(kind, 0, taken or held)
        return
    pay = fold(order).payment
    recorded = pay.captured.get(one.attempt, 0)
    if recorded != taken:
        yield differs(DifferenceKind.CAPTURE_NOT_RECORDED, recorded, taken)
    if held and one.attempt not in pay.open:
        yield differs(DifferenceKind.HOLD_NOT_RECORDED, pay.open.get(one.attempt, 0), held)
    for refund in refunds:
        given = pay.refunded.get(refund.name, 0)
        amount = 0 if refund.failed else from_provider(refund.amount, one.currency)
        differing = _difference_of(refund, given, amount)
        if differing is not None:
            yield differs(differing, given, amount)


def _difference_of(refund: Refund, given: int, amount: int) -> DifferenceKind | None:
    """Return how a refund differs from what its order records: `given` there, `amount` here."""
    if given == amount:
        return None
    if refund.failed:
        return DifferenceKind.REFUND_FAILED
    return DifferenceKind.REFUND_NOT_RECORDED if refund.name else DifferenceKind.REFUND_BESIDE_CARTE


def _of_order(order: Order, state: OrderState, seen: set[str]) -> Iterator[Difference]:
    """Yield what an order records and the provider lacks, and what it costs too much or little."""
    pay = state.payment
    currency = state.placement.currency if state.placement else ""

    def differs(kind: DifferenceKind, payment: str, expected: int, found: int) -> Difference:
        return Difference(kind, order.order_id, payment, expected, found, currency)

    held = [data for _, data in order.of_kind(Authorized) if data.attempt in pay.open]
    for data in (*held, *(data for _, data in order.of_kind(Captured))):
        if data.reference not in seen:
            yield differs(DifferenceKind.NOT_AT_PROVIDER, data.reference, data.amount, 0)
    due = _due(state, pay)
    if pay.net > due:
        yield differs(DifferenceKind.PAID_TOO_MUCH, "", due, pay.net)
    elif pay.net < due:
        yield differs(DifferenceKind.PAID_TOO_LITTLE, "", due, pay.net)


def _refunds_of_order(
    order: Order, state: OrderState, refunds_at: Mapping[str, Iterable[Refund]]
) -> Iterator[Difference]:
    """Yield the refunds that an order records and no payment of it has."""
    paid_by = [data.reference for _, data in order.of_kind(Captured)]
    if not all(name in refunds_at for name in paid_by):
        return  # a payment that is missing, or too young, is all that can be said
    at_provider = {refund.name for name in paid_by for refund in refunds_at[name]}
    currency = state.placement.currency if state.placement else ""
    for _, data in order.of_kind(Refunded):
        if data.refund_id in state.payment.refunded and data.refund_id not in at_provider:
            kind = DifferenceKind.REFUND_NOT_AT_PROVIDER
            yield Difference(kind, order.order_id, data.reason, data.amount, 0, currency)


def _due(state: OrderState, pay: Payment) -> int:
    """Return what the guest is to have paid by now."""
    if not state.accepted or state.ended:
        return 0
    return max(0, pay.total - pay.requested_back)


def _changed_ms(order: Order) -> int:
    return max((fact.stamp.unix_ms for fact in order.facts.values()), default=0)
