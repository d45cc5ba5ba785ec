"""The local cloud as a queueing network: what its processes can do on this machine's cores.

Every process of the local cloud runs Python under one lock, so it is one server; all of them, the
load generator included, share the machine's cores. A request goes from the generator through the
edge to a region's API and its DynamoDB and back. What each visit costs is measured: CPU seconds of
the process by requests (the utilization law). So the model has no free parameter, and predicts the
throughput and the percentiles of another rate than the one that was measured.
"""

import math
import random
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import simpy

from loadtests.capacity.figures import milliseconds

GENERATOR: Final = "generator"
_SPREAD: Final = 0.6  # sigma of the logarithm of a visit's time
_THERE_AND_BACK: Final = 0.5  # of a process's time is spent on the way there


@dataclass(frozen=True, slots=True)
class Demands:
    """CPU seconds of one request.

    Attributes:
        path: Processes that every request visits, from the outside in.
        regions: By region, the processes that its requests visit after these.
        shares: Of the requests, by region.
        seconds: By process.
    """

    path: tuple[str, ...]
    regions: Mapping[str, tuple[str, ...]]
    shares: Mapping[str, float]
    seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Prediction:
    """The model's prediction for a request rate.

    Attributes:
        offered: Requests per second that arrive.
        throughput: Requests per second that are answered.
        requests: Simulated requests that the times rest on.
        p50_ms: Median response time, milliseconds; None if no request was answered.
        p95_ms: 95th percentile.
        p99_ms: 99th percentile.
        busiest: The process (or the cores together) with the highest utilization.
        utilization: Of `busiest`, 0 to 1.
    """

    offered: float
    throughput: float
    requests: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    busiest: str
    utilization: float


class LocalCloud:
    """Simulates an open stream of requests."""

    def __init__(
        self, demands: Demands, *, cores: int, background: float = 0.0, seed: int = 0
    ) -> None:
        """Initialize.

        Args:
            demands: What a request costs.
            cores: Of the machine.
            background: Cores that others use all the time.
            seed: Of chance.
        """
        self._demands = demands
        self._cores = cores
        # A core that is taken for a part of the time makes the work on all of them longer.
        self._slower = cores / max(cores - background, 0.1)
        self._seed = seed

    def knee(self) -> float:
        """Requests a second that the busiest process, or the cores together, allow."""
        of_cores = self._cores / sum(self._seconds_of(name) for name in self._demands.seconds)
        return min(of_cores, 1 / max(map(self._seconds_of, self._demands.seconds)))

    def predict(self, rate: float, seconds: float = 60.0, warm_up: float = 5.0) -> Prediction:
        """Simulate requests that arrive at random at a rate a second."""
        env = simpy.Environment()
        source = random.Random(self._seed)
        cores = simpy.Resource(env, self._cores)
        servers = {name: simpy.Resource(env, 1) for name in self._demands.seconds}
        waited: list[float] = []
        ended: list[float] = []
        names, weights = zip(*self._demands.shares.items(), strict=True)

        def visit(name: str, part: float) -> Generator[Any, Any, None]:
            median = self._demands.seconds[name] / math.exp(_SPREAD**2 / 2)
            took = source.lognormvariate(math.log(median), _SPREAD) * part * self._slower
            with servers[name].request() as turn:
                yield turn
                with cores.request() as core:
                    yield core
                    yield env.timeout(took)

        def request() -> Generator[Any, Any, None]:
            began = env.now
            (region,) = source.choices(names, weights)
            path = (*self._demands.path, *self._demands.regions[region])
            for name in path:
                yield from visit(name, _THERE_AND_BACK)
            for name in reversed(path):
                yield from visit(name, 1 - _THERE_AND_BACK)
            ended.append(env.now)
            if began >= warm_up:
                waited.append(env.now - began)

        def arrivals() -> Generator[Any, Any, None]:
            while True:
                yield env.timeout(source.expovariate(rate))
                env.process(request())

        env.process(arrivals())
        env.run(until=seconds)
        busiest, utilization = self._busiest(rate)
        return Prediction(
            offered=rate,
            throughput=round(sum(at >= warm_up for at in ended) / (seconds - warm_up), 1),
            requests=len(waited),
            **milliseconds(waited, 2),
            busiest=busiest,
            utilization=round(utilization, 3),
        )

    def _seconds_of(self, name: str) -> float:
        """CPU seconds of a process for an average request, of which only some may visit it."""
        visited = sum(
            share
            for region, share in self._demands.shares.items()
            if name in self._demands.path or name in self._demands.regions[region]
        )
        return self._demands.seconds[name] * visited * self._slower

    def _busiest(self, rate: float) -> tuple[str, float]:
        used = {name: rate * self._seconds_of(name) for name in self._demands.seconds}
        used["the cores together"] = sum(used.values()) / self._cores
        name = max(used, key=lambda one: used[one])
        return name, used[name]
