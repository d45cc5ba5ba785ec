"""Prices in files: plain decimals in the market's currency."""

import re
from typing import Final

from dataload.importing.cells import Cells
from services.domain import validation
from services.domain.money import InvalidAmountError, parse_amount
from services.domain.validation import shown

# Stricter than Decimal, which also reads 1e3, 1_000 and the digits of other scripts.
_PLAIN: Final = re.compile(r"[+-]?\d{1,20}(\.\d{1,20})?", re.ASCII)


def price(cells: Cells, currency: str) -> int | None:
    """Return the price of a row in minor units of the currency; None if empty or refused."""
    value = cells.written("price")
    if value is None:
        return None
    if not _PLAIN.fullmatch(value):
        reason = f"{shown(value)} is not an amount such as 2.49 (a point, no currency sign)"
        cells.refuse("price", "is not an amount", reason)
        return None
    try:
        amount = parse_amount(value, currency)
    except InvalidAmountError as error:
        rule = "is negative" if value.startswith("-") else f"is no amount of {currency}"
        cells.refuse("price", rule, str(error))
        return None
    return cells.checked("price", lambda: validation.price("price", amount))
