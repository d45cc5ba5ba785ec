"""Makes moto refuse keys that are empty or too long, as DynamoDB does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from services.storage.table import Table

# Amazon DynamoDB developer guide, "Quotas": bytes of a partition key and of a sort key.
LONGEST = {"pk": 2048, "sk": 1024}
EVENT = "before-parameter-build.dynamodb"


@contextmanager
def strict_keys(table: Table) -> Iterator[None]:
    """Refuse such keys in what the block of code reads and writes."""
    events = table.item._get_connection().connection.client.meta.events
    events.register(EVENT, _refuse)
    try:
        yield
    finally:
        events.unregister(EVENT, _refuse)


def _refuse(params: dict[str, Any], model: Any, **_: Any) -> None:
    for name, text in _keys(params):
        if not 0 < len(text.encode()) <= LONGEST[name]:
            why = f"{name} of {len(text)} characters"
            response: Any = {"Error": {"Code": "ValidationException", "Message": why}}
            raise ClientError(response, model.name)


def _keys(sent: Any) -> Iterator[tuple[str, str]]:
    """Yield the parts of keys in a request, and the values of conditions on keys, as partitions."""
    if isinstance(sent, list):
        for one in sent:
            yield from _keys(one)
    if not isinstance(sent, dict):
        return
    for name, value in sent.items():
        if name in LONGEST and isinstance(value, dict):
            yield name, value["S"]
        elif name == "ExpressionAttributeValues" and "KeyConditionExpression" in sent:
            yield from (("pk", one["S"]) for one in value.values() if "S" in one)
        else:
            yield from _keys(value)
