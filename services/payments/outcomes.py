"""Records what the payment provider has for a payment as facts of its order.

For whoever learns that something happened there, in whatever order and however often. The facts
have ids of their own, so a repetition changes nothing, in any region.
"""

from collections.abc import Iterator
from typing import Final

from services.domain.orders.facts import Data, Refunded, RefundRefused
from services.payments.intents import Intent, outcome
from services.payments.minor_units import from_provider
from services.payments.stripe_api import StripeApi
from services.storage.orders import OrderRepository

AUTHOR: Final = "provider"


class OrderNotHereError(LookupError):
    """The region does not know the order of the payment yet."""


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
        """
        intent = self._api.intent(intent_id)
        if not intent.order_id or not intent.attempt:
            return 0  # a payment of the account that is none of carte's
        order = self._orders.read(intent.order_id)
        if order is None:
            raise OrderNotHereError(intent.order_id)
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
                amount = from_provider(refund.amount, intent.currency)
                kind = RefundRefused if refund.failed else Refunded
                yield kind(refund.name, amount, refund.id)
