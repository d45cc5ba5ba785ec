"""Texts that a spreadsheet takes for a formula in a CSV file, and how they stay texts.

A formula in a file that somebody else opens may send what is in the sheet elsewhere (OWASP, "CSV
Injection"). A sign before a digit is a number, such as a latitude.
"""

import re
from typing import Final

_FORMULA: Final = re.compile(r"[=@\t\r]|[+-](?=[^\W\d]|[(@=+-])")
_ESCAPED: Final = re.compile(rf"'+(?:{_FORMULA.pattern})")
_MARK: Final = "'"  # makes a text of a cell, in spreadsheets and in files that they read


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet would take a text for a formula."""
    return _FORMULA.match(text) is not None


def escaped(text: str) -> str:
    """Return a text as a file has it: with an apostrophe where it would be a formula."""
    return _MARK + text if is_formula(text) or _ESCAPED.match(text) else text


def unescaped(text: str) -> str:
    """Return the text that `escaped` wrote."""
    return text[1:] if text.startswith(_MARK) and _ESCAPED.match(text) else text
