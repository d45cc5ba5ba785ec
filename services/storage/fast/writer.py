"""PutItem and TransactWriteItems of the table's items, encoded straight into DynamoDB's JSON.

Any of them may be sent twice. A transaction has a token, by which DynamoDB applies it once (AWS,
"TransactWriteItems", ClientRequestToken: for ten minutes). A single item has a condition on the
revision that it replaces, which no longer holds once it was written: the caller reads it again, as
after any other write that came before.
"""

import binascii
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

import orjson

from services.storage import capacity, keys, kinds
from services.storage.exceptions import RevisionMovedError
from services.storage.fast.client import Client
from services.storage.fast.failures import (
    MOVED_ALONE,
    MOVED_TOGETHER,
    ConnectionBrokenError,
    NoCredentialsFoundError,
    RefusedError,
)
from services.storage.keys import Key
from services.storage.replica import Write


class FastWriter:
    """Writes items over signed keep-alive connections, without botocore."""

    def __init__(self, client: Client, table: str, endpoint: str) -> None:
        self._client = client
        self._table = table
        self._endpoint = endpoint

    def put(self, write: Write) -> None:
        """Write one item; see `writing.Writer.put`."""
        request = {**self._put(write), "ReturnConsumedCapacity": "TOTAL"}
        try:
            self._call("PutItem", request)
        except RefusedError as error:
            if error.refusal.code not in MOVED_ALONE:
                raise self._translated(error, "PutItem") from error
            moved = f"{write.key.pk} / {write.key.sk} moved on from {write.replaces}"
            raise RevisionMovedError(moved) from error

    def transact(self, writes: Sequence[Write], standing: Mapping[Key, str | None]) -> None:
        """Write all items or none; see `writing.Writer.transact`."""
        request = {
            "ClientRequestToken": uuid4().hex,
            "ReturnConsumedCapacity": "TOTAL",
            "TransactItems": [*self._checks(standing), *({"Put": self._put(w)} for w in writes)],
        }
        try:
            self._call("TransactWriteItems", request)
        except RefusedError as error:
            if not any(one.get("Code") in MOVED_TOGETHER for one in error.refusal.reasons):
                raise self._translated(error, "TransactWriteItems") from error
            raise RevisionMovedError(f"{writes[0].key.pk}: an item moved on") from error

    def _put(self, write: Write) -> dict[str, Any]:
        return {"TableName": self._table, "Item": encoded(write), **_as_read(write.replaces)}

    def _checks(self, standing: Mapping[Key, str | None]) -> Iterator[dict[str, Any]]:
        for key, rev in standing.items():
            item = {"pk": {"S": key.pk}, "sk": {"S": key.sk}}
            yield {"ConditionCheck": {"TableName": self._table, "Key": item, **_as_read(rev)}}

    def _call(self, operation: str, request: dict[str, Any]) -> None:
        try:
            answer = self._client.call(operation, orjson.dumps(request))
        except (ConnectionBrokenError, NoCredentialsFoundError) as failure:
            raise self._translated(failure, operation) from failure
        capacity.record(operation, answer)

    def _translated(
        self,
        failure: RefusedError | ConnectionBrokenError | NoCredentialsFoundError,
        operation: str,
    ) -> Exception:
        from services.storage.fast.error_translation import translated

        return translated(failure, operation, self._table, self._endpoint)


def encoded(write: Write) -> dict[str, dict[str, str]]:
    """Return the item that stores a document, as DynamoDB's JSON has it."""
    key, body = write.key, write.body
    item = {"pk": {"S": key.pk}, "sk": {"S": key.sk}, "rev": {"S": str(write.rev)}}
    text = orjson.dumps(body)
    if kinds.is_packed(key):
        packed = binascii.b2a_base64(zlib.compress(text, 9), newline=False)
        item["packed"] = {"B": packed.decode()}
    else:
        item["body"] = {"S": text.decode()}
    if write.expires is not None:
        item["expires"] = {"N": str(write.expires)}
    if key.sk.startswith(keys.FACTS_PREFIX):
        from services.domain.orders.part import read_listing

        # An item is in the sparse indexes by what its writer put into the body.
        for name, value in read_listing(body)._asdict().items():
            if value is not None:
                item[name] = {"S": value}
    return item


def _as_read(rev: str | None) -> dict[str, Any]:
    if rev is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#r = :r",
        "ExpressionAttributeNames": {"#r": "rev"},
        "ExpressionAttributeValues": {":r": {"S": rev}},
    }
