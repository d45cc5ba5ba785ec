"""Medians and their spread; ratios from pairs of the same round."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """A median over rounds.

    Attributes:
        median: Median of the samples.
        spread: Median absolute deviation from the median, in the same unit; None if there is only
            one sample, which has no spread.
        samples: The observations: one value for each round, in their order.
    """

    median: float
    spread: float | None
    samples: tuple[float, ...]

    @classmethod
    def of(cls, samples: Sequence[float]) -> "Figure":
        """The figure of some samples.

        Raises:
            statistics.StatisticsError: There are none.
        """
        middle = median(samples)
        spread = median(abs(one - middle) for one in samples) if len(samples) > 1 else None
        return cls(middle, spread, tuple(samples))

    def over(self, other: "Figure") -> "Figure":
        """Return the ratio to another figure, taken round by round."""
        pairs = zip(self.samples, other.samples, strict=True)
        return Figure.of([mine / theirs for mine, theirs in pairs])

    def to_json(self, digits: int = 1) -> dict[str, Any]:
        """Return the figure as an object."""
        return {
            "median": round(self.median, digits),
            "spread": None if self.spread is None else round(self.spread, digits),
            "samples": [round(one, digits) for one in self.samples],
        }
