"""The faults that can be set on replication: pause, lag, cuts, duplicates, skewed clocks."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import permutations

Pair = tuple[str, str]
"""An ordered pair of regions: from, to."""


@dataclass(frozen=True, slots=True)
class Lag:
    """Additional delay of replication from one region to another, in milliseconds."""

    ms: float = 0.0
    jitter_ms: float = 0.0

    def draw(self, random_source: random.Random) -> float:
        """Return one delay in seconds: the lag, plus or minus the jitter, never negative."""
        jitter = random_source.uniform(-self.jitter_ms, self.jitter_ms) if self.jitter_ms else 0.0
        return max(0.0, self.ms + jitter) / 1000


_NO_LAG = Lag()


@dataclass(slots=True)
class ReplicationFaults:
    """All faults at a moment; a fresh one is normal running.

    Attributes:
        regions: Names of all regions.
        paused: Whether all replication stands still.
        cuts: Pairs between which nothing is replicated.
        lags: Extra delay of a pair's deliveries.
        duplicates: Share of a pair's deliveries, 0 to 1, that arrive a second time, up to a second
            later.
        skews: Milliseconds by which a region's clock is ahead (negative: behind).
        random_source: Draws delays and duplicates.
    """

    regions: Sequence[str]
    paused: bool = False
    cuts: set[Pair] = field(default_factory=set)
    lags: dict[Pair, Lag] = field(default_factory=dict)
    duplicates: dict[Pair, float] = field(default_factory=dict)
    skews: dict[str, int] = field(default_factory=dict)
    random_source: random.Random = field(default_factory=random.Random)

    def pairs(self, source: str = "*", target: str = "*") -> Iterator[Pair]:
        """Iterate over the ordered pairs that match; `*` stands for every region."""
        for one, other in permutations(self.regions, 2):
            if source in ("*", one) and target in ("*", other):
                yield one, other

    def blocks(self, pair: Pair) -> bool:
        """Return whether nothing is delivered on this way now."""
        return self.paused or pair in self.cuts

    def delay(self, pair: Pair) -> float:
        """Draw the delay of one write on this way, in seconds."""
        return self.lags.get(pair, _NO_LAG).draw(self.random_source)

    def duplicated(self, pair: Pair) -> float | None:
        """Return after how many seconds this delivery arrives again, or None."""
        if self.random_source.random() < self.duplicates.get(pair, 0.0):
            return self.random_source.uniform(0.05, 1.0)
        return None

    def skew(self, region: str) -> int:
        """Return by how many milliseconds the region's clock is ahead."""
        return self.skews.get(region, 0)

    def heal(self) -> None:
        """Go back to normal running."""
        self.paused = False
        self.cuts.clear()
        self.lags.clear()
        self.duplicates.clear()
        self.skews.clear()
