"""A concurrency limit: how many requests a region works on at once. Others wait for a moment."""

import time
from typing import Final, Protocol

# Seconds that the oldest waiter has waited for when the queue counts as congested.
_CONGESTED_S: Final = 0.5


class Waiter(Protocol):
    """A request that needs a slot. Waiters are compared by identity."""

    def admitted(self) -> None:
        """Start the request; called at once by `acquire`, or later when a slot becomes free."""


class ConcurrencyLimit:
    """Slots of a region, given to waiters in the order of their arrival.

    When the queue is congested, the newest waiter is served first, because its client still waits
    for the response. Oldest first, a region that was away for some seconds would work only on
    requests whose clients have given up and sent them again.

    A region of AWS scales with its load and throttles what exceeds its limit. Here each request is
    a process on one machine, so it waits, and is refused after a while where the region answered
    others meanwhile (`is_refused`). A region that answers nothing is lost, and a lost region
    refuses nothing: it holds as many requests as it has slots, and executes those when it
    thaws; a request whose client gave up while it was queued never reaches the region.
    """

    def __init__(self, slots: int | None = None) -> None:
        """Set the number of slots; None means no limit."""
        self._slots = slots
        self._admitted: set[Waiter] = set()
        self._queue: dict[Waiter, float] = {}
        """Waiters without a slot, and since when (monotonic seconds)."""
        self._served_at = 0.0

    def is_waiting(self, waiter: Waiter) -> bool:
        """Return whether the waiter is queued."""
        return waiter in self._queue

    def is_refused(self, waiter: Waiter) -> bool:
        """Return whether a waiter waits for a region that has served others meanwhile.

        Args:
            waiter: A request that was queued, and may have a slot by now.
        """
        since = self._queue.get(waiter)
        return since is not None and self._served_at > since

    def acquire(self, waiter: Waiter) -> None:
        """Admit the waiter if a slot is free, else queue it."""
        if self._slots is None or len(self._admitted) < self._slots:
            self._admitted.add(waiter)
            waiter.admitted()
        else:
            self._queue[waiter] = time.monotonic()

    def release(self, waiter: Waiter) -> None:
        """Give back the waiter's slot or its place in the queue; does nothing if it has neither."""
        self._queue.pop(waiter, None)
        if waiter in self._admitted:
            self._admitted.discard(waiter)
            self._served_at = time.monotonic()
            if self._queue:
                following = self._next()
                del self._queue[following]
                self._admitted.add(following)
                following.admitted()

    def _next(self) -> Waiter:
        oldest = next(iter(self._queue))
        if time.monotonic() - self._queue[oldest] < _CONGESTED_S:
            return oldest
        return next(reversed(self._queue))
