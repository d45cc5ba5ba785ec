"""Amounts as the payment provider counts them, which is not always ISO 4217's minor unit."""

from typing import Final

from services.domain.money import minor_digits

# Stripe, "Supported currencies": amounts of zero-decimal currencies are whole units. ISK and UGX
# have no minor unit either, but are counted in hundredths for backward compatibility.
_ZERO_DECIMAL: Final = frozenset(
    (
        *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"),
        *("PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"),
    )
)
_THREE_DECIMAL: Final = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))


class InexactAmountError(ValueError):
    """The provider cannot count the amount exactly."""


def to_provider(amount: int, currency: str) -> int:
    """Return an amount in the provider's unit.

    Args:
        amount: Minor units of ISO 4217.
        currency: ISO 4217 code.

    Raises:
        InexactAmountError: The provider's unit is larger, or it rounds the last digit.
    """
    counted = _scaled(amount, _digits(currency) - minor_digits(currency), currency)
    if currency in _THREE_DECIMAL and counted % 10:
        # Stripe takes amounts of three decimals only with a zero at the end.
        raise InexactAmountError(f"{currency} is charged in steps of ten minor units")
    return counted


def from_provider(amount: int, currency: str) -> int:
    """Return an amount in minor units of ISO 4217; see `to_provider`.

    Raises:
        InexactAmountError: The currency's minor unit is larger than the amount's last digit.
    """
    return _scaled(amount, minor_digits(currency) - _digits(currency), currency)


def _digits(currency: str) -> int:
    """Return the decimals of the provider's unit."""
    if currency in _ZERO_DECIMAL:
        return 0
    return 3 if currency in _THREE_DECIMAL else 2


def _scaled(amount: int, digits: int, currency: str) -> int:
    if digits >= 0:
        return int(amount * 10**digits)
    whole, rest = divmod(amount, 10**-digits)
    if rest:
        raise InexactAmountError(f"{amount} of {currency} has more digits than the other side")
    return int(whole)
