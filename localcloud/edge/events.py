"""The log of the edge's decisions, in order, for drills and for `/ops` of the site."""

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, Literal

from localcloud.json_log import EventLog

_LOG: Final = EventLog("edge")

_MOST_EVENTS: Final = 2000

Kind = Literal["start", "health", "drain-flag", "drain", "shift", "fail-open", "switch", "purge"]


class Events:
    """Numbered events. Numbers rise, also from one run of the edge to the next.

    They begin at the milliseconds of the epoch: whoever has read up to some number before the edge
    was restarted reads on from there and misses nothing.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """Begin with an empty list."""
        self._clock = clock
        self._last = int(clock() * 1000)
        self._events: deque[dict[str, Any]] = deque(maxlen=_MOST_EVENTS)

    def add(self, kind: Kind, **what: Any) -> None:
        """Note an event, in the log too."""
        self._last += 1
        self._events.append({"seq": self._last, "at": iso(self._clock()), "kind": kind, **what})
        _LOG.info(kind, **what)

    def since(self, seq: int) -> dict[str, Any]:
        """The events after number `seq`, oldest first, and the number of the last."""
        newer = [event for event in self._events if event["seq"] > seq]
        return {"events": newer, "last": self._last}

    def latest(self, count: int) -> list[dict[str, Any]]:
        """The last events, newest first."""
        return list(islice(reversed(self._events), count))


def iso(seconds: float) -> str:
    """A time of the epoch as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
