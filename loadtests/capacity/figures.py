"""What a simulation says, in figures, and what to set before the day that it happens."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from loadtests.capacity.limits import Limits
from loadtests.capacity.region import Told
from loadtests.capacity.world import Outcome

_MARGIN: Final = 1.5  # on what the simulation needed
_WARM_UP_S: Final = 5  # left out: the simulation starts with nobody under way


@dataclass(frozen=True, slots=True)
class RegionFigures:
    """One region. Rates are a second, times milliseconds in the Lambda."""

    requests: float
    peak_requests: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    executions: int
    cold_share: float
    throttled: Mapping[str, int]
    peak_reads: float
    peak_writes: float


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of all lies (nearest rank); 0 where there are none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def of_region(told: Told, outcome: Outcome) -> RegionFigures:
    """A region's figures, in real requests."""
    weight = outcome.weight
    answered = max(told.answered, 1)
    arrivals = sum(n for second, n in told.arrived.items() if second >= _WARM_UP_S)
    peak = max((n for second, n in told.arrived.items() if second >= _WARM_UP_S), default=0)
    return RegionFigures(
        requests=round(arrivals * weight / max(outcome.seconds - _WARM_UP_S, 1), 1),
        peak_requests=round(peak * weight, 1),
        p50_ms=round(percentile(told.seconds, 0.50) * 1000, 1),
        p95_ms=round(percentile(told.seconds, 0.95) * 1000, 1),
        p99_ms=round(percentile(told.seconds, 0.99) * 1000, 1),
        executions=math.ceil(told.executions * weight),
        cold_share=round(told.cold / answered, 5),
        throttled={why: round(n * weight) for why, n in sorted(told.throttled.items())},
        peak_reads=round(_peak(told.reads), 0),
        peak_writes=round(_peak(told.writes), 0),
    )


def _peak(by_second: Mapping[int, float]) -> float:
    return max((units for second, units in by_second.items() if second >= _WARM_UP_S), default=0.0)


def advice(worst: Mapping[str, RegionFigures], limits: Limits) -> dict[str, dict[str, Any]]:
    """By region, what to ask for or set; from the figures with another region gone."""
    found = {}
    for name, one in worst.items():
        concurrency = _rounded(one.executions * _MARGIN, 50)
        found[name] = {
            "reserved_concurrency": concurrency,
            "account_concurrency_is_enough": concurrency <= limits.concurrency,
            "warm_read_units": _rounded(max(one.peak_reads * _MARGIN, limits.read_units), 1000),
            "warm_write_units": _rounded(max(one.peak_writes * _MARGIN, limits.write_units), 1000),
            "throttle_rate": _rounded(one.peak_requests * _MARGIN, 100),
        }
    return found


def _rounded(value: float, step: int) -> int:
    return math.ceil(value / step) * step


def to_json(outcome: Outcome) -> dict[str, Any]:
    """A simulation, for a program."""
    clients, weight = outcome.clients, outcome.weight
    return {
        "seconds": outcome.seconds,
        "each_simulated_request_stands_for": round(weight, 2),
        "regions": {
            name: asdict(of_region(told, outcome)) for name, told in outcome.regions.items()
        },
        "clients": {
            kind: {
                "answered": round(len(waited) * weight),
                "failed_attempts": round(clients.failed[kind] * weight),
                "given_up": round(clients.given_up[kind] * weight),
                "p50_ms": round(percentile(waited, 0.50) * 1000, 1),
                "p95_ms": round(percentile(waited, 0.95) * 1000, 1),
                "p99_ms": round(percentile(waited, 0.99) * 1000, 1),
            }
            for kind, waited in clients.waited.items()
        },
    }
