"""Requests to the regional table of live updates, past botocore where that is known to be the same.

What goes wrong is botocore's exception, whichever way a request took.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import uuid4

import orjson

from services.storage.binding import CONNECT_TIMEOUT_S, MAX_CONNECTIONS, TOTAL_ATTEMPTS, Binding
from services.storage.capacity import cleanup, seconds_left
from services.storage.live_rows import Item

if TYPE_CHECKING:
    from services.storage.fast.client import Client

# Sends a request, given DynamoDB's name of the operation; returns its answer.
Send = Callable[[str, Mapping[str, Any]], Item]

_FAILED: Final = "ConditionalCheckFailedException"
_CANCELED: Final = "TransactionCanceledException"
# DynamoDB retries no request that meets another one's transaction (AWS, "TransactWriteItems").
_CONFLICTS: Final = frozenset({"TransactionConflictException", "TransactionConflict"})
_CONTENDED: Final = 6  # attempts
_PAUSE_S: Final = 0.01  # before the second one, on average, and twice that before each further one
_CLEANUP_PAUSE_S: Final = 0.4  # between attempts to clean up

_T = TypeVar("_T")


class ConditionNotMetError(Exception):
    """The condition of a change does not hold, and nothing was changed.

    Attributes:
        row: The row as it stands; None: there is none.
    """

    def __init__(self, row: Item | None) -> None:
        super().__init__("the condition of a change of live updates does not hold")
        self.row = row


class LiveRequests:
    """Requests to one table; may be used by several threads.

    Its methods have the names of boto3's, by which `infra_cdk/checks/sources.py` knows the actions.
    """

    def __init__(
        self, send: Send, table: str, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        """Take the table and what sends to it; nothing is sent yet.

        Args:
            send: Sends a request, and tries again what deserves it; see `sender`.
            table: Name of the table.
            sleep: Waits some seconds.
        """
        self.table = table
        self._send = send
        self._sleep = sleep

    def get_item(self, row: Item) -> Item | None:
        """Return a row as it was last acknowledged; None: there is none."""
        answer = self._send(
            "GetItem", {"TableName": self.table, "Key": row, "ConsistentRead": True}
        )
        found: Item | None = answer.get("Item")
        return found

    def put_item(self, item: Item) -> None:
        """Write a row."""
        self._uncontended("PutItem", {"TableName": self.table, "Item": item})

    def delete_item(self, row: Item) -> None:
        """Delete a row; one that is not there is no error."""
        self._uncontended("DeleteItem", {"TableName": self.table, "Key": row})

    def update_item(self, change: Item) -> Item:
        """Change a row if a condition holds; return it as it was, empty: there was none.

        Args:
            change: What `conditional` returns.

        Raises:
            ConditionNotMetError: It does not hold.
        """
        try:
            answer = self._uncontended(
                "UpdateItem", {"TableName": self.table, **change, "ReturnValues": "ALL_OLD"}
            )
        except Exception as error:
            response = _response(error)
            if _code(response) != _FAILED:
                raise
            raise ConditionNotMetError(response.get("Item") or None) from error
        before: Item = answer.get("Attributes", {})
        return before

    def update_with(
        self, change: Item, items: Sequence[Item] = (), gone: Sequence[Item] = ()
    ) -> None:
        """Change a row if a condition holds, and write or delete others with it: all or nothing.

        One that is sent again because its answer was lost is applied once, by its token.

        Args:
            change: What `conditional` returns.
            items: Those that are written.
            gone: Keys of those that are deleted; with `items` at most 99, since a transaction has
                at most 100 changes.

        Raises:
            ConditionNotMetError: It does not hold.
        """
        request = {
            "ClientRequestToken": uuid4().hex,
            "TransactItems": [
                {"Update": {"TableName": self.table, **change}},
                *({"Put": {"TableName": self.table, "Item": item}} for item in items),
                *({"Delete": {"TableName": self.table, "Key": row}} for row in gone),
            ],
        }
        try:
            self._uncontended("TransactWriteItems", request)
        except Exception as error:
            response = _response(error)
            first, *_ = response.get("CancellationReasons") or [{}]
            if _code(response) != _CANCELED or first.get("Code") != "ConditionalCheckFailed":
                raise
            raise ConditionNotMetError(first.get("Item") or None) from error

    def query(self, **request: Any) -> Item:
        """Return the answer of one Query, strongly consistent."""
        return self._send("Query", {"TableName": self.table, "ConsistentRead": True, **request})

    def batch_get_item(self, left: Mapping[str, Any]) -> Item:
        """Return the answer of one BatchGetItem for its `RequestItems`."""
        return self._send("BatchGetItem", {"RequestItems": left})

    def batch_write_item(self, left: Mapping[str, Any]) -> Item:
        """Return the answer of one BatchWriteItem for its `RequestItems`."""
        return self._uncontended("BatchWriteItem", {"RequestItems": left})

    def pause(self, number: int) -> None:
        """Wait before another attempt at a row that others change, longer after each.

        Args:
            number: Of the attempts that were made.
        """
        self._sleep(_PAUSE_S * 2**number * random.random())

    def surely(self, work: Callable[[], _T]) -> _T:
        """Do what nobody does later, in a time of its own, and again until that is over.

        The fast client fails at once for a while after DynamoDB gave no answer.

        Args:
            work: May be done again where its outcome is not known.
        """
        with cleanup():
            while True:
                try:
                    return work()
                except ConditionNotMetError:
                    raise
                except Exception:
                    if (seconds_left() or 0.0) < _CLEANUP_PAUSE_S:
                        raise
                self._sleep(_CLEANUP_PAUSE_S)

    def undo(self, error: Exception, work: Callable[[], object]) -> None:
        """Undo what was done before an error; where that fails, too, the error has a note of it.

        Args:
            error: It is raised afterwards.
            work: See `surely`.
        """
        try:
            self.surely(work)
        except Exception as another:  # noqa: BLE001 - the first one says what went wrong
            error.add_note(f"What was done before it could not be undone: {another!r}")

    def _uncontended(self, operation: str, request: Mapping[str, Any]) -> Item:
        """Send a write, and send it again while a transaction is at one of its rows.

        Only frames of one connection that are handled at once meet so.
        """
        for number in range(1, _CONTENDED):
            try:
                return self._send(operation, request)
            except Exception as error:
                if not _meets_another(_response(error)):
                    raise
            self.pause(number)
        return self._send(operation, request)


def conditional(
    row: Item,
    update: str,
    condition: str,
    *,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Item] | None = None,
) -> Item:
    """Return a change of a row.

    Args:
        row: The row's key.
        update: What to change, an update expression.
        condition: When to change it, a condition expression.
        names: Placeholders of names in both.
        values: Placeholders of values in both.
    """
    given = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
    return {
        "Key": row,
        "UpdateExpression": update,
        "ConditionExpression": condition,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        **{name: value for name, value in given.items() if value},
    }


def sender(binding: Binding) -> Send:
    """Return what sends requests to the region's DynamoDB, reached as the replica is."""
    if binding.fast_reads:
        from services.storage.fast.choice import open_client

        opened, _ = open_client(binding)  # why not, is in the log of the replica's reader
        if opened is not None:
            return past_botocore(*opened)
    return through_botocore(_botocore_client(binding))


