"""What one batch of a region's stream puts into a queue, each name once."""

import time
from collections.abc import Callable
from typing import Any

from services.domain.queue_messages import AT_ONCE

Send = Callable[[list[dict[str, Any]]], object]


class QueueBatch:
    """Gathers names, and sends each as one entry."""

    def __init__(
        self,
        send: Send,
        entry: Callable[[int, str, int], dict[str, Any]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Prepare.

        Args:
            send: Sends entries of one `SendMessageBatch` request; raises where one was not taken.
            entry: Makes an entry of its number in the request, a name and the time (Unix ms).
            clock: Returns Unix seconds.
        """
        self._send = send
        self._entry = entry
        self._clock = clock
        self._waiting: dict[str, None] = {}

    def add(self, name: str) -> None:
        """Have a name sent with the next `flush`."""
        self._waiting[name] = None

    def flush(self) -> int:
        """Send what was added; return the number of names. What `send` raises is raised."""
        waiting, self._waiting = list(self._waiting), {}
        now_ms = int(self._clock() * 1000)
        entries = [self._entry(at, name, now_ms) for at, name in enumerate(waiting)]
        for at in range(0, len(entries), AT_ONCE):
            self._send(entries[at : at + AT_ONCE])
        return len(entries)
