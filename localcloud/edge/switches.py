"""Switches for parts of the edge that a drill turns off; each turns on again by itself."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, Final

from localcloud.edge.events import Events, iso

LONGEST_S: Final = 900.0
NAMES: Final = ("origin_failover", "health_checks", "cache")


@dataclass(slots=True)
class _Off:
    until: float
    timer: asyncio.TimerHandle


class Switches:
    """The state of all switches: on, except for those turned off until a time."""

    def __init__(self, events: Events) -> None:
        """Begin with everything on, also after a restart of the edge."""
        self._events = events
        self._off: dict[str, _Off] = {}

    @property
    def origin_failover(self) -> bool:
        """Whether a failed read is sent to another region."""
        return "origin_failover" not in self._off

    @property
    def health_checks(self) -> bool:
        """Whether traffic leaves a region whose health checks fail."""
        return "health_checks" not in self._off

    @property
    def cache(self) -> bool:
        """Whether responses are answered from the cache."""
        return "cache" not in self._off

    def turn(self, name: str, *, on: bool, seconds: float = 0.0, why: str = "requested") -> None:
        """Turn a switch off for some seconds, or on at once. Call it in the event loop.

        Args:
            name: One of `NAMES`.
            on: Whether the part shall work.
            seconds: After how many seconds a switch that is turned off turns on again.
            why: The reason, for the event.
        """
        before = self._off.pop(name, None)
        if before is not None:
            before.timer.cancel()
        if not on:
            timer = asyncio.get_running_loop().call_later(seconds, self._time_is_up, name)
            self._off[name] = _Off(time.time() + seconds, timer)
        if (before is None) is not on:
            self._events.add("switch", name=name, on=on, why=why)

    def _time_is_up(self, name: str) -> None:
        self.turn(name, on=True, why="time is up")

    def to_json(self) -> dict[str, Any]:
        """Return whether each switch is on, and the time until which it is off."""
        return {
            name: {
                "on": name not in self._off,
                "until": iso(self._off[name].until) if name in self._off else None,
            }
            for name in NAMES
        }
