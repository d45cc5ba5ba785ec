"""The figures of a simulation, and what to set before such a day comes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from loadtests.capacity.limits import Limits
from loadtests.capacity.region import RegionRecord
from loadtests.capacity.simulation import SimulationResult
from loadtests.measurement.percentiles import distribution

_MARGIN: Final = 1.5  # on what the simulation needed
_NOT_MEASURED: Final = "null: no request was answered there, so there are no times"
_WARM_UP_S: Final = 5  # left out: the simulation starts with nobody under way


@dataclass(frozen=True, slots=True)
class RegionFigures:
    """The figures of a region in a simulation.

    Attributes:
        requests: Mean requests per second.
        peak_requests: Requests of the busiest second.
        answered: Requests that were answered: the observations of the times and the share.
        p50_ms: Median time in the Lambda, milliseconds; None if nothing was answered.
        p95_ms: 95th percentile.
        p99_ms: 99th percentile.
        executions: The most executions at one time.
        cold_share: Share of the answered requests that waited for a cold start, 0 to 1.
        throttled: Refused requests, by what refused them.
        peak_reads: RRU of the busiest second.
        peak_writes: WRU of the busiest second.
    """

    requests: float
    peak_requests: float
    answered: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    executions: int
    cold_share: float | None
    throttled: Mapping[str, int]
    peak_reads: float
    peak_writes: float


def milliseconds(seconds: Sequence[float], digits: int = 1) -> dict[str, float | None]:
    """Return p50, p95 and p99 of times in seconds as milliseconds; None if there are no times."""
    spread = distribution(seconds)
    shares = {"p50_ms": spread.p50, "p95_ms": spread.p95, "p99_ms": spread.p99}
    return {
        name: None if value is None else round(value * 1000, digits)
        for name, value in shares.items()
    }


def of_region(simulated: RegionRecord, result: SimulationResult) -> RegionFigures:
    """A region's figures, in real requests."""
    weight = result.weight
    arrivals = sum(n for second, n in simulated.arrived.items() if second >= _WARM_UP_S)
    peak = max((n for second, n in simulated.arrived.items() if second >= _WARM_UP_S), default=0)
    return RegionFigures(
        requests=round(arrivals * weight / max(result.seconds - _WARM_UP_S, 1), 1),
        peak_requests=round(peak * weight, 1),
        answered=round(simulated.answered * weight),
        **milliseconds(simulated.seconds),
        executions=math.ceil(simulated.executions * weight),
        cold_share=round(simulated.cold / simulated.answered, 5) if simulated.answered else None,
        throttled={why: round(n * weight) for why, n in sorted(simulated.throttled.items())},
        peak_reads=round(_peak(simulated.reads), 0),
        peak_writes=round(_peak(simulated.writes), 0),
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


def to_json(result: SimulationResult) -> dict[str, Any]:
    """A simulation, for a program."""
    clients, weight = result.clients, result.weight
    return {
        "seconds": result.seconds,
        "each_simulated_request_stands_for": round(weight, 2),
        "not_measured": _NOT_MEASURED,
        "regions": {
            name: asdict(of_region(simulated, result)) for name, simulated in result.regions.items()
        },
        "clients": {
            kind: {
                "answered": round(len(waited) * weight),
                "failed_attempts": round(clients.failed[kind] * weight),
                "given_up": round(clients.given_up[kind] * weight),
                **milliseconds(waited),
            }
            for kind, waited in clients.waited.items()
        },
    }
