"""Prices in files: decimals in the market's currency, with a point or a comma."""

import re
from typing import Final

from dataload.importing.cells import Cells
from services.domain import validation
from services.domain.money import InvalidAmountError, parse_amount
from services.domain.validation import shown

# Stricter than Decimal, which also reads 1e3, 1_000 and the digits of other scripts.
_PLAIN: Final = re.compile(r"[+-]?\d{1,20}(\.\d{1,20})?", re.ASCII)
# With both signs, the last one is the decimal sign; one alone is, before one or two digits.
_COMMA: Final = re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d{1,2}|[+-]?\d{1,20},\d{1,2}", re.ASCII)
_POINT: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d{1,2}", re.ASCII)
_EITHER: Final = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|[1-9]\d{0,2}(\.\d{3})+)", re.ASCII)


def price(cells: Cells, currency: str) -> int | None:
    """Return the price of a row in minor units of the currency; None if empty or refused."""
    value = cells.written("price")
    if value is None:
        return None
    # Three digits behind one sign: no currency of a market has as many decimals, so they may as
    # well be thousands.
    if _EITHER.fullmatch(value):
        reason = f"{shown(value)} may have decimals or thousands; write 1234 or 1.23"
        cells.refuse("price", "is not an amount", reason)
        return None
    value = _with_point(value)
    if not _PLAIN.fullmatch(value):
        reason = (
            f"{shown(value)} is not an amount such as 2.49: write the digits 0 to 9, with a point "
            "or comma before decimals, and no currency sign"
        )
        cells.refuse("price", "is not an amount", reason)
        return None
    try:
        amount = parse_amount(value, currency)
    except InvalidAmountError as error:
        rule = "is negative" if value.startswith("-") else f"is no amount of {currency}"
        cells.refuse("price", rule, str(error))
        return None
    return cells.checked("price", lambda: validation.price("price", amount))


def _with_point(value: str) -> str:
    """Return an amount without signs of thousands, its decimals after a point."""
    if _COMMA.fullmatch(value):
        return value.replace(".", "").replace(",", ".")
    return value.replace(",", "") if _POINT.fullmatch(value) else value
