"""The cheapest Lambda memory size that meets a goal, from measured CPU; plain arithmetic."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import ceil
from typing import Any, Final

# AWS Lambda developer guide, "Configure Lambda function memory": at 1,769 MB a function has the
# equivalent of one vCPU, and CPU is allocated in proportion to memory.
ONE_VCPU_MB: Final = 1769
# us-east-1, arm64, first tier; the duration is billed by the started millisecond, a cold start's
# initialization included.
PRICE_GB_S: Final = 0.0000133334
PRICE_REQUEST: Final = 0.20 / 1_000_000
SIZES_MB: Final = (128, 192, 256, 320, 384, 512, 640, 768, 1024, 1280, 1536, 1769, 2048)
_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Load:
    """CPU and memory of a request, and assumptions about Lambda.

    Attributes:
        cpu_ms: CPU of a warm request on a whole core, median.
        cpu_p99_ms: The same, 99th percentile.
        cold_cpu_ms: CPU of the first request, imports included.
        resident_mb: The most memory that the process held.
        wait_ms: Waiting for DynamoDB, median: an assumption, "single-digit milliseconds".
        wait_p99_ms: The same, 99th percentile.
        cold_share: Share of requests that meet a cold start.
        core_speed: Speed of Lambda's core relative to the measured one.
        headroom: Memory size over resident memory; the runtime itself needs room, too.
    """

    cpu_ms: float
    cpu_p99_ms: float
    cold_cpu_ms: float
    resident_mb: float
    wait_ms: float = 4.0
    wait_p99_ms: float = 10.0
    cold_share: float = 0.002
    core_speed: float = 1.0
    headroom: float = 1.8


@dataclass(frozen=True, slots=True)
class Goal:
    """Limits of the response time.

    Attributes:
        p99_ms: 99 of 100 requests take at most so long, cold ones among them.
        cold_ms: A request that meets a cold start takes at most so long, without the time in which
            Lambda fetches the package.
    """

    p99_ms: float = 50.0
    cold_ms: float = 500.0


@dataclass(frozen=True, slots=True)
class Size:
    """A memory size of the Lambda, with its speed and its price.

    Attributes:
        vcpu: Share of a core; one thread uses no more than one.
        warm_ms, warm_p99_ms, cold_ms: Duration of a request.
        p99_ms: Of all requests, cold ones among them.
        dollars_per_million: Duration and requests.
        fits: The process has room in it.
        meets: It fits and meets the goal.
    """

    memory_mb: int
    vcpu: float
    warm_ms: float
    warm_p99_ms: float
    cold_ms: float
    p99_ms: float
    dollars_per_million: float
    fits: bool
    meets: bool


def size(memory_mb: int, load: Load, goal: Goal) -> Size:
    """Return times and price of a load at a memory size."""
    vcpu = memory_mb / ONE_VCPU_MB
    core = min(1.0, vcpu) * load.core_speed
    warm = load.cpu_ms / core + load.wait_ms
    warm_p99 = load.cpu_p99_ms / core + load.wait_p99_ms
    cold = load.cold_cpu_ms / core + load.wait_ms
    p99 = _p99(warm, warm_p99, cold, load.cold_share)
    fits = memory_mb >= load.resident_mb * load.headroom
    return Size(
        memory_mb=memory_mb,
        vcpu=vcpu,
        warm_ms=warm,
        warm_p99_ms=warm_p99,
        cold_ms=cold,
        p99_ms=p99,
        dollars_per_million=_dollars(memory_mb, warm, cold, load.cold_share),
        fits=fits,
        meets=fits and p99 <= goal.p99_ms and cold <= goal.cold_ms,
    )


def choose(load: Load, goal: Goal, sizes_mb: Iterable[int] = SIZES_MB) -> tuple[list[Size], int]:
    """Return all sizes, and the cheapest one that meets the goal (0 if none does)."""
    sizes = [size(memory, load, goal) for memory in sizes_mb]
    met = [one for one in sizes if one.meets]
    best = min(met, key=lambda one: (one.dollars_per_million, one.memory_mb), default=None)
    return sizes, best.memory_mb if best else 0


def _p99(warm: float, warm_p99: float, cold: float, cold_share: float) -> float:
    """Return where 1 % of all requests are slower: cold ones first, then the slowest warm ones.

    Between its median and its 99th percentile a warm duration is taken to grow linearly with the
    percentile, beyond that as steeply, so a few cold starts raise the p99 a little.
    """
    slowest = 0.01
    if cold_share >= slowest:
        return max(cold, warm_p99)
    # Of the warm requests, this share may be slower.
    slower = (slowest - cold_share) / (1 - cold_share)
    return warm + (warm_p99 - warm) * (0.5 - slower) / (0.5 - slowest)


def _dollars(memory_mb: int, warm: float, cold: float, cold_share: float) -> float:
    billed_ms = (1 - cold_share) * ceil(warm) + cold_share * ceil(cold)
    return _MILLION * (memory_mb / 1024 * billed_ms / 1000 * PRICE_GB_S + PRICE_REQUEST)


def report(load: Load, goal: Goal) -> dict[str, Any]:
    """Return the memory sizes for the report."""
    sizes, best = choose(load, goal)
    return {
        "assumptions": {
            **asdict(load),
            "one_vcpu_mb": ONE_VCPU_MB,
            "price_gb_second": PRICE_GB_S,
            "price_request": PRICE_REQUEST,
        },
        "goal": asdict(goal),
        "choice_mb": best or None,
        "sizes": [
            {
                key: round(value, 4) if isinstance(value, float) else value
                for key, value in asdict(one).items()
            }
            for one in sizes
        ],
    }
