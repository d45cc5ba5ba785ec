"""The verdict on one run, with all its figures: `report.json`."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson

from loadtests.drills.analysis.evidence import DrillEvidence
from loadtests.drills.analysis.findings import Findings, figures_of, find
from loadtests.drills.experiments import Drill
from loadtests.drills.objectives import JudgedObjective, Objective, judge
from loadtests.drills.records import ROUTES
from loadtests.drills.report.figures_text import WATCHED_IN_VAIN
from loadtests.measurement.measurement import Measurement

REPORT: Final = "report.json"
PAGE: Final = "report.html"
_MOST_FAILURES: Final = 20

# The most that the clients' own process may be late, in seconds.
_MOST_LAG_S: Final = 0.1
# What every drill must keep, unless its file says otherwise, and what makes its figures mean
# anything: enough requests passed the cache, and the generator was not late itself.
_COMMON: Final = (
    Objective("lost_writes", 0),
    Objective("doubled_writes", 0),
    Objective("unequal", 0),
    Objective("unacknowledged_mutations", 0),
    Objective("deviated", 0),
    Objective("generator_lag_p99_s", _MOST_LAG_S),
    Objective("skipped_mutations", 0),
    Objective("uncached_gets", 20, at_least=True),
    Objective("acknowledged_writes", 10, at_least=True),
)


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """A run, judged.

    Attributes:
        figures: Everything measured, by the names that objectives use.
        config: Of the edge.
        without: Protections that were switched off.
    """

    drill: Drill
    evidence: DrillEvidence
    findings: Findings
    figures: Mapping[str, Measurement]
    judged: tuple[JudgedObjective, ...]
    folder: Path
    config: Mapping[str, Any]
    without: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every objective was met."""
        return all(one.met for one in self.judged)

    @property
    def verdict(self) -> str:
        """`pass` or `fail`."""
        return "pass" if self.passed else "fail"

    @property
    def not_measured(self) -> dict[str, str]:
        """The reason for each figure that JSON shows as null."""
        return {
            name: WATCHED_IN_VAIN if one.value is not None else one.reason
            for name, one in self.figures.items()
            if one.value is None or not math.isfinite(one.value)
        }

    def to_json(self) -> dict[str, Any]:
        """Return the run as one object; times are seconds, `not_measured` explains each null."""
        evidence, found = self.evidence, self.findings
        figures = {name: one.value for name, one in self.figures.items()}
        report: dict[str, Any] = _finite(
            {
                "drill": self.drill.name,
                "title": self.drill.title,
                "verdict": self.verdict,
                "rto_seconds": {route: figures[f"rto_seconds.{route}"] for route in ROUTES},
                "failed_gets": figures["failed_gets"],
                "failed_mutations": figures["failed_mutations"],
                "lost_writes": figures["lost_writes"],
                "unequal": figures["unequal"],
                "failed_plain_gets": figures["failed_plain_gets"],
                "failed_posts": figures["failed_posts"],
                "unacknowledged_mutations": figures["unacknowledged_mutations"],
                "doubled_writes": figures["doubled_writes"],
                "rpo": {
                    "writes_not_in_survivors_at_switch": figures["lost_at_switch"],
                    "seconds": figures["rpo_seconds"],
                    "writes_lost_after_heal": figures["lost_writes"],
                },
                "return_seconds": {route: figures[f"return_seconds.{route}"] for route in ROUTES},
                "phases": asdict(found.phases),
                "converge_seconds": figures["converge_s"],
                "agree_seconds": figures["agree_s"],
                "doubled_meanwhile": figures["doubled_meanwhile"],
                "at_rest_seconds": figures["at_rest_s"],
                "bound": {
                    "interval_x_threshold_plus_ttl_s": evidence.bounds.theory_s,
                    "worst_case_s": evidence.bounds.leave_s,
                    "ratio": {route: figures[f"bound_ratio.{route}"] for route in ROUTES},
                },
                "objectives": [asdict(one) for one in self.judged],
                "time_scale": evidence.bounds.time_scale,
                "clockwork": asdict(evidence.bounds),
                "generator": {
                    "lag_p99_s": evidence.lag_p99_s,
                    "lag_max_s": evidence.lag_max_s,
                    "kept_up": None
                    if evidence.lag_p99_s is None
                    else evidence.lag_p99_s <= _MOST_LAG_S,
                    "skipped_mutations": evidence.skipped,
                },
                "staleness": {"fresh": asdict(found.fresh), "cached": asdict(found.cached)},
                "latency": {route: asdict(one) for route, one in found.latency.items()},
                "outages": [asdict(one) for one in found.outages],
                "returns": [asdict(one) for one in found.returns],
                "failures": _failures(evidence, found.begins),
                "figures": figures,
                "observations": {name: one.observations for name, one in self.figures.items()},
                "not_measured": self.not_measured,
                "problems": list(evidence.problems),
                "regions": evidence.regions,
                "lost_regions": found.lost,
                "without": self.without,
                "began": datetime.fromtimestamp(found.begins, UTC).isoformat(),
                "run": str(self.folder),
                "page": str(self.folder / PAGE),
            }
        )
        return report


def judge_run(
    drill: Drill,
    evidence: DrillEvidence,
    folder: Path,
    *,
    config: Mapping[str, Any],
    without: tuple[str, ...],
) -> JudgedRun:
    """Work out the figures of a run and hold them against the drill's objectives."""
    found = find(evidence)
    figures = figures_of(found, evidence)
    stated = {one.figure for one in drill.objectives}
    objectives = (*drill.objectives, *(one for one in _COMMON if one.figure not in stated))
    judged = judge(objectives, figures, evidence.bounds, evidence.sampling_s)
    return JudgedRun(drill, evidence, found, figures, judged, folder, config, without)


def _failures(evidence: DrillEvidence, zero: float) -> list[dict[str, Any]]:
    """What failed how often, the most frequent first; `first_s` and `last_s` from the fault."""
    kinds: dict[tuple[str, ...], list[float]] = {}
    for one in evidence.records:
        if not one.ok:
            kind = (one.place, one.route, one.error, one.region, one.why)
            kinds.setdefault(kind, []).append(one.intended - zero)
    names = ("place", "route", "error", "region", "why")
    return [
        {
            **dict(zip(names, kind, strict=True)),
            "times": len(at),
            "first_s": at[0],
            "last_s": at[-1],
        }
        for kind, at in sorted(kinds.items(), key=lambda item: -len(item[1]))[:_MOST_FAILURES]
    ]


def save(run: JudgedRun, page: str) -> None:
    """Write both reports into the run's folder."""
    content = orjson.dumps(run.to_json(), option=orjson.OPT_INDENT_2)
    (run.folder / REPORT).write_bytes(content)
    (run.folder / PAGE).write_text(page, encoding="utf-8")


def _finite(value: Any) -> Any:
    """JSON has no infinity."""
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return round(value, 6) if isinstance(value, float) else value
