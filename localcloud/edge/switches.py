"""EdgeParts of the edge that a drill may switch off, and that come back by themselves."""

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
    """Which parts work. All do, but for those switched off, each until a time of its own."""

    def __init__(self, events: Events) -> None:
        """Begin with everything on; a restarted edge is whole."""
        self._events = events
        self._off: dict[str, _Off] = {}
        self.origin_failover = True
        self.health_checks = True
        self.cache = True

    def turn(self, name: str, *, on: bool, seconds: float = 0.0, why: str = "asked") -> None:
        """Switch a part off for some seconds, or on at once. Call it in the event loop."""
        before = self._off.pop(name, None)
        if before is not None:
            before.timer.cancel()
        if not on:
            loop = asyncio.get_running_loop()
            timer = loop.call_later(seconds, self._back, name)
            self._off[name] = _Off(time.time() + seconds, timer)
        if getattr(self, name) is not on:
            setattr(self, name, on)
            self._events.add("switch", name=name, on=on, why=why)

    def _back(self, name: str) -> None:
        self.turn(name, on=True, why="time is up")

    def to_json(self) -> dict[str, Any]:
        """Each switch, and until when it is off."""
        return {
            name: {
                "on": getattr(self, name),
                "until": iso(self._off[name].until) if name in self._off else None,
            }
            for name in NAMES
        }
