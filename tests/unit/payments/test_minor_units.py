"""Amounts as Stripe counts them."""

import pytest

from services.payments.minor_units import InexactAmountError, from_provider, to_provider


@pytest.mark.parametrize(
    ("amount", "currency", "counted"),
    [(1234, "EUR", 1234), (500, "JPY", 500), (1230, "KWD", 1230), (700, "KRW", 700)],
)
def test_amounts_and_back(amount: int, currency: str, counted: int) -> None:
    assert to_provider(amount, currency) == counted
    assert from_provider(counted, currency) == amount


def test_the_last_digit_of_three_decimals_is_a_zero() -> None:
    with pytest.raises(InexactAmountError, match="steps of ten"):
        to_provider(1234, "KWD")


def test_a_currency_without_hundredths_at_the_provider() -> None:
    """ISO 4217 has two decimals for it, Stripe none."""
    assert to_provider(50_000, "MGA") == 500
    assert from_provider(500, "MGA") == 50_000
    with pytest.raises(InexactAmountError):
        to_provider(50_001, "MGA")
