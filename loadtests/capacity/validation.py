"""Compares predictions of the local cloud's queueing model with measured load runs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from loadtests.capacity.local import GENERATOR, Demands, LocalCloud
from services.domain.errors import UnusableInputError

HIT: Final = "answered by the edge"
_HINT: Final = "`carte load --rate ...` on a local cloud leaves such folders"
_OF_A_REGION: Final = ("direct", "emulator")


class RunError(UnusableInputError):
    """A run of `carte load` cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """Predicted and measured figures of one run; errors are shares of the measured value."""

    run: str
    rate: float
    throughput: float
    predicted_throughput: float
    p50_ms: float
    predicted_p50_ms: float | None
    p95_ms: float
    predicted_p95_ms: float | None
    busiest: str

    @property
    def throughput_error(self) -> float:
        """Error of the predicted throughput."""
        return self.predicted_throughput / self.throughput - 1

    @property
    def p95_error(self) -> float | None:
        """Error of the predicted p95; None if the model answered no request."""
        return None if self.predicted_p95_ms is None else self.predicted_p95_ms / self.p95_ms - 1


def read(folder: Path) -> dict[str, Any]:
    """Return the results of a run that `carte load` left.

    Raises:
        RunError: There are none, or they lack what each process used.
    """
    path = folder / "results.json"
    try:
        run: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{path} is no result of `carte load`: {error}", _HINT) from error
    dynamodb, busiest = run.get("dynamodb") or {}, run.get("bottleneck") or {}
    if not run.get("requests"):
        raise RunError(f"{path} holds no request", _HINT)
    if not dynamodb.get("answers"):
        why = dynamodb.get("not_measured", {}).get("answers", "the target must be a local cloud")
        raise RunError(f"{path} does not say how many requests reached a region: {why}", _HINT)
    spent = [*busiest.get("cpu_s", {}).values(), (run.get("generator") or {}).get("cpu_s")]
    if len(spent) < 2 or None in spent:  # noqa: PLR2004 - a process of the cloud, the generator
        raise RunError(f"{path} lacks the CPU time of a process", _HINT)
    if not run.get("requests_per_second") or not run.get("p95_ms"):
        raise RunError(f"{path} has no response times", _HINT)
    return run


def demands(run: Mapping[str, Any]) -> tuple[Demands, float]:
    """Return the CPU time per request of a run, and the cores that were used for other work.

    Each process's CPU seconds by the requests that visit it. A request that the edge answers from
    its cache visits no region; how many did is what the regions' own logs say.
    """
    requests = run["requests"]
    reached = min(1.0, run["dynamodb"]["answers"] / requests)
    spent: dict[str, float] = dict(run["bottleneck"]["cpu_s"])
    answered = {name: row["requests"] for name, row in run["by_region"].items() if name}
    total = sum(answered.values())
    shares = {HIT: 1 - reached} | {name: reached * n / total for name, n in answered.items()}
    shares = {name: share for name, share in shares.items() if share > 0}
    seconds = {GENERATOR: run["generator"]["cpu_s"] / requests}
    path = [GENERATOR]
    for name in ("edge", "faults"):
        if name in spent:
            seconds[name] = spent.pop(name) / requests
            path.append(name)
    regions: dict[str, tuple[str, ...]] = {HIT: ()}
    for region in answered:
        visited = []
        for role in _OF_A_REGION:
            used = spent.pop(f"{role}-{region}", 0.0)
            if used and shares.get(region):
                seconds[f"{role}-{region}"] = used / (requests * shares[region])
                visited.append(f"{role}-{region}")
        regions[region] = tuple(visited)
    background = sum(spent.values()) / run["seconds"]
    chosen = {name: regions[name] for name in shares}
    return Demands(tuple(path), chosen, shares, seconds), background


def without_idling(
    first: Mapping[str, Any], second: Mapping[str, Any]
) -> tuple[dict[str, Any], float]:
    """The first run as if its processes had worked for its requests only.

    Health checks, polling and replication cost the same at any rate. What grows between two rates
    is what requests cost; the rest is idling.

    Returns:
        The run, and the cores that its processes used for nothing but being there.
    """
    rates = [run["requests"] / run["seconds"] for run in (first, second)]
    idle = 0.0

    def worked(before: float, after: float) -> float:
        nonlocal idle
        used = (before / first["seconds"], after / second["seconds"])
        most = used[0] / rates[0]
        cost = (used[1] - used[0]) / (rates[1] - rates[0]) if rates[1] != rates[0] else most
        cost = min(max(cost, 0.0), most)
        idle += used[0] - cost * rates[0]
        return float(cost * first["requests"])

    after = second["bottleneck"]["cpu_s"]
    spent = {
        name: worked(cpu_s, after.get(name, 0.0))
        for name, cpu_s in first["bottleneck"]["cpu_s"].items()
    }
    generator = worked(first["generator"]["cpu_s"], second["generator"]["cpu_s"])
    run = {
        **first,
        "bottleneck": {**first["bottleneck"], "cpu_s": spent},
        "generator": {**first["generator"], "cpu_s": generator},
    }
    return run, idle


def validate(runs: list[Path], cores: int) -> list[Row]:
    """Predict the later runs' rates from what the first two cost, or the second from the first.

    Raises:
        RunError: A run cannot be used.
    """
    base, idle = read(runs[0]), 0.0
    known = 1
    if len(runs) > 2:  # noqa: PLR2004 - two to learn from, and one to predict
        base, idle = without_idling(base, read(runs[1]))
        known = 2
    cost, background = demands(base)
    model = LocalCloud(cost, cores=cores, background=background + idle, seed=1)
    rows = []
    for folder in runs[known:]:
        run = read(folder)
        rate = run["rate"] or run["requests_per_second"]
        seen = model.predict(rate, seconds=max(30.0, run["seconds"]))
        rows.append(
            Row(
                run=folder.name,
                rate=rate,
                throughput=run["requests_per_second"],
                predicted_throughput=seen.throughput,
                p50_ms=run["p50_ms"],
                predicted_p50_ms=seen.p50_ms,
                p95_ms=run["p95_ms"],
                predicted_p95_ms=seen.p95_ms,
                busiest=f"{seen.busiest} {seen.utilization:.0%}",
            )
        )
    return rows
