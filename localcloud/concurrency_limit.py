"""A concurrency limit: how many requests a region works on at once. Others wait for a moment."""

import math
import time
from typing import Final, NamedTuple, Protocol

# Seconds that the oldest waiter has waited for when the queue counts as congested.
_CONGESTED_S: Final = 0.5


class Waiter(Protocol):
    """A request that needs a slot. Waiters are compared by identity."""

    def admitted(self) -> None:
        """Start the request; called at once by `acquire`, or later when a slot becomes free."""

    def refused(self) -> None:
        """Answer the request, which waited too long; it has left the queue."""


class _Place(NamedTuple):
    """A waiter's place in the queue: since when (monotonic seconds), and how many seconds long."""

    since: float
    longest_s: float


class ConcurrencyLimit:
    """Slots of a region, given to waiters in the order of their arrival.

    When the queue is congested, the newest waiter is served first, because its client still waits
    for the response. Oldest first, a region that was away for some seconds would work only on
    requests whose clients have given up and sent them again.

    A region of AWS scales with its load and throttles what exceeds its limit. Here each request is
    a process on one machine, so it waits, and is refused where it waited too long. It is refused in
    the moment in which the region answers another request (`served`), and at no other: a region
    that answers nothing is lost, and a lost region refuses nothing, also what was queued before it
    froze. It holds as many requests as it has slots, and executes those when it thaws; a request
    whose client gave up while it was queued never reaches the region.
    """

    def __init__(self, slots: int | None = None) -> None:
        """Set the number of slots; None means no limit."""
        self._slots = slots
        self._admitted: set[Waiter] = set()
        self._queue: dict[Waiter, _Place] = {}

    def is_waiting(self, waiter: Waiter) -> bool:
        """Return whether the waiter is queued."""
        return waiter in self._queue

    def acquire(self, waiter: Waiter, longest_s: float = math.inf) -> None:
        """Admit the waiter if a slot is free, else queue it.

        Args:
            waiter: A request.
            longest_s: Seconds after which it is refused where the region serves others.
        """
        if self._slots is None or len(self._admitted) < self._slots:
            self._admitted.add(waiter)
            waiter.admitted()
        else:
            self._queue[waiter] = _Place(time.monotonic(), longest_s)

    def served(self, waiter: Waiter) -> None:
        """Give back the slot of a waiter that the region answered; refuse what waited too long.

        It does nothing for a waiter without a slot: that answer is not the region's.
        """
        if waiter not in self._admitted:
            return
        self.release(waiter)
        now = time.monotonic()
        late = [one for one, place in self._queue.items() if now - place.since >= place.longest_s]
        for one in late:
            del self._queue[one]
        for one in late:
            one.refused()

    def release(self, waiter: Waiter) -> None:
        """Give back the waiter's slot or its place in the queue; does nothing if it has neither.

        It says nothing about the region: a connection that ends is no answer.
        """
        self._queue.pop(waiter, None)
        if waiter in self._admitted:
            self._admitted.discard(waiter)
            if self._queue:
                following = self._next()
                del self._queue[following]
                self._admitted.add(following)
                following.admitted()

    def _next(self) -> Waiter:
        oldest = next(iter(self._queue))
        if time.monotonic() - self._queue[oldest].since < _CONGESTED_S:
            return oldest
        return next(reversed(self._queue))
