"""Messages of the queue of stock alerts: each names a store in which something sold out or is back.

A message carries no facts: its receiver compares the store's stock with what was mailed.
"""

import json
from typing import Any, Final, NamedTuple

from services.domain.ids import is_id
from services.domain.queue_messages import InvalidMessageError, delayed_entry

GATHERED_S: Final = 20
"""Seconds that a message waits, so that what changes together is in one mail."""
_STORE: Final = "storeId"
_SINCE: Final = "sinceMs"
_DUE: Final = "dueMs"


class InvalidAlertMessageError(InvalidMessageError):
    """A message does not name a store."""


class StoreToLookAt(NamedTuple):
    """What a message says.

    Attributes:
        store_id: The store.
        since_ms: When the change was seen first, Unix milliseconds.
        due_ms: Until when nobody is to be mailed about it, Unix milliseconds; 0: it was not looked
            at yet.
    """

    store_id: str
    since_ms: int
    due_ms: int = 0

    @property
    def title(self) -> str:
        """What the log calls it."""
        return f"store {self.store_id}"


def entry(number: int, store: StoreToLookAt, wait_ms: int = GATHERED_S * 1000) -> dict[str, Any]:
    """Return the entry of a `SendMessageBatch` request.

    Args:
        number: Its place in the request.
        store: What it says.
        wait_ms: Milliseconds after which it is to be looked at; see `delayed_entry`.
    """
    content: dict[str, Any] = {_STORE: store.store_id, _SINCE: store.since_ms}
    if store.due_ms:
        content[_DUE] = store.due_ms
    body = json.dumps(content)
    return delayed_entry(number, body, wait_ms)


def store_of(body: str) -> StoreToLookAt:
    """Return what a message says.

    Raises:
        InvalidAlertMessageError: It names no store.
    """
    try:
        content = json.loads(body)
        store_id, since_ms = content[_STORE], content[_SINCE]
        due_ms = content.get(_DUE, 0)
    except (ValueError, LookupError, TypeError) as error:
        raise InvalidAlertMessageError(f"not a message about a store: {body[:100]!r}") from error
    are_times = isinstance(since_ms, int) and isinstance(due_ms, int)
    if not isinstance(store_id, str) or not is_id(store_id) or not are_times:
        raise InvalidAlertMessageError(f"not a message about a store: {body[:100]!r}")
    return StoreToLookAt(store_id, since_ms, due_ms)
