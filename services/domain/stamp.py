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
# `int` alone also reads capitals, signs, blanks, underscores, `0x`, and digits of other scripts.
_TEXT: Final = re.compile(r"([0-9a-f]{16})@(.+)", re.DOTALL)


class InvalidStampError(ValueError):
    """A text is not a stamp as `Stamp.text` writes it."""


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
        return cls(int(digits, 16), region)


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
    observing the stamps of the documents it is about to change.
    """

    def __init__(self, region: str, now_ms: Callable[[], int] = unix_ms) -> None:
        self.region = region
        self._now_ms = now_ms
        self._last = 0
        self._lock = threading.Lock()

    def tick(self, *after: Stamp) -> Stamp:
        """A stamp higher than every stamp made or observed before, and than each of `after`."""
        with self._lock:
            floor = max((self._last, *(stamp.time for stamp in after)))
            self._last = max(self._now_ms() << COUNTER_BITS, floor + 1)
            if self._last > MAX_TIME:
                raise OverflowError("the clock has run past 64 bits")
            return Stamp(self._last, self.region)

    def now_ms(self) -> int:
        """Return the time of the wall clock, in Unix milliseconds, which no stamp puts ahead."""
        return self._now_ms()

    def observe(self, stamp: Stamp) -> None:
        """Make every later stamp higher than `stamp`."""
        with self._lock:
            self._last = max(self._last, stamp.time)
