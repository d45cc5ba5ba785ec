"""Writes that wait for delivery to another region: a bounded queue that coalesces per item."""

import enum
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field


class QueueState(enum.Enum):
    """Where a waiting item stands.

    Attributes:
        READY: May be written to the target.
        IN_FLIGHT: Is being written.
        PARKED: Waits for a stream to show what the replicator does not know yet (or for a while).
    """

    READY = "ready"
    IN_FLIGHT = "in flight"
    PARKED = "parked"


@dataclass(slots=True)
class QueuedItem:
    """One item that the target does not have as the source has it.

    Attributes:
        born_ms: When the oldest write that the target lacks was made (milliseconds since the
            epoch).
        queued: Monotonic seconds when it was queued: lag counts from here.
        due: Monotonic seconds from which it may be delivered.
        relay: Hand on also what another region wrote (after a restart; never in normal running).
        state: Where it stands.
        again: Birth of a newer write that came while this one was flying.
    """

    born_ms: int
    queued: float
    due: float
    relay: bool
    state: QueueState = QueueState.READY
    again: int | None = None


@dataclass(slots=True)
class PairQueue:
    """The items that wait on the way `source` -> `target`, each once.

    Only an item's newest version is delivered, as MREC may do: that bounds the queue by the
    number of items. With lag set, an item is due when its oldest waiting write is.
    """

    source: str
    target: str
    _waiting: dict[bytes, QueuedItem] = field(default_factory=dict)
    _heap: list[tuple[float, int, bytes]] = field(default_factory=list)
    _serial: int = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, key: bytes) -> bool:
        return key in self._waiting

    def __getitem__(self, key: bytes) -> QueuedItem:
        return self._waiting[key]

    def add(
        self, key: bytes, *, born_ms: int, now: float, delay: float = 0.0, relay: bool = False
    ) -> None:
        """Queue an item `delay` seconds from `now`; one that waits already keeps its place."""
        waiting = self._waiting.get(key)
        if waiting is None:
            self._waiting[key] = QueuedItem(born_ms, now, now + delay, relay)
            self._push(key, now + delay)
            return
        waiting.relay = waiting.relay or relay
        if waiting.state is QueueState.IN_FLIGHT:
            waiting.again = waiting.again or born_ms
        elif waiting.state is QueueState.PARKED:
            self.ready(key, now + delay)

    def _push(self, key: bytes, due: float) -> None:
        self._serial += 1
        heapq.heappush(self._heap, (due, self._serial, key))

    def _is_current(self, due: float, key: bytes) -> bool:
        waiting = self._waiting.get(key)
        return (
            waiting is not None and waiting.state is not QueueState.IN_FLIGHT and waiting.due == due
        )

    def next_due(self) -> float | None:
        """Return when the next item is due, or None when nothing waits."""
        while self._heap and not self._is_current(self._heap[0][0], self._heap[0][2]):
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def take(self, now: float, limit: int) -> list[bytes]:
        """Take up to `limit` due items; each comes back through done, retry or park."""
        taken: list[bytes] = []
        while len(taken) < limit and (due := self.next_due()) is not None and due <= now:
            _, _, key = heapq.heappop(self._heap)
            self._waiting[key].state = QueueState.IN_FLIGHT
            taken.append(key)
        return taken

    def done(self, key: bytes, now: float) -> int | None:
        """Drop an item that the target has.

        Returns:
            When the oldest write was made that the item was queued with (milliseconds since the
            epoch); None if the item was queued by a comparison of tables, because the age of such
            a write says nothing about how long replication takes.
        """
        waiting = self._waiting.pop(key, None)
        if waiting is None:
            return None
        if waiting.again is not None:
            self.add(key, born_ms=waiting.again, now=now)
        return None if waiting.relay else waiting.born_ms

    def retry(self, key: bytes, due: float) -> None:
        """Put an item back, to be tried when `due`."""
        self._back(key, due, QueueState.READY)

    def park(self, key: bytes, due: float) -> None:
        """Put an item back until `ready`, at the latest until `due`."""
        self._back(key, due, QueueState.PARKED)

    def _back(self, key: bytes, due: float, state: QueueState) -> None:
        if (waiting := self._waiting.get(key)) is not None:
            waiting.state, waiting.due, waiting.again = state, due, None
            self._push(key, due)

    def ready(self, key: bytes, due: float) -> bool:
        """Wake a parked item; returns whether there was one."""
        waiting = self._waiting.get(key)
        if waiting is None or waiting.state is not QueueState.PARKED:
            return False
        waiting.state, waiting.due = QueueState.READY, due
        self._push(key, due)
        return True

    def relag(self, delay: Callable[[], float]) -> None:
        """Set anew when each waiting item is due, after the lag was changed."""
        for key, waiting in self._waiting.items():
            if waiting.state is QueueState.READY:
                waiting.due = waiting.queued + delay()
                self._push(key, waiting.due)

    def oldest_ms(self) -> int | None:
        """Return when the oldest write that the target lacks was made, None if it lacks none."""
        return min((one.born_ms for one in self._waiting.values()), default=None)
