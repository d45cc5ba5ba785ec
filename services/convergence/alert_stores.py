"""Puts stores into the queue of stock alerts when something in them sells out or is back.

The table's stream has one reader per region (see `sold_out`), and a slow mail service must not hold
up repairs: so the mails are another Lambda's, and this only names the stores. Every region names
them, because the region that is responsible for a subscriber may be lost; only one of them mails.
"""

import time
from collections.abc import Callable
from typing import Any

from services.convergence.queue_batch import QueueBatch, Send
from services.domain.ids import is_id
from services.domain.stock_alerts.wakeups import StoreToLookAt, entry


class AlertStores:
    """Gathers the stores of one batch of a region's stream."""

    def __init__(self, send: Send, clock: Callable[[], float] = time.time) -> None:
        """Take what sends the entries, and a clock, as `QueueBatch` does."""
        self._batch = QueueBatch(send, _entry, clock)

    def note(self, store_id: str) -> None:
        """Note a store in which something sold out or is back."""
        if is_id(store_id):
            self._batch.add(store_id)

    def flush(self) -> int:
        """Send what was noted; return the number of stores. What `send` raises is raised."""
        return self._batch.flush()


def _entry(number: int, store_id: str, now_ms: int) -> dict[str, Any]:
    return entry(number, StoreToLookAt(store_id, now_ms))
