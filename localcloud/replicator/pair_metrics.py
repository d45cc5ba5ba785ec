"""The metrics of one link between two regions: delays of writes, and counts of their outcomes."""

import statistics
from collections import deque
from dataclasses import dataclass, field

_WINDOW_SECONDS = 60.0
_MOST_SAMPLES = 5000


@dataclass(slots=True)
class PairMetrics:
    """Counters since the start, and the lags of the last minute.

    Attributes:
        applied: Written to the target.
        superseded: Offered, but the target held something newer, or the same.
        refused: The condition did not hold: a local write was under way.
        unknown: The outcome was lost (timeout, broken connection).
        duplicates: Deliveries that were made a second time, as a fault wants it.
        last_ms: Lag of the last applied write in milliseconds; None before the first.
    """

    applied: int = 0
    superseded: int = 0
    refused: int = 0
    unknown: int = 0
    duplicates: int = 0
    last_ms: float | None = None
    _samples: deque[tuple[float, float]] = field(
        default_factory=lambda: deque(maxlen=_MOST_SAMPLES)
    )

    def arrived(self, lag_ms: float | None, now: float) -> None:
        """Count a write that arrived.

        Args:
            lag_ms: Milliseconds since the write was made; None where they are no measure of
                replication, as when a region is filled again.
            now: Monotonic seconds.
        """
        self.applied += 1
        if lag_ms is None:
            return
        self.last_ms = max(0.0, lag_ms)
        self._samples.append((now, self.last_ms))

    def lags(self, now: float) -> dict[str, float | None]:
        """Return median, greatest and last lag in milliseconds; None when there is no sample."""
        while self._samples and self._samples[0][0] < now - _WINDOW_SECONDS:
            self._samples.popleft()
        values = [lag for _, lag in self._samples]
        return {
            "lag_ms_p50": round(statistics.median(values), 1) if values else None,
            "lag_ms_max": round(max(values), 1) if values else None,
            "lag_ms_last": None if self.last_ms is None else round(self.last_ms, 1),
        }
