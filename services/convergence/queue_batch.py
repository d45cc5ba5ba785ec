"""What one batch of a region's stream puts into a queue, each name once."""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from services.domain.queue_messages import AT_ONCE
from services.storage.queues import EntriesRefusedError

Send = Callable[[list[dict[str, Any]]], object]
_MOST_KEPT: Final = 10_000
_MOST_BROKEN: Final = 2  # requests without an answer, each of which may take its time-out


class QueueBatch:
    """Gathers names, and sends each as one entry."""

    def __init__(
        self,
        send: Send,
        entry: Callable[[int, str, int], dict[str, Any]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Begin with no names; nothing is sent yet.

        Args:
            send: Sends entries of one `SendMessageBatch` request; raises where one was not taken.
            entry: Makes an entry of its number in the request, a name and the time (Unix ms).
            clock: Returns Unix seconds.
        """
        self._send = send
        self._entry = entry
        self._clock = clock
        self._waiting: dict[str, None] = {}

    def is_waiting(self, name: str) -> bool:
        """Return whether the queue has not taken a name that was added."""
        return name in self._waiting

    def add(self, name: str) -> None:
        """Have a name sent with the next `flush`."""
        self._waiting[name] = None

    def flush(self) -> int:
        """Send what was added; return the number of names. What `send` raises is raised.

        Names that the queue did not take are kept for the next flush.
        """
        waiting = list(self._waiting)
        now_ms = int(self._clock() * 1000)
        entries = [self._entry(at, name, now_ms) for at, name in enumerate(waiting)]
        names = dict(zip((one["Id"] for one in entries), waiting, strict=True))
        left, fault = send_all(entries, self._send)
        self._waiting = dict.fromkeys(names[one["Id"]] for one in left)
        if fault is not None:
            raise fault
        return len(entries)


def send_all(
    entries: Sequence[dict[str, Any]], send: Send
) -> tuple[list[dict[str, Any]], Exception | None]:
    """Send entries in as many requests as they take, whatever becomes of each.

    Args:
        entries: Of which each has an `Id` of its own.
        send: As in `QueueBatch`.

    Returns:
        The entries that were not taken, the latest 10,000; and why the first one was not.
    """
    left: list[dict[str, Any]] = []
    fault: Exception | None = None
    broken = 0
    for at in range(0, len(entries), AT_ONCE):
        part = list(entries[at : at + AT_ONCE])
        if broken == _MOST_BROKEN:
            left += part
            continue
        try:
            send(part)
        except EntriesRefusedError as error:
            left += [one for one in part if one["Id"] in error.ids]
            fault = fault or error
        except Exception as error:  # noqa: BLE001 - raised after the other requests
            left += part
            fault = fault or error
            broken += 1
    return left[-_MOST_KEPT:], fault
