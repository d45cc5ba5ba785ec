"""The health of one region, from its checks. Pure: time comes in, nothing goes out."""

from collections import deque
from dataclasses import dataclass
from typing import Final

_CHECKS_KEPT: Final = 60
_CHANGES_KEPT: Final = 50


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """The result of a health check.

    Attributes:
        at: When it ended, seconds of the epoch.
        passed: Whether the region passed it.
        milliseconds: How long it took.
        reason: What was answered, or why nothing was.
    """

    at: float
    passed: bool
    milliseconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class HealthChange:
    """A region became healthy or unhealthy."""

    at: float
    healthy: bool
    reason: str


class Health:
    """Counts checks in a row, as Route 53 does.

    A new region counts as healthy until checks say otherwise, and one check that disagrees with
    the current state changes nothing: both ways it takes a threshold of them in a row
    (Route 53 developer guide, "How Route 53 determines whether a health check is healthy").
    """

    def __init__(self, *, threshold: int, recovery_threshold: int, now: float) -> None:
        """Begin healthy.

        Args:
            threshold: Failed checks in a row that make it unhealthy.
            recovery_threshold: Passed checks in a row that make it healthy again.
            now: Seconds of the epoch.
        """
        self.healthy = True
        self.since = now
        self.last: HealthCheck | None = None
        self.recent: deque[HealthCheck] = deque(maxlen=_CHECKS_KEPT)
        self.history: deque[HealthChange] = deque(maxlen=_CHANGES_KEPT)
        self.checks = 0
        self.changes = 0
        self._threshold = threshold
        self._recovery_threshold = recovery_threshold
        self._disagreeing = 0

    def record(self, check: HealthCheck) -> bool:
        """Take note of a check; return whether it changed the state."""
        self.last = check
        self.recent.append(check)
        self.checks += 1
        if check.passed is self.healthy:
            self._disagreeing = 0
            return False
        self._disagreeing += 1
        if self._disagreeing < (self._threshold if self.healthy else self._recovery_threshold):
            return False
        self.healthy = not self.healthy
        self.since = check.at
        self.changes += 1
        self.history.append(HealthChange(check.at, self.healthy, check.reason))
        self._disagreeing = 0
        return True
