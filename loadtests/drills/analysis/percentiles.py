"""Percentiles of samples, without interpolation: every figure told is one that was measured."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


def percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: the smallest sample that `share` % of all do not exceed.

    Args:
        ordered: samples in rising order; none: 0.
        share: above 0, up to 100.
    """
    if not ordered:
        return 0.0
    rank = math.ceil(share / 100 * len(ordered))
    return ordered[max(rank, 1) - 1]


@dataclass(frozen=True, slots=True)
class Spread:
    """How samples are spread, in seconds."""

    samples: int
    p50: float
    p95: float
    p99: float
    most: float


def spread(samples: Sequence[float]) -> Spread:
    """The spread of samples in any order."""
    ordered = sorted(samples)
    return Spread(
        len(ordered),
        percentile(ordered, 50),
        percentile(ordered, 95),
        percentile(ordered, 99),
        ordered[-1] if ordered else 0.0,
    )
