"""Counts the open connections of an address in the regional table of live updates.

Connections are counted by windows of the longest life of a connection, so a count that is never
taken back, because API Gateway lost the end of a connection, expires. An address can have up to
twice its bound, of two windows.
"""

from typing import Final
from uuid import uuid4

from services.storage.live_requests import ConditionNotMetError, LiveRequests, conditional
from services.storage.live_rows import LIFETIME_S, key

_ADDRESS: Final = "A#"


class TooManyConnectionsError(Exception):
    """An address has as many open connections as it may have."""


class AddressCounts:
    """Counts of connections by address and window."""

    def __init__(self, requests: LiveRequests) -> None:
        """Prepare.

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
        if not self._change(address, opened_ms, 1, "attribute_not_exists(n) OR n < :bound", most):
            raise TooManyConnectionsError

    def take_back(self, address: str, opened_ms: int) -> None:
        """Uncount a connection that has ended; a count of zero stays so.

        Args:
            address: Key of the client's address.
            opened_ms: When the connection was opened, Unix milliseconds (UTC).
        """
        self._change(address, opened_ms, -1, "n > :bound", 0)

    def _change(
        self, address: str, opened_ms: int, number: int, condition: str, bound: int
    ) -> bool:
        """Add a number to a count, and return whether the condition for it held."""
        window = opened_ms // (LIFETIME_S * 1000)
        expires = (window + 2) * LIFETIME_S
        call = {"S": uuid4().hex}
        change = conditional(
            key(_ADDRESS + address, str(window)),
            "ADD n :number SET expires = :expires, changed_by = :call",
            # Not twice, where it is sent again because its answer was lost.
            f"({condition}) AND (attribute_not_exists(changed_by) OR changed_by <> :call)",
            values={
                ":call": call,
                ":number": {"N": str(number)},
                ":bound": {"N": str(bound)},
                ":expires": {"N": str(expires)},
            },
        )
        try:
            self._requests.update_item(change)
        except ConditionNotMetError as error:
            return error.row is not None and error.row.get("changed_by") == call
        return True
