"""Compares the payment provider's list with the orders of a table, and names every difference.

Both sides are compared in both directions: what the provider has must be recorded in exactly one
order, what an order records must be at the provider, and what an order costs must be what the guest
paid (docs/orders.md, "Money"). Payments and refunds are compared by the provider's ids: two of one
attempt, or of one name, are two.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, replace
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


@dataclass(frozen=True, slots=True)
class Again:
    """Looks at an order and its payments again, before a difference is named.

    The list of orders is read before the list of payments, and a system in use goes on meanwhile.

    Attributes:
        order: Returns an order by its id as it is now, or None.
        payment: Returns a payment by the provider's id as it is now, or None.
        now_ms: Returns the time, Unix milliseconds (UTC).
    """

    order: Callable[[str], Order | None]
    payment: Callable[[str], Intent | None]
    now_ms: Callable[[], int]


def compare(
    payments: Iterable[Intent],
    refunds_of: Callable[[str], Iterable[Refund]],
    orders: Iterable[Order],
    now_ms: int,
    grace_ms: int = GRACE_MS,
    *,
    since_ms: int = 0,
    again: Again | None = None,
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
        again: How to look again at what differs; None where orders and payments are at rest.
    """
    known = {order.order_id: order for order in orders}
    listed: dict[str, list[Intent]] = {}
    for one in payments:
        listed.setdefault(one.order_id, []).append(one)
    provider_ids = {one.id for several in listed.values() for one in several}
    moment = _Moment(now_ms - grace_ms, since_ms, refunds_of, provider_ids)
    found: list[Difference] = []
    by_card = 0
    for name in dict.fromkeys((*listed, *known)):
        order = known.get(name)
        by_card += order is not None and moment.judges(order)
        differences = list(moment.differences(order, listed.get(name, ())))
        if differences and again is not None:
            differences = _still_there(name, listed.get(name, ()), moment, again, grace_ms)
        found += differences
    return Comparison(len(provider_ids), by_card, tuple(found))


def _still_there(
    name: str, listed: Iterable[Intent], moment: "_Moment", again: Again, grace_ms: int
) -> list[Difference]:
    """Return what differs in an order that is looked at again, and that nobody works on now."""
    before = again.order(name) if name else None
    ids = {one.id for one in listed} | (_references(before) if before else set())
    looked = (again.payment(one) for one in sorted(ids))
    payments = [one for one in looked if one is not None]
    now_ms = again.now_ms()
    order = again.order(name) if name else None
    if order != before:
        return []
    provider_ids = {one.id for one in payments}
    later = replace(moment, settled_by_ms=now_ms - grace_ms, provider_ids=provider_ids)
    return list(later.differences(order, payments))


@dataclass(frozen=True, slots=True)
class _Moment:
    """What a comparison of one order with its payments needs beside the two.

    Attributes:
        settled_by_ms: Unix milliseconds (UTC): what changed since then is under way.
        since_ms: As in `compare`.
        refunds_of: As in `compare`.
        provider_ids: Ids of the payments that the provider has.
    """

    settled_by_ms: int
    since_ms: int
    refunds_of: Callable[[str], Iterable[Refund]]
    provider_ids: AbstractSet[str]

    def judges(self, order: Order) -> bool:
        """Return whether what an order records is looked for at the provider."""
        is_old = _changed_ms(order) <= self.settled_by_ms and _placed_ms(order) >= self.since_ms
        return is_old and fold(order).payment.by_card

    def differences(self, order: Order | None, payments: Iterable[Intent]) -> Iterator[Difference]:
        """Yield how an order differs from its payments; None: there is no such order."""
        if order is not None and _changed_ms(order) > self.settled_by_ms:
            return
        old = [one for one in payments if one.created * 1000 <= self.settled_by_ms]
        if order is None:
            for one in old:
                yield from _of_stray(one)
            return
        refunds = {one.id: list(self.refunds_of(one.id)) if one.received else [] for one in old}
        state = fold(order)
        unnamed = _without_reference(order, state)
        for one in old:
            yield from _of_payment(one, order, state)
            for refund in refunds[one.id]:
                yield from _of_refund(refund, one, order, state, unnamed)
        if self.judges(order):
            yield from _of_order(order, state, self.provider_ids)
            yield from _refunds_of_order(order, state, refunds)


def _placed_ms(order: Order) -> int:
    return min((fact.stamp.unix_ms for fact, _ in order.of_kind(Placed)), default=0)


def _references(order: Order) -> set[str]:
    """Return the provider's ids of the payments that an order records."""
    outcomes = (*order.of_kind(Authorized), *order.of_kind(Captured))
    return {data.reference for _, data in outcomes if data.reference}


