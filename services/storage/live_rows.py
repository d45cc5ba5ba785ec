"""Rows of the regional table of live updates: their keys, their lifetime, refused conditions."""

from typing import Any, Final

from botocore.exceptions import ClientError

# API Gateway closes a connection after two hours; its rows are of no use after that.
LIFETIME_S: Final = 2 * 3600 + 600
_FAILED: Final = "ConditionalCheckFailedException"

Item = dict[str, Any]


def key(pk: str, sk: str) -> Item:
    """Return a key as DynamoDB's client takes it."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def condition_failed(error: ClientError) -> bool:
    """Return whether DynamoDB refused a write only because its condition does not hold."""
    return error.response.get("Error", {}).get("Code") == _FAILED
