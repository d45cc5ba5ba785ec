"""Counters of the edge, region by region, for `/_edge/status`."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from localcloud.edge.routing import Why
from localcloud.histogram import Histogram

_FIRST_FAILURE: Final = 500


@dataclass(slots=True)
class RegionMetrics:
    """Counts since the edge started.

    Attributes:
        requests: Sent to the region, second attempts included, health checks not.
        in_flight: Requests that the region has not answered yet.
        statuses: Complete answers, by HTTP status.
        failures: Requests without a complete answer, by kind.
        answers: Answers given to clients from this region, by why it was this one.
        times: Times of complete answers since the last sample of the history.
    """

    requests: int = 0
    in_flight: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    answers: Counter[Why] = field(default_factory=Counter)
    times: Histogram = field(default_factory=Histogram)

    @property
    def failed(self) -> int:
        """Requests without a complete answer, or with a status from 500 on."""
        wrong = sum(n for status, n in self.statuses.items() if status >= _FIRST_FAILURE)
        return wrong + self.failures.total()

    def take_times(self) -> Histogram:
        """Return the times of answers since the last call."""
        taken, self.times = self.times, Histogram()
        return taken

    def to_json(self) -> dict[str, Any]:
        """The counts as they appear in the status."""
        return {
            "requests": self.requests,
            "in_flight": self.in_flight,
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "failures": dict(self.failures),
            "answers": dict(self.answers),
        }
