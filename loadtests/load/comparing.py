"""What changed between two runs beyond their noise."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean as mean
from statistics import median
from typing import Final

from loadtests.load.recording import ANY, Recording

WINDOW_S: Final = 5
_SHUFFLES: Final = 2000
_RARE: Final = 0.01
_SMALL: Final = 0.05
_FEWEST: Final = 6  # windows, below which nothing can be said


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that changed.

    Attributes:
        name: of the requests; `*`: all of them.
        before: median over windows of the earlier run, milliseconds.
        after: likewise, of this run.
        chance: how often shuffling the windows of both gives a difference as large.
    """

    name: str
    figure: str
    before: float
    after: float
    chance: float

    @property
    def times(self) -> float:
        """After by before."""
        return self.after / self.before if self.before else float("inf")


def changes(before: Recording, after: Recording) -> list[Change]:
    """Percentiles that differ by more than 5 % and more than chance explains.

    Each run is cut into windows of five seconds; a permutation test over their percentiles says
    whether the runs differ more than windows of one run do.
    """
    found = []
    for name in [ANY, *sorted(set(before.names()) & set(after.names()))]:
        for figure, share in (("p50", 0.5), ("p95", 0.95)):
            one, other = _windows(before, name, share), _windows(after, name, share)
            if min(len(one), len(other)) < _FEWEST:
                continue
            change = Change(name, figure, median(one), median(other), _chance(one, other))
            if change.chance < _RARE and abs(change.times - 1) > _SMALL:
                found.append(change)
    return found


def _windows(recording: Recording, name: str, share: float) -> list[float]:
    cells = [
        recording.total(name, since=since, until=until)
        for since, until in recording.windows(WINDOW_S)
    ]
    return [cell.times.percentile(share) for cell in cells if cell.requests]


def _chance(one: Sequence[float], other: Sequence[float]) -> float:
    source = random.Random(0)
    # Means: medians of two humps jump from one to the other at every shuffle.
    seen = abs(mean(one) - mean(other))
    pool, size = [*one, *other], len(one)
    as_large = 0
    for _ in range(_SHUFFLES):
        source.shuffle(pool)
        as_large += abs(mean(pool[:size]) - mean(pool[size:])) >= seen
    return (as_large + 1) / (_SHUFFLES + 1)
