"""The id of an order, and the keys under which the payment provider recognizes a repetition."""

import base64
import hashlib
from typing import Final

_ID_BYTES: Final = 16
ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"  # of base32, in the order of its values
_REFUND_DIGITS: Final = 20  # hexadecimal
ID_LENGTH: Final = 26  # 128 bits in base32, without padding
_NUMBER_LENGTH: Final = 4


def order_id(operation_id: str) -> str:
    """Return the id of the order that an operation places, the same in every region.

    128 bits of SHA-256 in lower-case base32 (RFC 4648, section 6), so that nobody can guess the id
    of an order without its `operationId`: the id is the guest's capability for the tracking page.
    That holds where the `operationId` itself cannot be guessed, so `placeOrder` takes only UUIDs
    and 32 and more hexadecimal digits.
    """
    digest = hashlib.sha256(operation_id.encode()).digest()[:_ID_BYTES]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def is_order_id(text: str) -> bool:
    """Return whether a text has the form of an order's id."""
    return len(text) == ID_LENGTH and all(c in ALPHABET for c in text)


def short_number(order: str) -> str:
    """Return what people call an order by, wherever they read it: the last letters of its id.

    It names an order among those of a store and a day. It opens nothing: that takes the whole id.
    `shortCode` of web/src/orders/order-id.ts is the same.
    """
    return order[-_NUMBER_LENGTH:].upper()


def refund_id(operation_id: str) -> str:
    """Return the id of the refund that an operation requests, the same in every region."""
    return hashlib.sha256(operation_id.encode()).hexdigest()[:_REFUND_DIGITS]


def provider_key(order: str, effect: str, attempt: str) -> str:
    """Return the idempotency key of one effect at the payment provider.

    Args:
        order: The order's id.
        effect: `authorize`, `capture`, `void` or `refund`.
        attempt: Number of the payment attempt, or id of the refund.
    """
    return f"carte-{order}-{effect}-{attempt}"
