"""GetItem, Query and BatchGetItem of the table's items, decoded straight from DynamoDB's JSON."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import orjson

from services.storage import capacity
from services.storage.fast.client import Client
from services.storage.fast.failures import (
    ConnectionBrokenError,
    NoCredentialsFoundError,
    Refusal,
    RefusedError,
)
from services.storage.keys import Key
from services.storage.replica import Stored, stored_of

if TYPE_CHECKING:
    from services.storage.fast.writer import FastWriter

BATCH: Final = 100  # BatchGetItem's limit
# What keys that a batch leaves unread mean (AWS, "BatchGetItem": repeat them with growing pauses).
_UNPROCESSED: Final = Refusal(
    400, "ProvisionedThroughputExceededException", "a batch left items unread, again and again"
)


class FastReader:
    """Reads items over signed keep-alive connections, without botocore."""

    def __init__(self, client: Client, table: str, endpoint: str) -> None:
        self.client = client
        self._table = table
        self._endpoint = endpoint

    def get(self, key: Key, *, consistent: bool) -> Stored | None:
        """Return an item, or None if there is none."""
        request = {
            "TableName": self._table,
            "Key": _key(key),
            "ConsistentRead": consistent,
            "ReturnConsumedCapacity": "TOTAL",
        }
        item = self._call("GetItem", request).get("Item")
        return None if item is None else stored_of(item)

    def query(
        self, pk: str, *, prefix: str | None, newest: int | None, consistent: bool
    ) -> list[Stored]:
        """Return the items of a partition."""
        values = {":p": {"S": pk}}
        condition = "pk = :p"
        if prefix:
            condition += " AND begins_with(sk, :s)"
            values[":s"] = {"S": prefix}
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ConsistentRead": consistent,
            "ReturnConsumedCapacity": "TOTAL",
        }
        if newest is not None:
            request["ScanIndexForward"] = False
            request["Limit"] = newest
        found: list[Stored] = []
        while True:
            answer = self._call("Query", request)
            found += map(stored_of, answer["Items"])
            after = answer.get("LastEvaluatedKey")
            if not after or (newest is not None and len(found) >= newest):
                return found if newest is None else found[:newest]
            request["ExclusiveStartKey"] = after

    def batch(self, wanted: Iterable[Key], *, consistent: bool) -> list[Stored]:
        """Return the items of these keys that exist."""
        keys = sorted(set(wanted))
        return [
            stored
            for start in range(0, len(keys), BATCH)
            for stored in self._batch(keys[start : start + BATCH], consistent=consistent)
        ]

    @cached_property
    def writer(self) -> "FastWriter":
        """A writer that uses the same connections; imported when something is written."""
        from services.storage.fast.writer import FastWriter

        return FastWriter(self.client, self._table, self._endpoint)

    def close(self) -> None:
        """Close idle connections; the next read opens one."""
        self.client.close()

    def _batch(self, wanted: list[Key], *, consistent: bool) -> Iterator[Stored]:
        remaining: dict[str, Any] = {
            self._table: {"Keys": [_key(key) for key in wanted], "ConsistentRead": consistent}
        }
        missing, attempt, cost = len(wanted), 1, None
        while True:
            request = {"RequestItems": remaining, "ReturnConsumedCapacity": "TOTAL"}
            answer = self._call("BatchGetItem", request)
            yield from map(stored_of, answer["Responses"].get(self._table, ()))
            remaining = answer.get("UnprocessedKeys") or {}
            left = len(remaining[self._table]["Keys"]) if remaining else 0
            if left < missing and cost is not None:
                self.client.retries.succeeded(cost)
            if not left:
                return
            if left < missing:
                missing, attempt = left, 1
            cost = self.client.retries.again(_UNPROCESSED, attempt, capacity.seconds_left())
            if cost is None:
                raise self._translated(RefusedError(_UNPROCESSED), "BatchGetItem")
            attempt += 1

    def _call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = self.client.call(operation, orjson.dumps(request))
        except (RefusedError, ConnectionBrokenError, NoCredentialsFoundError) as failure:
            raise self._translated(failure, operation) from failure
        capacity.record(operation, answer)
        return answer

    def _translated(
        self,
        failure: RefusedError | ConnectionBrokenError | NoCredentialsFoundError,
        operation: str,
    ) -> Exception:
        from services.storage.fast.error_translation import translated

        return translated(failure, operation, self._table, self._endpoint)


def _key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}
