"""Where the payment of an order stands, as guests and staff see it."""

from enum import Enum
from typing import Final

from services.domain.orders.facts import Declined
from services.domain.orders.order import Order
from services.domain.orders.payment import MAX_ATTEMPTS, Payment
from services.domain.orders.state import OrderState, Status


class PaymentState(Enum):
    """Where the payment stands."""

    AT_STORE = "at-store"
    PENDING = "pending"
    AUTHORIZED = "authorized"
    DECLINED = "declined"
    CHARGED = "charged"
    PARTLY_REFUNDED = "partly-refunded"
    REFUNDED = "refunded"
    RELEASED = "released"
    UNPAID = "unpaid"


# What a guest can act on. Other reasons of an issuer are not for the guest (Stripe, "Decline
# codes": a lost or stolen card is to be shown as an ordinary refusal).
_SHOWN: Final = frozenset(
    (
        *("authentication_required", "insufficient_funds", "expired_card", "incorrect_cvc"),
        *("incorrect_number", "card_not_supported", "currency_not_supported"),
    )
)
_ORDINARY: Final = "card_declined"


def payment_state(state: OrderState) -> PaymentState:
    """Return where the payment of an order stands."""
    pay = state.payment
    if not pay.by_card:
        return PaymentState.RELEASED if state.ended else PaymentState.AT_STORE
    if pay.captured:
        return _charged(pay)
    if pay.open:
        return PaymentState.AUTHORIZED
    if state.status is Status.DECLINED:
        return PaymentState.DECLINED
    if state.ended:
        return PaymentState.RELEASED
    return PaymentState.UNPAID if state.is_unpaid else PaymentState.PENDING


def _charged(pay: Payment) -> PaymentState:
    if not pay.refunded_amount:
        return PaymentState.CHARGED
    return PaymentState.REFUNDED if pay.net <= 0 else PaymentState.PARTLY_REFUNDED


def decline_code(order: Order, payment: Payment) -> str | None:
    """Return why the latest card was refused, as the guest may see it; None where none was."""
    latest = payment.latest_attempt
    if latest not in payment.declined or latest in payment.authorized:
        return None
    given = {data.attempt: data.reference for _, data in order.of_kind(Declined)}
    return given[latest] if given[latest] in _SHOWN else _ORDINARY


def cards_left(state: OrderState) -> int:
    """Return how many other cards the guest may offer; 0 where none is needed."""
    if not state.needs_card:
        return 0
    return max(0, MAX_ATTEMPTS - state.payment.latest_attempt)


def refundable(payment: Payment) -> int:
    """Return what can be given back: what was taken, without what was or is being refunded."""
    return max(0, payment.net - sum(payment.pending_refunds.values()))
