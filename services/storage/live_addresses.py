"""Counts the open connections of an address in the regional table of live updates.

Connections are counted by windows of the longest life of a connection, so a count that is never
taken back, because API Gateway lost the end of a connection, expires. An address can have up to
twice its bound, of two windows.

Requests are distinguished by the id of the call that made the latest change of a count: one that is
sent again because its answer was lost changes nothing twice, unless another call came in between.
"""

from typing import Final
from uuid import uuid4

from services.storage.live_requests import ConditionNotMetError, LiveRequests, conditional
from services.storage.live_rows import LIFETIME_S, Item, key

_ADDRESS: Final = "A#"


class TooManyConnectionsError(Exception):
    """An address has as many open connections as it may have."""


class AddressCounts:
    """Counts of connections by address and window."""

    def __init__(self, requests: LiveRequests) -> None:
        """Take the requests to the table; nothing is read yet.

        Args:
            requests: To the table of live updates.
        """
        self._requests = requests

    def add(self, address: str, opened_ms: int, most: int) -> None:
        """Count a connection.

        Args:
            address: Key of the client's address.
            opened_ms: When the connection was opened, Unix milliseconds (UTC).
            most: Open connections that the address may have opened in one window.

        Raises:
            TooManyConnectionsError: The address has that many; nothing was counted.
        """
        call, at = uuid4().hex, _row(address, opened_ms)
        free, last = "attribute_not_exists(n) OR n < :bound", "changed_by = :bound"
        try:
            counted = self._change(at, 1, free, {"N": str(most)}, call)
        except Exception as error:
            # It may have been counted, and the client gets the answer that it has no connection.
            self._requests.undo(error, lambda: self._change(at, -1, last, {"S": call}, f"-{call}"))
            raise
        if not counted:
            raise TooManyConnectionsError

    def take_back(self, address: str, opened_ms: int, call: str) -> None:
        """Uncount a connection that has ended; a count of zero stays so.

        Args:
            address: Key of the client's address.
            opened_ms: When the connection was opened, Unix milliseconds (UTC).
            call: The same for each attempt to uncount this connection.
        """
        self._change(_row(address, opened_ms), -1, "n > :bound", {"N": "0"}, call)

    def _change(self, at: Item, number: int, condition: str, bound: Item, call: str) -> bool:
        """Add a number to a count, and return whether the condition for it held."""
        expires = (int(at["sk"]["S"]) + 2) * LIFETIME_S
        change = conditional(
            at,
            "ADD n :number SET expires = :expires, changed_by = :call",
            # Not twice, where it is sent again because its answer was lost.
            f"({condition}) AND (attribute_not_exists(changed_by) OR changed_by <> :call)",
            values={
                ":call": {"S": call},
                ":number": {"N": str(number)},
                ":bound": bound,
                ":expires": {"N": str(expires)},
            },
        )
        try:
            self._requests.update_item(change)
        except ConditionNotMetError as error:
            return error.row is not None and error.row.get("changed_by") == {"S": call}
        return True


def _row(address: str, opened_ms: int) -> Item:
    """Return the key of the count of an address in the window of a time."""
    return key(_ADDRESS + address, str(opened_ms // (LIFETIME_S * 1000)))
