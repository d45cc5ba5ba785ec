"""The form of the ids that clients give to what they send, so that it counts once.

A repetition has the same id, in whichever region it arrives (docs/data.md).
"""

import re
from typing import Final

SHORTEST: Final = 8
LONGEST: Final = 100
# Fit for a part of a DynamoDB key.
_OPERATION_ID: Final = re.compile(rf"[A-Za-z0-9._:-]{{{SHORTEST},{LONGEST}}}", re.ASCII)
# A UUID (RFC 9562, section 4), or 128 bits and more in hexadecimal digits.
_UNGUESSABLE: Final = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32,100}", re.ASCII | re.IGNORECASE
)


def is_operation_id(text: str) -> bool:
    """Return whether a text has the form of an operation id."""
    return _OPERATION_ID.fullmatch(text) is not None


def is_unguessable_id(text: str) -> bool:
    """Return whether an operation id has the form of one from which a capability is made.

    The form leaves no room for ids that count up or are made from a date; that its digits are
    random is up to the client.
    """
    return _UNGUESSABLE.fullmatch(text) is not None
