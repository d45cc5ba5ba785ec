"""Rows of the regional table of live updates: their keys and their lifetime."""

from typing import Any, Final

# API Gateway closes a connection after two hours; its rows are of no use after that.
LIFETIME_S: Final = 2 * 3600 + 600

Item = dict[str, Any]


def key(pk: str, sk: str) -> Item:
    """Return a key as DynamoDB takes it."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}
