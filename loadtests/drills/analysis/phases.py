"""Phases of a failover: detect, decide, shift, settle."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from loadtests.drills.records import Record
from loadtests.drills.timeline import Mark

# The edge's events that say: this region is left now.
DETECTED: Final = frozenset({"unhealthy", "drained"})
DECIDED: Final = frozenset({"shift"})


@dataclass(frozen=True, slots=True)
class Phases:
    """Seconds of each phase, one after the other; None: it was not reached, or no request was sent.

    Attributes:
        detect: From the fault until the edge knew (health checks, or a drain flag).
        decide: Until the edge's routing first named another region.
        shift: Until the last request that was still sent to the region; requests that the edge
            tried there first and then elsewhere count, as they cost a client time.
        settle: Until the last request that failed or was slow.
    """

    detect: float | None
    decide: float | None
    shift: float | None
    settle: float | None

    @property
    def total(self) -> float | None:
        """Seconds from the fault until the last failed or slow request."""
        parts = [one for one in (self.detect, self.decide, self.shift, self.settle) if one]
        return sum(parts) if self.settle is not None else None


def phases(
    records: Sequence[Record],
    marks: Sequence[Mark],
    lost: Collection[str],
    *,
    begins: float,
    ends: float,
    slow_s: float,
) -> Phases:
    """Return the phases of a failover from what the edge logged and what clients saw.

    Args:
        records: By intended time.
        marks: Of the whole drill, by time.
        lost: The regions that were taken away.
        begins: When, seconds of the epoch.
        ends: When they were given back; what comes later is no part of failing over.
        slow_s: Latency above which a success is slow.
    """
    edge = [
        mark
        for mark in marks
        if mark.what == "edge" and begins <= mark.at < ends and mark.region in lost
    ]
    detected = next((mark.at for mark in edge if mark.kind in DETECTED), None)
    decided = next((mark.at for mark in edge if mark.kind in DECIDED), None)
    window = [one for one in records if one.done > begins and one.intended < ends]
    sent_there = [one for one in window if _was_sent(one, lost)]
    shifted = max((one.intended for one in sent_there), default=begins)
    noticed = [one.done for one in window if not one.ok or one.latency > slow_s]
    settled = max(noticed, default=begins)
    known = [at for at in (detected, decided) if at is not None]
    if not known:
        return Phases(None, None, None, max(0.0, settled - begins) if window else None)
    at_detection = detected if detected is not None else known[0]
    at_decision = max(at_detection, decided if decided is not None else at_detection)
    if not window:
        return Phases(at_detection - begins, at_decision - at_detection, None, None)
    at_shift = max(at_decision, shifted)
    return Phases(
        at_detection - begins,
        at_decision - at_detection,
        at_shift - at_decision,
        max(0.0, settled - at_shift),
    )


def _was_sent(record: Record, lost: Collection[str]) -> bool:
    """Return whether the edge sent the request to a lost region, answered or not."""
    if record.from_cache:
        return False
    return record.region in lost or (record.why == "failover" and record.place in lost)
