"""What the payment provider has for an attempt, and the fact that records it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from services.domain.orders.facts import (
    Authorized,
    Captured,
    Data,
    Declined,
    Refunded,
    RefundRefused,
    Voided,
)
from services.payments.minor_units import from_provider

# Names of the metadata by which a payment and a refund belong to an order.
ORDER: Final = "carte_order"
ATTEMPT: Final = "carte_attempt"
REFUND: Final = "carte_refund"

# Stripe, "Payment Intent lifecycle": statuses in the order in which an attempt goes through them.
# A cancelled one says that the attempt was voided, whatever else a failed request left behind.
_PROGRESS: Final = (
    *("requires_payment_method", "requires_confirmation", "requires_action", "canceled"),
    *("processing", "requires_capture", "succeeded"),
)


@dataclass(frozen=True, slots=True)
class Intent:
    """A PaymentIntent of Stripe; amounts in the provider's unit, see `minor_units`.

    Attributes:
        id: The provider's id.
        status: Its status, as Stripe names it.
        amount: What is to be paid.
        received: What was taken.
        currency: ISO 4217 code in capitals.
        order_id: The order that it belongs to; empty: none of carte.
        attempt: Number of the payment attempt; 0 where the metadata have none.
        declined: Code of the refusal; empty: it was not refused.
        created: Unix seconds (UTC).
    """

    id: str
    status: str
    amount: int
    received: int
    currency: str
    order_id: str
    attempt: int
    declined: str
    created: int

    @classmethod
    def of(cls, found: Any) -> "Intent":
        """Return the intent of an answer of the provider."""
        metadata = found.metadata or {}
        attempt = str(metadata[ATTEMPT]) if ATTEMPT in metadata else ""
        error = getattr(found, "last_payment_error", None)
        return cls(
            id=str(found.id),
            status=str(found.status),
            amount=int(found.amount),
            received=int(getattr(found, "amount_received", 0) or 0),
            currency=str(found.currency).upper(),
            order_id=str(metadata[ORDER]) if ORDER in metadata else "",
            attempt=int(attempt) if attempt.isdigit() else 0,
            declined=decline_code(error) if error else "",
            created=int(found.created),
        )

    @property
    def progress(self) -> int:
        """How far it has come; a cancelled one further than one that was not confirmed."""
        return _PROGRESS.index(self.status) if self.status in _PROGRESS else 0


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund at the provider; the amount is in the provider's unit.

    Attributes:
        id: The provider's id.
        amount: What is given back.
        name: Id of the refund within its order; empty: it was made beside carte.
        failed: It was not made in the end.
    """

    id: str
    amount: int
    name: str
    failed: bool

    @classmethod
    def of(cls, found: Any) -> "Refund":
        """Return the refund of an answer of the provider."""
        metadata = found.metadata or {}
        name = str(metadata[REFUND]) if REFUND in metadata else ""
        failed = str(found.status) in {"failed", "canceled"}
        return cls(str(found.id), int(found.amount), name, failed)


def decline_code(error: Any) -> str:
    """Return the code of a refusal: the issuer's reason where there is one."""
    return str(
        getattr(error, "decline_code", None) or getattr(error, "code", None) or "card_declined"
    )


def furthest(intents: Iterable[Intent]) -> Intent | None:
    """Return the intent of an attempt that has come furthest, or None where there is none."""
    return max(intents, key=lambda one: (one.progress, -one.created, one.id), default=None)


def outcome(intent: Intent) -> Data | None:
    """Return the fact that records where an intent stands; None: it has no outcome yet.

    An attempt whose money was taken counts as captured, and one that was cancelled as voided,
    whatever duty requested it.
    """
    amount = from_provider(intent.amount, intent.currency)
    match intent.status:
        case "succeeded":
            received = from_provider(intent.received, intent.currency)
            return Captured(intent.attempt, received, intent.id)
        case "requires_capture":
            return Authorized(intent.attempt, amount, intent.id)
        case "canceled":
            return Voided(intent.attempt, amount, intent.id)
        case "requires_payment_method" if intent.declined:
            return Declined(intent.attempt, amount, intent.declined)
        case _:
            return None


def refund_outcome(refund: Refund, currency: str) -> Data:
    """Return the fact that records where a refund of carte stands."""
    amount = from_provider(refund.amount, currency)
    if refund.failed:
        return RefundRefused(refund.name, amount, refund.id, failed=True)
    return Refunded(refund.name, amount, refund.id)
