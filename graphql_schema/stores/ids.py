"""The form of store ids."""

import re
from typing import Final

_STORE_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


def is_store_id(text: str) -> bool:
    """Return whether a text may be the id of a store; no DynamoDB request is made for any other."""
    return _STORE_ID.fullmatch(text) is not None
