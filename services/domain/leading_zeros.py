"""Ids of digits that a spreadsheet took for numbers: `17` where `0017` was meant."""

from collections.abc import Iterable
from typing import Final

# Digits of a postal code, in markets where all of them have as many.
_POSTAL_DIGITS: Final = {
    **dict.fromkeys(("us", "de", "fr", "es", "it", "my"), 5),
    **dict.fromkeys(("sg", "in"), 6),
    "au": 4,
}
_MOST_LOST: Final = 2  # zeros at the beginning of a postal code


class LeadingZeros:
    """Known ids, found also without the zeros at their beginning."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._known = set(ids)
        self._stripped: dict[str, str | None] = {}
        for one in self._known:
            if one.isdecimal():
                stripped = one.lstrip("0")
                # None where several ids differ by their zeros alone.
                self._stripped[stripped] = None if stripped in self._stripped else one

    def restored(self, text: str) -> str:
        """Return the one known id that a text is without its leading zeros, or else the text.

        A text with more zeros than the known id has lost none: it is another id.
        """
        if text in self._known or not text.isdecimal():
            return text
        known = self._stripped.get(text.lstrip("0"))
        return known if known is not None and len(known) > len(text) else text


def postal_code(market: str, text: str) -> str:
    """Return a postal code with the zeros at its beginning that a spreadsheet took away."""
    digits = _POSTAL_DIGITS.get(market, 0)
    if text.isdecimal() and text.isascii() and 0 < digits - len(text) <= _MOST_LOST:
        return text.zfill(digits)
    return text
