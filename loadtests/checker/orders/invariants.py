"""The invariants of orders as rules: each counts what it looked at, and names what breaks it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from loadtests.checker.history import Attempt, CheckOperation
from loadtests.checker.orders.evidence import PLACE, Charge, Evidence, order_of
from services.domain.orders.due_notices import UNPAID
from services.domain.orders.facts import OPERATOR, Notified, Placed, RefundAsked, Settled
from services.domain.orders.identity import refund_id
from services.domain.orders.order import Order
from services.domain.orders.state import OrderState, fold
from services.domain.stamp import Stamp
from services.payments.reconcile import DifferenceKind

# Mutation to the kind of the fact that its acknowledgement promises.
FACT_OF: Final[Mapping[str, str]] = {
    "cancelOrder": "cancelled",
    "acceptOrder": "accepted",
    "rejectOrder": "rejected",
    "markOrderReady": "ready",
    "markOrderCollected": "collected",
    "refundOrder": "refund-asked",
}


@dataclass(frozen=True, slots=True)
class Breach:
    """One observation that breaks an invariant.

    Attributes:
        subject: The order, payment or counted item.
        detail: What was expected and what is.
        operations: Ids of the operations concerned.
    """

    subject: str
    detail: str
    operations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """An invariant after a check.

    Attributes:
        name: `I1` to `I6`.
        promise: What it promises, in one line.
        observations: How many things were looked at.
        breaches: Those that break it.
    """

    name: str
    promise: str
    observations: int
    breaches: tuple[Breach, ...]


StoreItem = tuple[str, str]
Looked = Iterator[Breach | None]
"""One value for each observation: None where the invariant holds."""


def judge(evidence: Evidence) -> tuple[Judged, ...]:
    """Return each invariant with its observations and breaches."""
    return tuple(_judged(name, promise, rule(evidence)) for name, promise, rule in _RULES)


def _judged(name: str, promise: str, looked: Iterable[Breach | None]) -> Judged:
    results = list(looked)
    return Judged(name, promise, len(results), tuple(one for one in results if one is not None))


def _acknowledged_orders(evidence: Evidence) -> Looked:
    """I1: look at each acknowledged order in each region."""
    for operation, _ in evidence.acknowledged():
        if operation.action != PLACE:
            continue
        name = order_of(operation)
        for region, orders in evidence.regions.items():
            order = orders.get(name)
            is_there = order is not None and bool(order.of_kind(Placed))
            yield (
                None
                if is_there
                else Breach(name, f"it was acknowledged; {region} lacks it", (operation.id,))
            )


def _one_order(evidence: Evidence) -> Looked:
    """I2: look at each operation that places an order: one order, at most one charge."""
    charges = _by_order(evidence.charges)
    acknowledged = {operation.id: oks for operation, oks in evidence.acknowledged()}
    for name, operation in evidence.placements().items():
        answered = {str(one.answer["order"]["id"]) for one in acknowledged.get(operation.id, ())}
        paid = [one for one in charges[name] if one.net > 0 or one.held > 0]
        problem = ""
        if not answered <= {name}:
            problem = f"the answers name {', '.join(sorted(answered))}"
        elif len(paid) > 1:
            problem = f"the guest pays {len(paid)} times: {_listed(paid)}"
        yield Breach(name, problem, (operation.id,)) if problem else None


def _no_oversell(evidence: Evidence) -> Looked:
    """I3: look at each counted item of each store, at the end and at the worst moment before."""
    sold, reserved = pieces_sold(evidence)
    for at, counted in sorted(evidence.counted.items()):
        most = max(sold[at], reserved[at])
        detail = f"{counted} pieces were counted; {most} were sold at once, {sold[at]} in the end"
        yield Breach("/".join(at), detail) if most > counted else None


def pieces_sold(evidence: Evidence) -> tuple[Counter[StoreItem], Counter[StoreItem]]:
    """Return the pieces of each counted item that were sold in the end, and most at once."""
    orders = evidence.orders()
    sold: Counter[StoreItem] = Counter()
    for name, operation in evidence.placements().items():
        if name in orders and fold(orders[name]).live:
            for item, pieces in operation.sold.items():
                sold[str(operation.input["storeId"]), item] += pieces
    reserved = _most_reserved(orders.values())
    return (
        Counter({at: sold[at] for at in evidence.counted}),
        Counter({at: reserved[at] for at in evidence.counted}),
    )


def _most_reserved(orders: Iterable[Order]) -> Counter[StoreItem]:
    """Return the most pieces of each item that orders held at once, by store and item.

    Orders hold pieces from a region's placement on, until that region gives them back. Stamps order
    the two as the regions saw them: a region sells given back pieces only after it saw that they
    were.
    """
    changes: list[tuple[Stamp, StoreItem, int]] = []
    for order in orders:
        back = {
            fact.stamp.region: fact.stamp for fact, one in order.of_kind(Settled) if one.given_back
        }
        for fact, placed in order.of_kind(Placed):
            for line in placed.lines:
                at = (placed.store_id, line.item_id)
                changes.append((fact.stamp, at, line.quantity))
                if fact.stamp.region in back:
                    changes.append((back[fact.stamp.region], at, -line.quantity))
    now: Counter[StoreItem] = Counter()
    most: Counter[StoreItem] = Counter()
    for _, at, pieces in sorted(changes):
        now[at] += pieces
        most[at] = max(most[at], now[at])
    return most


def _money(evidence: Evidence) -> Looked:
    """I4: look at each order by card, each payment, and each difference of the reconciliation."""
    orders, charges = evidence.orders(), _by_order(evidence.charges)
    for name, operation in evidence.placements().items():
        if operation.input["payment"] != "CARD" or name not in orders:
            continue
        state = fold(orders[name])
        paid, due = sum(one.net for one in charges[name]), _due(orders[name], state)
        held = sum(one.held for one in charges[name])
        if paid != due:
            detail = f"{state.status.value}: the guest paid {paid} of {due}"
        elif held and state.ended:
            detail = f"{state.status.value}: {held} are still held on the guest's card"
        else:
            yield None
            continue
        yield Breach(name, f"{detail} minor units: {_listed(charges[name])}", (operation.id,))
    for one in evidence.charges:
        is_stray = one.order_id not in orders and (one.net > 0 or one.held > 0)
        yield Breach(one.payment, f"no order has it: {_listed([one])}") if is_stray else None
    for subject, text in evidence.differences:
        if text.startswith(DifferenceKind.PAID_TOO_LITTLE.value) and subject in orders:
            order = orders[subject]
            if _left_to_people(order, fold(order)):
                continue
        yield Breach(subject, f"reconciliation: {text}")


def _one_history(evidence: Evidence) -> Looked:
    """I5: look at each order in all regions, and at each acknowledged act."""
    orders = evidence.orders()
    for name, order in orders.items():
        parts = {region: table.get(name) for region, table in evidence.regions.items()}
        lacking = {
            region: sorted(order.facts.keys() - (part.facts.keys() if part else set()))
            for region, part in parts.items()
            if part is None or part.facts != order.facts
        }
        status = fold(order).status.name
        shown = {
            region: found[name]
            for region, found in evidence.shown.items()
            if name in found and found[name] != status
        }
        if lacking:
            yield Breach(name, f"histories differ; lacking: {lacking}")
        elif shown:
            yield Breach(name, f"its facts say {status}; shown: {shown}")
        else:
            yield None
    attempts = _attempts_of_acts(evidence)
    for operation, answers in evidence.acknowledged():
        if operation.action not in FACT_OF:
            continue
        name = order_of(operation)
        facts = orders[name].facts if name in orders else {}
        others = attempts[name, operation.action]
        promises = [_promised(operation, answer, others) for answer in answers]
        lost = [one for one in promises if not any(fact in facts for fact in one)]
        ids = " or ".join(f"`{one}`" for one in lost[0]) if lost else ""
        detail = f"{operation.action} was acknowledged; the order has no fact {ids}"
        yield Breach(name, detail, (operation.id,)) if lost else None


def _attempts_of_acts(evidence: Evidence) -> defaultdict[tuple[str, str], list[Attempt]]:
    """Return the requests for acts, whatever became of them, by order and mutation."""
    found: defaultdict[tuple[str, str], list[Attempt]] = defaultdict(list)
    operations = evidence.history.operations
    for one in evidence.history.attempts:
        operation = operations[one.operation]
        found[order_of(operation), operation.action].append(one)
    return found


def _promised(operation: CheckOperation, answer: Attempt, attempts: Iterable[Attempt]) -> list[str]:
    """Return the ids of the facts of which an acknowledgement promises that one is kept.

    A refund has a fact of its own. An act is recorded by the region that acknowledges it, unless
    another region's fact of the same kind is known there: one of a request that was sent before.
    No order of a check is large, so none is rejected without a request.

    Args:
        operation: What was acknowledged.
        answer: The acknowledgement.
        attempts: All requests for the same act on the same order.
    """
    kind = FACT_OF[operation.action]
    if kind == RefundAsked.KIND:
        return [f"{kind}/{refund_id(operation.id)}"]
    before = {one.region for one in attempts if one.sent < answer.ended}
    return [f"{kind}/{region}" for region in sorted({answer.region, *before})]


def _progress(evidence: Evidence) -> Looked:
    """I6: look at each order for effects that were not carried out, of a lost region also then."""
    for name in evidence.orders():
        open_effects = evidence.unfinished.get(name)
        yield Breach(name, f"not done: {', '.join(open_effects)}") if open_effects else None
    for name, left in evidence.left_by_lost.items():
        yield Breach(name, f"while its region was away: {left}") if left else None


def _left_to_people(order: Order, state: OrderState) -> bool:
    """Return whether money is missing that nothing takes by itself, and the operator heard of it.

    An ending that goods overruled had released or returned the money, and a card is taken once.
    """
    notice = f"{Notified.KIND}/{OPERATOR}/{UNPAID}/{state.payment.latest_attempt}"
    return state.is_unpaid and notice in order.facts


def _due(order: Order, state: OrderState) -> int:
    """Return what the guest is to have paid in the end, in minor units."""
    if _left_to_people(order, state):
        return state.payment.net
    if not state.accepted or state.ended:
        return 0
    return max(0, state.payment.total - state.payment.requested_back)


def _by_order(charges: Iterable[Charge]) -> defaultdict[str, list[Charge]]:
    found: defaultdict[str, list[Charge]] = defaultdict(list)
    for one in charges:
        found[one.order_id].append(one)
    return found


def _listed(charges: Iterable[Charge]) -> str:
    texts = [
        f"{one.payment} (taken {one.received}, given back {one.refunded}, held {one.held})"
        for one in charges
    ]
    return ", ".join(texts) or "no payment"


_RULES: Final[tuple[tuple[str, str, Callable[[Evidence], Looked]], ...]] = (
    ("I1", "an acknowledged order is in all regions", _acknowledged_orders),
    ("I2", "one operationId makes one order and at most one charge", _one_order),
    ("I3", "no counted piece is sold twice", _no_oversell),
    ("I4", "the provider has taken what the orders cost, and nothing else", _money),
    (
        "I5",
        "an order's history is the same in all regions and has every acknowledged act",
        _one_history,
    ),
    ("I6", "every effect of an order was carried out, also of a lost region's orders", _progress),
)


def contradicted(orders: Iterable[Order]) -> int:
    """Return the number of facts that do not hold because another region's fact overrules them."""
    return sum(len(fold(order).overruled) for order in orders)
