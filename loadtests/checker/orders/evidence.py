"""What a check of orders is judged by: history, tables, and the list of the provider."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

from loadtests.checker.history import Attempt, CheckOperation, History
from services.domain.orders.order import Order
from services.payments.intents import Intent, Refund
from services.payments.minor_units import from_provider
from services.storage import keys

PLACE = "placeOrder"


@dataclass(frozen=True, slots=True)
class Charge:
    """One payment as the provider has it; amounts in minor units.

    Attributes:
        payment: The provider's id.
        order_id: The order that its metadata name; empty where they name none.
        received: What was taken.
        refunded: What was given back of it.
        held: What is held on the card and was not taken.
    """

    payment: str
    order_id: str
    received: int
    refunded: int = 0
    held: int = 0

    @classmethod
    def of(cls, intent: Intent, refunds: Iterable[Refund]) -> "Charge":
        """Return a payment of the provider's list, with its refunds."""
        back = sum(one.amount for one in refunds if not one.failed)
        held = intent.amount if intent.status == "requires_capture" else 0
        received, refunded, held = (
            from_provider(amount, intent.currency) for amount in (intent.received, back, held)
        )
        return cls(intent.id, intent.order_id, received, refunded, held)

    @property
    def net(self) -> int:
        """Return what was taken and not given back."""
        return self.received - self.refunded


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the invariants are judged by.

    Attributes:
        history: What clients sent and which answers they got.
        regions: Region to the orders of the check that its table holds, by order id.
        charges: The provider's payments since the check began: those of its orders, and those that
            no order of the cloud has.
        counted: Store and item to the pieces that were counted before the first order.
        shown: Region to the status of each order as its API shows it.
        unfinished: Order id to the effects that are due and were not carried out in time.
        left_by_lost: Order id of a region that was lost to what the others did not do in time; an
            empty text where they did all.
        differences: Order id or payment to a difference that the reconciliation names.
    """

    history: History
    regions: Mapping[str, Mapping[str, Order]]
    charges: Sequence[Charge] = ()
    counted: Mapping[tuple[str, str], int] = field(default_factory=dict)
    shown: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unfinished: Mapping[str, Sequence[str]] = field(default_factory=dict)
    left_by_lost: Mapping[str, str] = field(default_factory=dict)
    differences: Sequence[tuple[str, str]] = ()

    def orders(self) -> dict[str, Order]:
        """Return every order with the facts of all tables."""
        return union(self.regions.values())

    def placements(self) -> dict[str, CheckOperation]:
        """Return the operations that place an order, by the order's id."""
        return {
            order_of(one): one for one in self.history.operations.values() if one.action == PLACE
        }

    def acknowledged(self) -> list[tuple[CheckOperation, list[Attempt]]]:
        """Return each operation that a region acknowledged, with its acknowledgements."""
        attempts = self.history.by_operation()
        found = [
            (operation, [one for one in attempts.get(name, ()) if one.outcome == "ok"])
            for name, operation in self.history.operations.items()
        ]
        return [(operation, oks) for operation, oks in found if oks]


def union(tables: Iterable[Mapping[str, Order]]) -> dict[str, Order]:
    """Return every order with the facts that any of the tables has of it."""
    found: dict[str, list[Order]] = {}
    for table in tables:
        for name, order in table.items():
            found.setdefault(name, []).append(order)
    return {name: reduce(Order.merge, parts) for name, parts in found.items()}


def order_of(operation: CheckOperation) -> str:
    """Return the id of the order that an operation is about."""
    return operation.document.pk.removeprefix(keys.ORDER_PREFIX)
