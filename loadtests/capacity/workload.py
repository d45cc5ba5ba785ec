"""Resources per request: time in the Lambda, and DynamoDB units."""

import math
import random
from dataclasses import dataclass
from typing import Final, Literal

from loadtests.cost.demand import COUNT_FILE
from loadtests.cost.measured import Measured
from loadtests.cost.serving import WAIT_MS, WAITS_OF_AN_EDIT, vcpus
from loadtests.cost.table import READ_UNIT, WRITE_UNIT, sizes_of
from loadtests.cost.traffic import Traffic

Kind = Literal["get", "post", "mutation"]
KINDS: Final[tuple[Kind, ...]] = ("get", "post", "mutation")
_SPREAD: Final = 0.5  # sigma of the logarithm: p99 is about three times the median
_COLD_MS: Final = 350.0  # the platform's part of a cold start; ours is added


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of request, and what it costs to answer.

    Attributes:
        seconds: Median time in the Lambda.
        reads: RRU.
        writes: WRU in the region that gets the request, prepared and committed.
        replicated: WRU in every other region.
        cached: Share that the stage cache answers without the Lambda.
    """

    seconds: float
    reads: float
    writes: float
    replicated: float
    cached: float = 0.0

    def draw(self, source: random.Random) -> float:
        """Seconds of one request: log-normal about the median."""
        return source.lognormvariate(math.log(self.seconds), _SPREAD)


@dataclass(frozen=True, slots=True)
class Workload:
    """Resources per request for each kind of request of a scenario.

    Attributes:
        cold_seconds: What the first request of a new execution environment waits for it.
    """

    get: Work
    post: Work
    mutation: Work
    cold_seconds: float

    def of(self, kind: Kind) -> Work:
        """The work of a kind."""
        return {"get": self.get, "post": self.post, "mutation": self.mutation}[kind]


def workload(
    traffic: Traffic, measured: Measured, memory_mb: int, cold_cpu_ms: float, *, staged: bool
) -> Workload:
    """Return the workload of a scenario from measured CPU times and sizes.

    Args:
        traffic: Hit ratios, and the mix of mutations.
        measured: CPU and sizes.
        memory_mb: Of the function; its share of a CPU grows with it.
        cold_cpu_ms: CPU from import to first response.
        staged: Whether the API has a stage cache.
    """
    share = vcpus(memory_mb / 1024)
    visits, cache = traffic.visits, traffic.cache
    menus = visits.menus / (visits.menus + visits.queries)
    size = measured.scaled(measured.menu_read_bytes, traffic.menu_items)
    menu_units = 0.5 * math.ceil(size / READ_UNIT)
    rendered = 1 - cache.lambda_

    def read(cached: float) -> Work:
        cpu = menus * (rendered * measured.menu_cpu_ms + cache.lambda_ * measured.hit_cpu_ms)
        cpu += (1 - menus) * measured.query_cpu_ms
        waits = menus * rendered + (1 - menus)
        return Work(
            seconds=(cpu / share + waits * WAIT_MS) / 1000,
            reads=menus * rendered * menu_units + (1 - menus) * 0.5,
            writes=0.0,
            replicated=0.0,
            cached=cached,
        )

    units = _written(traffic, measured)
    return Workload(
        get=read(cache.stage if staged else 0.0),
        post=read(0.0),
        mutation=Work(
            seconds=(measured.edit_cpu_ms / share + WAITS_OF_AN_EDIT * WAIT_MS) / 1000,
            reads=3.0,
            writes=units * 2,
            replicated=units,
        ),
        cold_seconds=(_COLD_MS + cold_cpu_ms / share) / 1000,
    )


def _written(traffic: Traffic, measured: Measured) -> float:
    """WRU of a mutation, the average of the scenario's mix; files are another matter."""
    from loadtests.cost.demand import mutations

    mix = {name: n for name, n in mutations(traffic, 1.0).items() if name != COUNT_FILE}
    total = sum(mix.values())
    if not total:
        return 0.0
    return (
        sum(
            times * sum(math.ceil(size / WRITE_UNIT) for size in sizes_of(name, measured, traffic))
            for name, times in mix.items()
        )
        / total
    )
