"""Counts of times in buckets that grow by 4 %: percentiles of any length of run, within 2 %."""

import math
from collections.abc import Mapping
from typing import Final, Self

_GROWTH: Final = math.log(1.04)
_LEAST_MS: Final = 0.1


class Histogram:
    """Milliseconds, counted."""

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self.counts = dict(counts or {})

    def add(self, milliseconds: float) -> None:
        """Count one."""
        bucket = math.ceil(math.log(max(milliseconds, _LEAST_MS) / _LEAST_MS) / _GROWTH)
        self.counts[bucket] = self.counts.get(bucket, 0) + 1

    def merge(self, other: Self) -> None:
        """Count what another one counted."""
        for bucket, count in other.counts.items():
            self.counts[bucket] = self.counts.get(bucket, 0) + count

    @property
    def total(self) -> int:
        """How many were counted."""
        return sum(self.counts.values())

    def percentile(self, share: float) -> float:
        """Milliseconds below which a share of all lies; 0 where there is none."""
        wanted, seen = share * self.total, 0
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            if seen >= wanted:
                return _LEAST_MS * math.exp((bucket - 0.5) * _GROWTH)
        return 0.0

    def to_json(self) -> dict[str, int]:
        """Buckets by number."""
        return {str(bucket): count for bucket, count in sorted(self.counts.items())}

    @classmethod
    def of(cls, told: Mapping[str, int]) -> Self:
        """What `to_json` made."""
        return cls({int(bucket): count for bucket, count in told.items()})
