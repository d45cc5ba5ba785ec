"""A finished load run as figures: one object for programs, and a CSV of its seconds."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from loadtests.load.dynamodb_usage import NO_LOCAL_CLOUD, DynamoDBUsage
from loadtests.load.processes import Bottleneck
from loadtests.load.recording import ANY, Cell, Recording
from loadtests.load.slo import Verdict
from loadtests.measurement.measurement import Measurement, to_json

CACHED: Final = {"hit", "stale", "revalidated", "collapsed"}
_PERCENTILES: Final = (("p50_ms", 0.50), ("p95_ms", 0.95), ("p99_ms", 0.99))
_NO_REQUEST: Final = "no request was recorded"
_NO_CACHE: Final = "no response named a cache: the target is no edge of carte's"
_NO_PROCESS: Final = "no process of the local cloud could be observed"


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a load run.

    Attributes:
        profile: Name of the shape.
        target: URL.
        runtime: Of a local cloud, `lambda` or `direct`; `deployed` for any other target.
        loop: `closed` (users wait for answers) or `open` (arrivals do not).
        workers: Processes of the load generator beside the first.
        recording: All requests.
        verdicts: The objectives.
        usage: What the service logged about DynamoDB; None where the target is no local cloud.
        bottleneck: The busiest process; None where no process could be observed.
        generator_cpu_s: CPU seconds of all processes of the load generator; None: not observed.
        cost_per_million_usd: Price of a million such requests on AWS.
        problem: Why the figures cannot be believed; empty where they can.
        extra: More fields of the JSON object.
    """

    profile: str
    target: str
    runtime: str
    loop: str
    workers: int
    recording: Recording
    verdicts: Sequence[Verdict]
    usage: DynamoDBUsage | None
    bottleneck: Bottleneck | None
    generator_cpu_s: float | None
    cost_per_million_usd: Measurement
    problem: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether every objective was met, and nothing distorted the figures."""
        return not self.problem and all(verdict.met for verdict in self.verdicts)

    @property
    def hit_ratio(self) -> Measurement:
        """Share of the cacheable reads that the edge answered from its cache, 0 to 1."""
        return hit_ratio(self.recording.total())

    @property
    def lag_ms(self) -> Measurement:
        """The longest that the load generator was late, in milliseconds."""
        lags = [row[2] for rows in self.recording.generators.values() for row in rows]
        missing = "the load generator recorded no second of its own"
        return Measurement.of(max(lags, default=None), len(lags), missing)

    @property
    def dynamodb(self) -> Mapping[str, Measurement]:
        """Requests and units of DynamoDB by name, see `DynamoDBUsage.measurements`."""
        usage = self.usage or DynamoDBUsage(reason=NO_LOCAL_CLOUD)
        return usage.measurements(self.recording.total().requests)

    def to_json(self) -> dict[str, Any]:
        """Return the run as one object; what was not measured is null, with its reason."""
        recording = self.recording
        total = recording.total()
        seconds = recording.seconds()
        share = total.failures / total.requests if total.requests else None
        rate = round(total.requests / seconds, 1) if seconds else None
        figures = {
            "failure_share": Measurement.of(share, total.requests, _NO_REQUEST),
            "requests_per_second": Measurement.of(rate, total.requests, _NO_REQUEST),
            **{
                name: Measurement.of(value, total.requests, _NO_REQUEST)
                for name, value in _percentiles(total).items()
            },
            "cache_hit_ratio": self.hit_ratio,
            "cost_per_million_usd": self.cost_per_million_usd,
        }
        return {
            "profile": self.profile,
            "target": self.target,
            "runtime": self.runtime,
            "loop": self.loop,
            "workers": self.workers,
            "seconds": seconds,
            "requests": total.requests,
            "failures": total.failures,
            **to_json(figures),
            "slo": {
                "met": self.passed,
                "objectives": {
                    one.name: {
                        "allowed": one.allowed,
                        "measured": one.measured.value,
                        "observations": one.measured.observations,
                        "reason": one.measured.reason or None,
                        "met": one.met,
                    }
                    for one in self.verdicts
                },
            },
            "by_name": {name: _row(recording.total(name)) for name in recording.names()},
            "by_region": {
                region: _row(recording.total(ANY, region)) for region in recording.regions()
            },
            "reasons_of_failures": dict(recording.reasons.most_common(20)),
            "generator": {
                "cpu_s": None if self.generator_cpu_s is None else round(self.generator_cpu_s, 2),
                "lag_ms_worst": self.lag_ms.value,
                "problem": self.problem or None,
            },
            "dynamodb": to_json(self.dynamodb),
            "bottleneck": self.bottleneck.to_json()
            if self.bottleneck
            else {"process": None, "reason": _NO_PROCESS},
            **self.extra,
        }

    def write_csv(self, path: Path) -> None:
        """Write a row for each second, name and region."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(
                ["second", "name", "region", "requests", "failures", "p50_ms", "p95_ms", "p99_ms"]
            )
            for (second, name, region), cell in sorted(self.recording.cells.items()):
                times = _percentiles(cell).values()
                writer.writerow([second, name, region, cell.requests, cell.failures, *times])


def hit_ratio(cell: Cell) -> Measurement:
    """Return the share of cacheable reads that the edge's cache answered, 0 to 1."""
    lookups = sum(count for state, count in cell.caches.items() if state != "pass")
    hits = sum(count for state, count in cell.caches.items() if state in CACHED)
    return Measurement.of(hits / lookups if lookups else None, lookups, _NO_CACHE)


def _row(cell: Cell) -> dict[str, Any]:
    return {"requests": cell.requests, "failures": cell.failures, **_percentiles(cell)}


def _percentiles(cell: Cell) -> dict[str, float | None]:
    found = {figure: cell.times.percentile(share) for figure, share in _PERCENTILES}
    return {name: None if value is None else round(value, 2) for name, value in found.items()}
