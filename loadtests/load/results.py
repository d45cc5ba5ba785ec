"""A finished run as figures: one object for programs, a CSV, and what reports are made of."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from loadtests.load.processes import Bottleneck, Units
from loadtests.load.recording import ANY, Recording
from loadtests.load.slo import Verdict

CACHED: Final = {"hit", "stale", "revalidated", "collapsed"}
_PERCENTILES: Final = (("p50_ms", 0.50), ("p95_ms", 0.95), ("p99_ms", 0.99))


@dataclass(frozen=True, slots=True)
class Results:
    """One run.

    Attributes:
        loop: `closed` (locust's users wait for answers) or `open` (arrivals do not).
        generator_cpu_s: of all processes of the generator.
    """

    profile: str
    target: str
    runtime: str
    loop: str
    workers: int
    recording: Recording
    verdicts: Sequence[Verdict]
    units: Units | None
    bottleneck: Bottleneck | None
    generator_cpu_s: float
    problem: str = ""
    cost_per_million_usd: float | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether every objective was met and the figures can be believed."""
        return not self.problem and all(verdict.met for verdict in self.verdicts)

    @property
    def hit_ratio(self) -> float | None:
        """Share of cacheable reads that the edge answered; None where it told nothing."""
        caches = self.recording.total().caches
        asked = sum(count for state, count in caches.items() if state != "pass")
        hits = sum(count for state, count in caches.items() if state in CACHED)
        return hits / asked if asked else None

    def to_json(self) -> dict[str, Any]:
        """One object."""
        recording = self.recording
        total = recording.total()
        seconds = max(recording.seconds(), 1)
        told: dict[str, Any] = {
            "profile": self.profile,
            "target": self.target,
            "runtime": self.runtime,
            "loop": self.loop,
            "workers": self.workers,
            "seconds": seconds,
            "requests": total.requests,
            "failures": total.failures,
            "failure_share": total.failures / total.requests if total.requests else None,
            "requests_per_second": round(total.requests / seconds, 1),
            **_percentiles(recording, ANY, ANY),
            "slo": {
                "met": self.passed,
                "objectives": {
                    one.name: {"allowed": one.allowed, "measured": one.measured, "met": one.met}
                    for one in self.verdicts
                },
            },
            "by_name": {name: self._row(name, ANY) for name in recording.names()},
            "by_region": {region: self._row(ANY, region) for region in recording.regions()},
            "cache_hit_ratio": self.hit_ratio,
            "reasons_of_failures": dict(recording.reasons.most_common(20)),
            "generator": {
                "cpu_s": round(self.generator_cpu_s, 2),
                "lag_ms_worst": max(
                    (row[2] for rows in recording.generators.values() for row in rows), default=None
                ),
                "problem": self.problem or None,
            },
            "dynamodb": None,
            "bottleneck": None,
            "cost_per_million_usd": self.cost_per_million_usd,
            **self.extra,
        }
        if self.units is not None:
            told["dynamodb"] = {
                "requests": self.units.requests,
                "read_units": round(self.units.read_units, 1),
                "write_units": round(self.units.write_units, 1),
                "answers": self.units.answers,
            }
        if self.bottleneck is not None:
            told["bottleneck"] = {
                "process": self.bottleneck.name,
                "share_of_a_core": round(self.bottleneck.share, 3),
                "share_of_the_machine": round(self.bottleneck.of_machine, 3),
                "cpu_s": {name: round(one.cpu_s, 2) for name, one in self.bottleneck.usage.items()},
            }
        return told

    def _row(self, name: str, region: str) -> dict[str, Any]:
        cell = self.recording.total(name, region)
        return {
            "requests": cell.requests,
            "failures": cell.failures,
            **_percentiles(self.recording, name, region),
        }

    def write_csv(self, path: Path) -> None:
        """A row per second, name and region."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(
                ["second", "name", "region", "requests", "failures", "p50_ms", "p95_ms", "p99_ms"]
            )
            for (second, name, region), cell in sorted(self.recording.cells.items()):
                times = [f"{cell.times.percentile(share):.2f}" for _, share in _PERCENTILES]
                writer.writerow([second, name, region, cell.requests, cell.failures, *times])


def _percentiles(recording: Recording, name: str, region: str) -> dict[str, float]:
    times = recording.total(name, region).times
    return {figure: round(times.percentile(share), 2) for figure, share in _PERCENTILES}
