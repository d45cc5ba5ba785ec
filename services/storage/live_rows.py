"""Rows of the regional table of live updates: their keys, their lifetime, conditional changes."""

from collections.abc import Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

# API Gateway closes a connection after two hours; its rows are of no use after that.
LIFETIME_S: Final = 2 * 3600 + 600
_FAILED: Final = "ConditionalCheckFailedException"

Item = dict[str, Any]


def key(pk: str, sk: str) -> Item:
    """Return a key as DynamoDB's client takes it."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def change_if(
    client: Any,
    table: str,
    row: Item,
    update: str,
    condition: str,
    *,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Item] | None = None,
) -> Item | None:
    """Change a row if a condition holds.

    Args:
        client: boto3's client of DynamoDB.
        table: Name of the table.
        row: The row's key.
        update: What to change, an update expression.
        condition: When to change it, a condition expression.
        names: Placeholders of names in both.
        values: Placeholders of values in both.

    Returns:
        The row as it was, empty if it was not there; None: the condition does not hold, and
        nothing was changed.
    """
    given = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
    try:
        answer = client.update_item(
            TableName=table,
            Key=row,
            UpdateExpression=update,
            ConditionExpression=condition,
            ReturnValues="ALL_OLD",
            **{name: value for name, value in given.items() if value},
        )
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != _FAILED:
            raise
        return None
    before: Item = answer.get("Attributes", {})
    return before
