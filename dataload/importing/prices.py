"""Prices in files: plain decimals in the market's currency."""

import re
from typing import Final

from dataload.importing.cells import Cells
from dataload.importing.problems import shown
from services.domain.money import InvalidAmountError, parse_amount

# Stricter than Decimal, which also reads 1e3, 1_000 and the digits of other scripts.
_PLAIN: Final = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


def price(cells: Cells, currency: str, *, required: bool = False) -> int | None:
    """The price of a row in minor units of the currency; None if empty."""
    value = cells.text("price", 24, required=required)
    if value is None:
        return None
    if not _PLAIN.fullmatch(value):
        reason = f"{shown(value)} is not an amount such as 2.49 (a point, no currency sign)"
        cells.refuse("price", "is not an amount", reason)
        return None
    try:
        return parse_amount(value, currency)
    except InvalidAmountError as error:
        rule = "is negative" if value.startswith("-") else f"is no amount of {currency}"
        cells.refuse("price", rule, str(error))
        return None
