"""Counters of the edge, region by region, for `/_edge/status`."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from localcloud.edge.routing import Why


@dataclass(slots=True)
class RegionMetrics:
    """Counts since the edge started."""

    requests: int = 0
    """Sent to the region, second attempts included, health checks not."""
    in_flight: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    """Requests without a complete answer, by kind."""
    answers: Counter[Why] = field(default_factory=Counter)
    """Answers given to clients from this region, by why it was this one."""

    def to_json(self) -> dict[str, Any]:
        """The counts as they appear in the status."""
        return {
            "requests": self.requests,
            "in_flight": self.in_flight,
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "failures": dict(self.failures),
            "answers": dict(self.answers),
        }
