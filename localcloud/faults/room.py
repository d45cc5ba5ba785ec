"""How many requests a region works on at once; the others wait before its gate."""

import time
from typing import Final, Protocol

# Seconds in the line after which it is a jam.
_JAM_S: Final = 0.5


class Guest(Protocol):
    """Who asks for a place; compared by identity."""

    def admitted(self) -> None:
        """A place was given: now, or when it was this guest's turn."""


class Room:
    """Places in a region, given in the order in which they were asked for.

    In a jam the newest is served first: its client still waits. Oldest first, a region that was
    away for some seconds would work for ever on what clients gave up and ask again.

    A region of AWS grows with its load, and what finds no place there is throttled. Here each
    request at work is a process on one machine, so it waits instead. A frozen region thus holds as
    many requests as it has places, and does those when it thaws; whoever gave up in the line before
    it was never there.
    """

    def __init__(self, places: int | None = None) -> None:
        """Know the number of places; None: as many as are asked for."""
        self._places = places
        self._inside: set[Guest] = set()
        self._line: dict[Guest, float] = {}  # since when

    def has_in_line(self, guest: Guest) -> bool:
        """Whether the guest waits for a place."""
        return guest in self._line

    def enter(self, guest: Guest) -> None:
        """Give the guest a place, or let it wait for one."""
        if self._places is None or len(self._inside) < self._places:
            self._inside.add(guest)
            guest.admitted()
        else:
            self._line[guest] = time.monotonic()

    def leave(self, guest: Guest) -> None:
        """Take the guest's place back, or its place in the line; it may have neither."""
        self._line.pop(guest, None)
        if guest in self._inside:
            self._inside.discard(guest)
            if self._line:
                following = self._next()
                del self._line[following]
                self._inside.add(following)
                following.admitted()

    def _next(self) -> Guest:
        oldest = next(iter(self._line))
        if time.monotonic() - self._line[oldest] < _JAM_S:
            return oldest
        return next(reversed(self._line))
