"""The payment token: the provider's name of a payment method, all that carte learns of a card."""

import re
from typing import Final

from services.domain.orders.facts import CARD
from services.domain.validation import InvalidFieldError

FIELD: Final = "paymentToken"
# What the provider's library gives the guest's browser, such as pm_1PxQ...; no card number fits.
_TOKEN: Final = re.compile(r"[a-z]{2,8}_[A-Za-z0-9_]{1,200}", re.ASCII)
_CARD_NUMBER: Final = re.compile(r"[0-9]{12}", re.ASCII)


def checked_token(token: str) -> str:
    """Return a payment token.

    Raises:
        InvalidFieldError: It has another form. The message never shows it: it may be a card number.
    """
    if not _TOKEN.fullmatch(token) or _CARD_NUMBER.search(token):
        raise InvalidFieldError(
            FIELD,
            "is no payment token",
            "is no payment token",
            "pass what the payment provider's library gave, such as pm_1PxQ; never a card number",
        )
    return token


def token_for(method: str, token: str | None) -> str:
    """Return the token of a placement: of a card it must be there, else it must not.

    Args:
        method: `facts.CARD` or `facts.AT_STORE`.
        token: What the guest passed.

    Raises:
        InvalidFieldError: It is missing, needless, or has another form.
    """
    if method == CARD:
        if token is None:
            raise InvalidFieldError(
                FIELD, "is missing", "is missing", "pay by card with a token, or at the store"
            )
        return checked_token(token)
    if token is not None:
        raise InvalidFieldError(
            FIELD, "is not for this method", "is not for payment at the store", "leave it out"
        )
    return ""
