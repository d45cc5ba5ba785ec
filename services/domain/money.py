"""Money in minor units of ISO 4217 currencies; no floating point anywhere."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

# ISO 4217 currencies of the markets (and likely next ones) whose minor unit is not 1/100.
_MINOR_DIGITS: Final = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "KWD": 3, "BHD": 3}
# What stands before an amount of the markets' currencies, in English and in their own country; a
# currency without one is named by its code.
_SIGNS: Final = {
    "USD": "$",
    "CAD": "$",
    "AUD": "$",
    "SGD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
    "MYR": "RM ",
}
MAX_MINOR: Final = 2**31 - 1  # GraphQL's Int


class InvalidAmountError(ValueError):
    """A text is not an amount of the currency; the message says why."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the currency's minor unit (cents; whole yen for JPY)."""

    amount_minor: int
    currency: str


def minor_digits(currency: str) -> int:
    """Decimals of the currency: 2 for USD, 0 for JPY (ISO 4217)."""
    return _MINOR_DIGITS.get(currency, 2)


def price_text(minor: int, currency: str) -> str:
    """Return an amount as guests of the market read it in English: `€3.50`, `¥1,200`.

    Args:
        minor: Minor units.
        currency: ISO 4217 code.
    """
    return f"{_SIGNS.get(currency, f'{currency} ')}{_decimal(minor, currency, ',')}"


def coded_amount(minor: int, currency: str) -> str:
    """Return an amount for who reads amounts of several countries: `CAD 3.50`, not one more `$`.

    Args:
        minor: Minor units.
        currency: ISO 4217 code.
    """
    return f"{currency} {_decimal(minor, currency, '')}"


def _decimal(minor: int, currency: str, separator: str) -> str:
    digits = minor_digits(currency)
    whole, part = divmod(minor, 10**digits)
    text = f"{whole:,}".replace(",", separator)
    return f"{text}.{part:0{digits}d}" if digits else text


def parse_amount(text: str, currency: str) -> int:
    """Minor units of a decimal text such as `2.49`.

    Raises:
        InvalidAmountError: Not a number, negative, too many decimals, or out of GraphQL's Int.
    """
    try:
        amount = Decimal(text.strip())
    except InvalidOperation as error:
        raise InvalidAmountError(f"{text!r} is not a number such as 2.49") from error
    if not amount.is_finite():
        raise InvalidAmountError(f"{text!r} is not a finite number")
    if amount < 0:
        raise InvalidAmountError(f"{text} is negative; a price is 0 or more")
    digits = minor_digits(currency)
    if amount > MAX_MINOR:
        raise InvalidAmountError(f"{text} is larger than any price")
    minor = amount.scaleb(digits)
    if minor != minor.to_integral_value():
        raise InvalidAmountError(f"{text} has more than {digits} decimals, which {currency} has")
    if minor > MAX_MINOR:
        raise InvalidAmountError(f"{text} is larger than {MAX_MINOR} minor units")
    return int(minor)
