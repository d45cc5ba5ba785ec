"""Counts of times in buckets that grow by 4 %: percentiles of any number of times, within 2 %.

Only the standard library is imported, so that processes with other packages can use it.
"""

import math
from collections.abc import Mapping
from typing import Final, Self

_GROWTH: Final = math.log(1.04)
_LEAST_MS: Final = 0.1


def nearest_rank(share: float, count: int) -> int:
    """Return the rank, from 1, of the smallest of `count` values that `share` of all do not exceed.

    Args:
        share: 0 to 1.
        count: How many values there are, at least 1.
    """
    # Rounded, because 0.07 * 100 is a little more than 7 in binary.
    return min(max(math.ceil(round(share * count, 9)), 1), count)


class Histogram:
    """Counts of times in milliseconds.

    Attributes:
        counts: How many times each bucket holds, by the number of the bucket.
    """

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self.counts = dict(counts or {})

    def add(self, milliseconds: float) -> None:
        """Add a response time."""
        bucket = math.ceil(math.log(max(milliseconds, _LEAST_MS) / _LEAST_MS) / _GROWTH)
        self.counts[bucket] = self.counts.get(bucket, 0) + 1

    def merge(self, other: Self) -> None:
        """Add the counts of another histogram."""
        for bucket, count in other.counts.items():
            self.counts[bucket] = self.counts.get(bucket, 0) + count

    @property
    def total(self) -> int:
        """The number of durations that were counted."""
        return sum(self.counts.values())

    def percentile(self, share: float) -> float | None:
        """Return the nearest-rank percentile in milliseconds; None if nothing was counted.

        Args:
            share: 0 to 1.
        """
        if not self.counts:
            return None
        rank, seen = nearest_rank(share, self.total), 0
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            if seen >= rank:
                return _LEAST_MS * math.exp((bucket - 0.5) * _GROWTH)
        raise AssertionError("a rank is at most the total")

    def to_json(self) -> dict[str, int]:
        """Return the counts by bucket, as JSON can hold them."""
        return {str(bucket): count for bucket, count in sorted(self.counts.items())}

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Self:
        """Read what `to_json` returned."""
        return cls({int(bucket): count for bucket, count in counts.items()})
