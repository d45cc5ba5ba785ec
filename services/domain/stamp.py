"""Hybrid logical clock stamps: when and where a value was written.

Source: Kulkarni et al., "Logical Physical Clocks" (2014). A stamp packs 48 bits of Unix
milliseconds and a 16-bit counter into one integer, so that stamps order like the events they
mark even where two clocks disagree; the region's name breaks ties.
"""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

COUNTER_BITS: Final = 16
MAX_TIME: Final = 2**64 - 1
# The last that a calendar has: 9999-12-31T23:59:59.999Z. Only a damaged item has a later one.
LATEST: Final = 253_402_300_799_999 << COUNTER_BITS | 0xFFFF
# A clock that is wrong by at most this is followed. A stamp that is farther ahead is damage.
MAX_AHEAD_MS: Final = 3_600_000
_MAX_AHEAD: Final = MAX_AHEAD_MS << COUNTER_BITS
# `int` alone also reads capitals, signs, blanks, underscores, `0x`, and digits of other scripts.
_TEXT: Final = re.compile(r"([0-9a-f]{16})@(.+)", re.DOTALL)


class InvalidStampError(ValueError):
    """A text is not a stamp as `str(stamp)` writes it, or no calendar has its time."""


class NoLaterStampError(InvalidStampError):
    """A document holds the last stamp that there is: it is damaged, nothing can be set in it."""

    def __init__(self) -> None:
        super().__init__("the document holds the last stamp of the year 9999; restore it")


@dataclass(frozen=True, slots=True, order=True)
class Stamp:
    """One moment at one region; totally ordered by (time, region).

    Attributes:
        time: 64 bits: Unix milliseconds (UTC) << 16 | counter.
        region: The AWS region's name; breaks ties.
    """

    time: int
    region: str

    @property
    def unix_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00Z of the clock that made this stamp."""
        return self.time >> COUNTER_BITS

    def __str__(self) -> str:
        """Sortable text: 16 hexadecimal digits, `@`, region."""
        return f"{self.time:016x}@{self.region}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str(stamp)` wrote; `str` of the result is the same text.

        Raises:
            InvalidStampError: The text is not such a stamp, or another spelling of one.
        """
        try:
            found = _TEXT.fullmatch(text)
        except TypeError as error:  # a stored document may hold any JSON in its place
            raise InvalidStampError(f"not a stamp: {text!r}") from error
        if found is None:
            raise InvalidStampError(f"not a stamp: {text!r}")
        digits, region = found.groups()
        time = int(digits, 16)
        if time > LATEST:
            raise InvalidStampError(f"later than the year 9999: {text!r}")
        return cls(time, region)


class WallClock:
    """The wall clock of this process.

    Attributes:
        skew_ms: Milliseconds by which it is wrong. 0, except where a drill sets it to show what a
            skewed clock does.
    """

    __slots__ = ("skew_ms",)

    def __init__(self) -> None:
        self.skew_ms = 0

    def __call__(self) -> int:
        """Return the time in milliseconds since 1970-01-01T00:00Z."""
        return time.time_ns() // 1_000_000 + self.skew_ms


unix_ms: Final = WallClock()


class HybridClock:
    """Makes stamps that only move forward, whatever the wall clock does.

    One clock serves all threads of a process. It holds no truth: after a restart it catches up by
    the stamps of the documents that it is about to change.
    """

    def __init__(self, region: str, now_ms: Callable[[], int] = unix_ms) -> None:
        self.region = region
        self._now_ms = now_ms
        self._last = 0
        self._last_of_wall = 0
        self._lock = threading.Lock()

    def tick(self, *after: Stamp) -> Stamp:
        """A stamp higher than every stamp made before, and than each of `after`.

        A stamp that must be more than `MAX_AHEAD_MS` ahead of the wall clock, because one of
        `after` is, is made for this document alone: later stamps need not be higher. One damaged
        document would otherwise put all that is written from then on into the future.

        Raises:
            NoLaterStampError: One of `after` is the last stamp that there is.
        """
        with self._lock:
            now = self._now_ms() << COUNTER_BITS
            own = max(now, self._last + 1)
            made = own
            for stamp in after:
                if stamp.time >= made:
                    made = stamp.time + 1
            if made > LATEST:
                raise NoLaterStampError
            self._last = made if made - now <= _MAX_AHEAD else own
            return Stamp(made, self.region)

    def wall_tick(self) -> Stamp:
        """A stamp of the wall clock alone, higher than every one that this method made before.

        It says when something was done, and orders no values: no document puts it ahead, so that
        two processes of a region make the same one only within one millisecond.
        """
        with self._lock:
            made = self._now_ms() << COUNTER_BITS
            if made <= self._last_of_wall:
                made = self._last_of_wall + 1
            self._last_of_wall = made
            return Stamp(made, self.region)

    def now_ms(self) -> int:
        """Return the time of the wall clock, in Unix milliseconds, which no stamp puts ahead."""
        return self._now_ms()
