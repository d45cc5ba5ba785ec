"""Codes of faults on our side, as answers, log lines and metrics name them."""

from typing import Final

INTERNAL: Final = "INTERNAL_SERVER_ERROR"
THROTTLED: Final = "THROTTLED"
TABLE_UNAVAILABLE: Final = "TABLE_UNAVAILABLE"
TABLE_MISSING: Final = "TABLE_MISSING"
TABLE_ACCESS_REFUSED: Final = "TABLE_ACCESS_REFUSED"
ITEM_UNREADABLE: Final = "ITEM_UNREADABLE"
CONTENTION: Final = "CONTENTION"

# Every code that a log line or a metric may carry.
CODES: Final = (
    INTERNAL,
    THROTTLED,
    TABLE_UNAVAILABLE,
    TABLE_MISSING,
    TABLE_ACCESS_REFUSED,
    ITEM_UNREADABLE,
    CONTENTION,
)

# What a client reads instead: whether the table is missing or refuses us is for the operator only.
SERVICE_UNAVAILABLE: Final = "SERVICE_UNAVAILABLE"
DATA_UNREADABLE: Final = "DATA_UNREADABLE"
_SHOWN: Final = {
    THROTTLED: THROTTLED,
    TABLE_UNAVAILABLE: SERVICE_UNAVAILABLE,
    TABLE_MISSING: SERVICE_UNAVAILABLE,
    TABLE_ACCESS_REFUSED: SERVICE_UNAVAILABLE,
    ITEM_UNREADABLE: DATA_UNREADABLE,
    CONTENTION: SERVICE_UNAVAILABLE,
}


def shown(code: str) -> str:
    """Return the code that clients see for a code of the log."""
    return _SHOWN.get(code, INTERNAL)
