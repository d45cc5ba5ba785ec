"""Percentiles by nearest rank: every percentile is a value that was observed.

Only the standard library is imported, so that processes with other packages can use it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from localcloud.histogram import nearest_rank


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return the nearest-rank percentile of values, or None if there are no values.

    Args:
        ordered: The values in rising order.
        share: 0 to 1, such as 0.99.
    """
    return ordered[nearest_rank(share, len(ordered)) - 1] if ordered else None


@dataclass(frozen=True, slots=True)
class Distribution:
    """Percentiles and maximum of values, in the values' unit; None where there are no values.

    Attributes:
        samples: How many values there are.
        p50: Median.
        p95: 95th percentile.
        p99: 99th percentile.
        most: The largest value.
    """

    samples: int
    p50: float | None
    p95: float | None
    p99: float | None
    most: float | None


def distribution(values: Sequence[float]) -> Distribution:
    """Return the distribution of values in any order."""
    ordered = sorted(values)
    return Distribution(
        len(ordered),
        percentile(ordered, 0.50),
        percentile(ordered, 0.95),
        percentile(ordered, 0.99),
        ordered[-1] if ordered else None,
    )
