"""The form of the ids of stores, items and categories.

A module of its own, because the read of a menu checks a store's id: importing all rules of
`validation` would cost a cold start.
"""

import re
from typing import Final

MAX_ID: Final = 64
# Fit for a URL, a header and a DynamoDB key.
ID_PATTERN: Final = rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MAX_ID - 1}}}"
_ID: Final = re.compile(ID_PATTERN, re.ASCII)


def is_id(text: str) -> bool:
    """Return whether a text has the form of an id; nothing is stored under any other."""
    return _ID.fullmatch(text) is not None
