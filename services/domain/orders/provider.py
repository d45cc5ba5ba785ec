"""The port to a payment provider: what an adapter has to do for the duties of an order."""

from typing import Protocol

from services.domain.errors import CarteError
from services.domain.orders.duty import Duty
from services.domain.orders.facts import Data


class UnknownOutcomeError(CarteError):
    """The provider may have done what was wanted, or not: the duty stays due."""


class PaymentProvider(Protocol):
    """Performs the effects of one payment provider.

    An effect is named by the duty's key: a repetition, from any region, has no further effect and
    returns the same outcome. docs/orders.md, "Money", lists what else an adapter guarantees.
    """

    def perform(self, order_id: str, currency: str, duty: Duty) -> Data:
        """Authorize, capture, void or refund; return the fact that records the outcome.

        Args:
            order_id: The order's id.
            currency: ISO 4217 code of the order.
            duty: A duty of kind AUTHORIZE, CAPTURE, VOID or REFUND.

        Raises:
            UnknownOutcomeError: There was no answer, or one that settles nothing.
        """
        ...
