"""Records what the payment provider has for a payment as facts of its order.

For whoever learns that something happened there, in whatever order and however often. The facts
have ids of their own, so a repetition changes nothing, in any region.
"""

from collections.abc import Iterator
from typing import Final

from services.domain.errors import CarteError
from services.domain.orders.facts import Authorized, Captured, Data
from services.domain.orders.order import Order
from services.payments.intents import Intent, outcome, refund_outcome
from services.payments.stripe_api import StripeApi
from services.storage.orders import OrderRepository

AUTHOR: Final = "provider"


class OrderNotHereError(LookupError):
    """The region does not know the order of the payment yet."""


class SecondPaymentError(CarteError):
    """An attempt has another payment than the one that its order records."""


class OutcomeRecorder:
    """Reads payments from the provider and records them in one region."""

    def __init__(self, api: StripeApi, orders: OrderRepository) -> None:
        self._api = api
        self._orders = orders

    def record(self, intent_id: str) -> int:
        """Record where a payment stands; return how many facts were new to the region.

        Args:
            intent_id: The provider's id of the payment.

        Raises:
            OrderNotHereError: The region does not know the order yet.
            RefusedError: The provider has no such payment.
            UnknownOutcomeError: The provider did not answer.
            ContentionError: Others wrote the order faster, every time.
            SecondPaymentError: The order records another payment of the same attempt, which takes
                or took the money too: nothing is recorded, since an attempt has one outcome.
        """
        intent = self._api.intent(intent_id)
        if not intent.order_id or not intent.attempt:
            return 0  # a payment of the account that is none of carte's
        order = self._orders.read(intent.order_id)
        if order is None:
            raise OrderNotHereError(intent.order_id)
        _check_first(intent, order)
        new = 0
        for fact in self._facts(intent):
            if f"{fact.KIND}/{fact.key('')}" not in order.facts:
                self._orders.record(intent.order_id, fact, AUTHOR)
                new += 1
        return new

    def _facts(self, intent: Intent) -> Iterator[Data]:
        settled = outcome(intent)
        if settled is not None:
            yield settled
        if not intent.received:
            return
        for refund in self._api.refunds(intent.id):
            if refund.name:
                yield refund_outcome(refund, intent.currency)


def _check_first(intent: Intent, order: Order) -> None:
    """Check that a payment that has or had money is the one that its attempt has.

    Raises:
        SecondPaymentError: It is another one.
    """
    if not isinstance(outcome(intent), Authorized | Captured):
        return
    known = [fact.data for fact in order.facts.values()]
    for data in (one for one in known if isinstance(one, Authorized | Captured)):
        if data.attempt == intent.attempt and data.reference not in {"", intent.id}:
            raise SecondPaymentError(
                f"attempt {intent.attempt} of order {order.order_id} has the payment "
                f"{data.reference}, and {intent.id} beside it",
                "`carte reconcile` names what was taken; give it back or release it at the "
                "provider (docs/orders.md, Money).",
            )
