"""From time and latency to points of the page."""

import math
from dataclasses import dataclass
from typing import Final

LEFT: Final = 148
WIDTH: Final = 1120
RIGHT: Final = 16
_STEPS_S: Final = (1, 2, 5, 10, 20, 30, 60, 120)
_MOST_TICKS: Final = 14


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Seconds since the first fault, from left to right.

    Attributes:
        zero: The first fault, seconds of the epoch.
        begin: The left end, seconds of the epoch.
        end: The right end.
    """

    zero: float
    begin: float
    end: float

    def x(self, at: float) -> float:
        """Return where a moment is; what is outside is put on the edge."""
        share = (at - self.begin) / max(self.end - self.begin, 1e-6)
        return round(LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT), 1)

    def ticks(self) -> list[float]:
        """Round numbers of seconds since the fault, as moments of the epoch."""
        length = self.end - self.begin
        step = next((one for one in _STEPS_S if length / one <= _MOST_TICKS), _STEPS_S[-1])
        first = math.ceil((self.begin - self.zero) / step)
        last = math.floor((self.end - self.zero) / step)
        return [self.zero + number * step for number in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class LogAxis:
    """Seconds on a logarithmic scale, from bottom to top.

    Attributes:
        top: Its upper end on the page; it grows downwards.
        height: Of the lane.
        low: Seconds at the bottom.
        high: Seconds at the top.
    """

    top: float
    height: float
    low: float
    high: float

    def y(self, seconds: float) -> float:
        """Return where a time is; what is outside is put on the edge."""
        share = math.log(max(seconds, 1e-9) / self.low) / math.log(self.high / self.low)
        return round(self.top + self.height * (1 - min(max(share, 0.0), 1.0)), 1)

    def ticks(self) -> list[float]:
        """Powers of ten within the axis."""
        powers = range(math.ceil(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
        return [10.0**power for power in powers]
