"""Percentiles that differ between two load runs by more than chance explains."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import fmean as mean
from statistics import median
from typing import Any, Final

from loadtests.load.recording import ANY, Recording

WINDOW_S: Final = 5
_SHUFFLES: Final = 2000
_RARE: Final = 0.01
_SMALL: Final = 0.05
_FEWEST: Final = 6  # windows, below which nothing can be said


@dataclass(frozen=True, slots=True)
class PercentileChange:
    """A percentile that differs between two runs.

    Attributes:
        name: Of the requests; `*` stands for all of them.
        figure: `p50` or `p95`.
        before: Median over the windows of the earlier run, milliseconds.
        after: The same of this run.
        chance: How often shuffling the windows of both runs gives a difference as large, 0 to 1.
        windows: Windows of the run that has fewer.
    """

    name: str
    figure: str
    before: float
    after: float
    chance: float
    windows: int

    @property
    def times(self) -> float:
        """`after` divided by `before`."""
        return self.after / self.before if self.before else float("inf")

    def to_json(self) -> dict[str, Any]:
        """Return the change as an object."""
        return {**asdict(self), "times": round(self.times, 4)}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes between two runs.

    Attributes:
        changes: The percentiles that differ.
        not_compared: Reasons by name of requests, for those with too few windows.
    """

    changes: tuple[PercentileChange, ...] = ()
    not_compared: Mapping[str, str] = field(default_factory=dict)


def compare(before: Recording, after: Recording) -> Comparison:
    """Find percentiles that differ by more than 5 % and by more than chance explains.

    Each run is cut into windows of five seconds; a permutation test over the windows' percentiles
    says whether the runs differ by more than windows of one run do.
    """
    changes, not_compared = [], {}
    for name in [ANY, *sorted(set(before.names()) & set(after.names()))]:
        for figure, share in (("p50", 0.5), ("p95", 0.95)):
            one, other = _windows(before, name, share), _windows(after, name, share)
            fewest = min(len(one), len(other))
            if fewest < _FEWEST:
                not_compared[name] = (
                    f"a run has {fewest} windows of {WINDOW_S} s with such requests; "
                    f"{_FEWEST} are needed"
                )
                continue
            change = PercentileChange(
                name, figure, median(one), median(other), _chance(one, other), fewest
            )
            if change.chance < _RARE and abs(change.times - 1) > _SMALL:
                changes.append(change)
    return Comparison(tuple(changes), not_compared)


def _windows(recording: Recording, name: str, share: float) -> list[float]:
    cells = (
        recording.total(name, since=since, until=until)
        for since, until in recording.windows(WINDOW_S)
    )
    found = (cell.times.percentile(share) for cell in cells)
    return [value for value in found if value is not None]


def _chance(one: Sequence[float], other: Sequence[float]) -> float:
    source = random.Random(0)
    # Means, because the median of values around two peaks jumps from one to the other at every
    # shuffle.
    seen = abs(mean(one) - mean(other))
    pool, size = [*one, *other], len(one)
    as_large = 0
    for _ in range(_SHUFFLES):
        source.shuffle(pool)
        as_large += abs(mean(pool[:size]) - mean(pool[size:])) >= seen
    return (as_large + 1) / (_SHUFFLES + 1)