def through_botocore(client: Any) -> Send:
    """Return what sends requests by boto3's client of DynamoDB, until `capacity`'s deadline."""
    from services.storage.table import refuse_after_deadline

    client.meta.events.register("before-send.dynamodb", refuse_after_deadline)
    methods = {
        operation: getattr(client, name)
        for name, operation in client.meta.method_to_api_mapping.items()
    }

    def send(operation: str, request: Mapping[str, Any]) -> Item:
        answer: Item = methods[operation](**request)
        return answer

    return send


def past_botocore(client: "Client", url: str) -> Send:
    """Return what sends requests by the fast client of DynamoDB; `url` is DynamoDB's."""
    from services.storage.fast.failures import (
        ConnectionBrokenError,
        NoCredentialsFoundError,
        RefusedError,
    )

    def send(operation: str, request: Mapping[str, Any]) -> Item:
        try:
            answer: Item = client.call(operation, orjson.dumps(request))
        except (RefusedError, ConnectionBrokenError, NoCredentialsFoundError) as failure:
            from services.storage.fast.error_translation import as_botocore

            raise as_botocore(failure, operation, url) from failure
        return answer

    return send


def _botocore_client(binding: Binding) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "dynamodb",
        region_name=binding.region,
        endpoint_url=binding.endpoint,
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=binding.read_timeout_s,
            max_pool_connections=MAX_CONNECTIONS,
            retries={"total_max_attempts": TOTAL_ATTEMPTS, "mode": "standard"},
        ),
    )


def _response(error: Exception) -> Item:
    """Return the answer that botocore's ClientError holds; empty for any other exception."""
    response = getattr(error, "response", None)
    return response if isinstance(response, dict) else {}


def _code(response: Item) -> str:
    return str((response.get("Error") or {}).get("Code", ""))


def _meets_another(response: Item) -> bool:
    """Return whether a write was refused because of another one's transaction alone."""
    if _code(response) in _CONFLICTS:
        return True
    codes = {one.get("Code") for one in response.get("CancellationReasons") or ()}
    return bool(codes & _CONFLICTS) and codes <= {*_CONFLICTS, "None", None}
