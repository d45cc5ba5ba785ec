"""Puts stores into the queue of stock alerts when something in them sells out or is back.

The table's stream has one reader per region (see `sold_out`), and a slow mail service must not hold
up repairs: so the mails are another Lambda's, and this only names the stores. Every region names
them, because the region that is responsible for a subscriber may be lost; only one of them mails.
"""

import time
from collections.abc import Callable
from typing import Any

from services.domain.ids import is_id
from services.domain.stock_alerts.wakeups import AT_ONCE, StoreToLookAt, entry


class AlertStores:
    """Gathers the stores of one batch of a region's stream."""

    def __init__(
        self,
        send: Callable[[list[dict[str, Any]]], object],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Prepare.

        Args:
            send: Sends entries of one `SendMessageBatch` request; raises where one was not taken.
            clock: Returns Unix seconds.
        """
        self._send = send
        self._clock = clock
        self._waiting: dict[str, None] = {}

    def note(self, store_id: str) -> None:
        """Note a store in which something sold out or is back."""
        if is_id(store_id):
            self._waiting[store_id] = None

    def flush(self) -> int:
        """Send what was noted; return the number of stores. What `send` raises is raised."""
        waiting, self._waiting = list(self._waiting), {}
        now_ms = int(self._clock() * 1000)
        entries = [entry(at, StoreToLookAt(one, now_ms)) for at, one in enumerate(waiting)]
        for at in range(0, len(entries), AT_ONCE):
            self._send(entries[at : at + AT_ONCE])
        return len(entries)
