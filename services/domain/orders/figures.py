"""The figures of a store's days: its orders by outcome and what they brought, added up from facts.

An order belongs to the day of its pickup by the store's calendar: that day lists it, and it stays
the same whatever becomes of the order.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import Enum
from typing import Final, NamedTuple

from services.domain.orders.order import Order
from services.domain.orders.state import OrderState, Status, fold
from services.domain.quotes.line import Line


class Outcome(Enum):
    """What became of an order; each order has one."""

    WAITING = "waiting"
    IN_WORK = "in-work"
    COLLECTED = "collected"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    EXPIRED = "expired"
    REFUNDED = "refunded"


_OUTCOMES: Final[Mapping[Status, Outcome]] = {
    Status.PLACED: Outcome.WAITING,
    Status.AUTHORIZED: Outcome.WAITING,
    Status.DECLINED: Outcome.WAITING,
    Status.ACCEPTED: Outcome.IN_WORK,
    Status.READY: Outcome.IN_WORK,
    Status.COLLECTED: Outcome.COLLECTED,
    Status.CANCELLED: Outcome.CANCELLED,
    Status.REJECTED: Outcome.REJECTED,
    Status.EXPIRED: Outcome.EXPIRED,
    Status.REFUNDED: Outcome.REFUNDED,
}


class Amounts(NamedTuple):
    """Amounts of orders in minor units of one currency.

    Attributes:
        revenue: Totals of the orders that guests collected, tax included.
        tax: The part of `revenue` that is tax.
        charged: The part of `revenue` that the payment provider took.
        refunded: What staff gave back of `revenue`, through the payment provider.
        other_refunds: What staff gave back of orders that nobody collected.
        expected: Totals of the orders that wait or are in work.
    """

    revenue: int = 0
    tax: int = 0
    charged: int = 0
    refunded: int = 0
    other_refunds: int = 0
    expected: int = 0

    def plus(self, other: "Amounts") -> "Amounts":
        """Return the sums."""
        return Amounts(*(one + more for one, more in zip(self, other, strict=True)))


class OrderFigures(NamedTuple):
    """What one order adds to the figures of its day.

    Attributes:
        day: Day of the pickup by the store's calendar.
        outcome: What became of it.
        currency: ISO 4217 code of its amounts.
        amounts: Its amounts.
        sold: Its lines where guests collected it; otherwise none.
    """

    day: date
    outcome: Outcome
    currency: str
    amounts: Amounts
    sold: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The figures of a store on a day.

    Attributes:
        day: Day by the store's calendar.
        outcomes: Orders by outcome; one that is missing is 0.
        amounts: Amounts of the orders in the store's currency.
        foreign: Orders in another currency, which `amounts` leaves out.
    """

    day: date
    outcomes: Mapping[Outcome, int]
    amounts: Amounts
    foreign: int = 0

    @property
    def placed(self) -> int:
        """Return all orders of the day, whatever became of them."""
        return sum(self.outcomes.values())


class ItemFigures(NamedTuple):
    """What a store sold of an item by orders that guests collected.

    Attributes:
        item_id: Id of the catalog item.
        pieces: Pieces.
        revenue: What guests paid for them, tax included, in minor units, before refunds: these are
            of orders, not of items.
        tax: The part of `revenue` that is tax.
    """

    item_id: str
    pieces: int
    revenue: int
    tax: int

    def plus(self, other: "ItemFigures") -> "ItemFigures":
        """Return the sums of what was sold of the item."""
        return ItemFigures(
            self.item_id,
            self.pieces + other.pieces,
            self.revenue + other.revenue,
            self.tax + other.tax,
        )


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """The figures of a store on some days.

    Attributes:
        days: Each of the days, in their order, also those without orders.
        items: The items that were sold, the highest revenue first.
    """

    days: tuple[DayFigures, ...]
    items: tuple[ItemFigures, ...]


def order_figures(order: Order, zone: tzinfo) -> OrderFigures | None:
    """Return what an order adds to its day; None where no placement of it has arrived.

    Args:
        order: All of its facts that the region has.
        zone: The store's time zone.
    """
    state = fold(order)
    placed = state.placement
    if placed is None:
        return None
    day = datetime.fromtimestamp(placed.pickup_at, zone).date()
    outcome = _OUTCOMES[state.status]
    sold = placed.lines if "collected" in state.holding else ()
    amounts = _amounts(state, placed.total, outcome, sold)
    return OrderFigures(day, outcome, placed.currency, amounts, sold)


def _amounts(state: OrderState, total: int, outcome: Outcome, sold: Sequence[Line]) -> Amounts:
    pay = state.payment
    # What was taken twice and came back by itself was never revenue, and is no refund of any.
    given_back = min(total, pay.requested_back)
    if not sold:
        is_open = outcome in {Outcome.WAITING, Outcome.IN_WORK}
        return Amounts(other_refunds=given_back, expected=total if is_open else 0)
    return Amounts(
        revenue=total,
        tax=sum(line.tax for line in sold),
        charged=max(0, min(total, pay.captured_amount - pay.excess_back)),
        refunded=given_back,
    )


def store_figures(
    orders: Iterable[Order], days: Sequence[date], zone: tzinfo, currency: str
) -> StoreFigures:
    """Return the figures of a store on some days.

    Args:
        orders: Orders of the store, each once; those of other days are left out.
        days: Days by the store's calendar, each once.
        zone: The store's time zone.
        currency: ISO 4217 code of the amounts.
    """
    outcomes: dict[date, Counter[Outcome]] = {day: Counter() for day in days}
    amounts = dict.fromkeys(days, Amounts())
    foreign: Counter[date] = Counter()
    sold: list[ItemFigures] = []
    for order in orders:
        found = order_figures(order, zone)
        if found is None or found.day not in amounts:
            continue
        outcomes[found.day][found.outcome] += 1
        if found.currency != currency:
            foreign[found.day] += 1
            continue
        amounts[found.day] = amounts[found.day].plus(found.amounts)
        sold += (
            ItemFigures(line.item_id, line.quantity, line.amount, line.tax) for line in found.sold
        )
    return StoreFigures(
        tuple(DayFigures(day, outcomes[day], amounts[day], foreign[day]) for day in days),
        item_sums(sold),
    )


def item_sums(sold: Iterable[ItemFigures]) -> tuple[ItemFigures, ...]:
    """Return each item once, with the sums of what was sold of it; the highest revenue first."""
    items: dict[str, ItemFigures] = {}
    for one in sold:
        known = items.get(one.item_id)
        items[one.item_id] = one if known is None else known.plus(one)
    return tuple(sorted(items.values(), key=lambda one: (-one.revenue, one.item_id)))