def _held(one: Intent) -> int:
    return from_provider(one.amount, one.currency) if one.status == "requires_capture" else 0


def _of_stray(one: Intent) -> Iterator[Difference]:
    """Yield a payment with money that no order has."""
    amount = from_provider(one.received, one.currency) or _held(one)
    if amount:
        kind = DifferenceKind.NO_ORDER if one.order_id else DifferenceKind.BESIDE_CARTE
        yield Difference(kind, one.order_id, one.id, 0, amount, one.currency)


def _of_payment(one: Intent, order: Order, state: OrderState) -> Iterator[Difference]:
    """Yield what a payment took or holds, and its order does not record of this payment."""
    taken, held, pay = from_provider(one.received, one.currency), _held(one), state.payment

    def differs(kind: DifferenceKind, expected: int, found: int) -> Difference:
        return Difference(kind, one.order_id, one.id, expected, found, one.currency)

    recorded = sum(data.amount for _, data in order.of_kind(Captured) if _is_of(data, one))
    if recorded != taken:
        yield differs(DifferenceKind.CAPTURE_NOT_RECORDED, recorded, taken)
    known = sum(
        data.amount
        for _, data in order.of_kind(Authorized)
        if data.attempt in pay.open and _is_of(data, one)
    )
    if held and not known:
        yield differs(DifferenceKind.HOLD_NOT_RECORDED, known, held)


def _is_of(data: Authorized | Captured, one: Intent) -> bool:
    """Return whether an outcome is that of a payment: by the payment's id, where it has one."""
    return data.reference == one.id if data.reference else data.attempt == one.attempt


def _without_reference(order: Order, state: OrderState) -> dict[str, int]:
    """Return the refunds that are recorded without the provider's id, by name, with their amounts.

    Each stands for one refund at the provider.
    """
    made = (data for _, data in order.of_kind(Refunded))
    pay = state.payment
    return {
        one.refund_id: one.amount
        for one in made
        if one.refund_id in pay.refunded and not one.reason
    }


def _of_refund(
    refund: Refund, one: Intent, order: Order, state: OrderState, unnamed: dict[str, int]
) -> Iterator[Difference]:
    """Yield a refund of a payment that its order does not record, or records otherwise.

    Args:
        refund: The refund.
        one: Its payment.
        order: The order of the payment.
        state: Where the order stands.
        unnamed: As `_without_reference` returns them; the one that stands for this refund is taken
            out.
    """
    amount = 0 if refund.failed else from_provider(refund.amount, one.currency)
    given = sum(
        data.amount
        for _, data in order.of_kind(Refunded)
        if data.refund_id in state.payment.refunded and data.reason == refund.id
    ) or unnamed.pop(refund.name, 0)
    if given == amount:
        return
    kind = DifferenceKind.REFUND_FAILED
    if not refund.failed:
        recorded, beside = DifferenceKind.REFUND_NOT_RECORDED, DifferenceKind.REFUND_BESIDE_CARTE
        kind = recorded if refund.name else beside
    yield Difference(kind, one.order_id, one.id, given, amount, one.currency)


def _of_order(
    order: Order, state: OrderState, provider_ids: AbstractSet[str]
) -> Iterator[Difference]:
    """Yield what an order records and the provider lacks, and what it costs too much or little."""
    pay = state.payment
    currency = state.placement.currency if state.placement else ""

    def differs(kind: DifferenceKind, payment: str, expected: int, found: int) -> Difference:
        return Difference(kind, order.order_id, payment, expected, found, currency)

    held = [data for _, data in order.of_kind(Authorized) if data.attempt in pay.open]
    for data in (*held, *(data for _, data in order.of_kind(Captured))):
        if data.reference not in provider_ids:
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
    there = [refund for refunds in refunds_at.values() for refund in refunds]
    ids, names = {refund.id for refund in there}, {refund.name for refund in there}
    currency = state.placement.currency if state.placement else ""
    for _, data in order.of_kind(Refunded):
        is_there = data.reason in ids if data.reason else data.refund_id in names
        if data.refund_id in state.payment.refunded and not is_there:
            kind = DifferenceKind.REFUND_NOT_AT_PROVIDER
            yield Difference(kind, order.order_id, data.reason, data.amount, 0, currency)


def _due(state: OrderState, pay: Payment) -> int:
    """Return what the guest is to have paid by now."""
    if not state.accepted or state.ended:
        return 0
    return max(0, pay.total - pay.requested_back)


def _changed_ms(order: Order) -> int:
    return max((fact.stamp.unix_ms for fact in order.facts.values()), default=0)
