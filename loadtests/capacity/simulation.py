"""Simulates regions at one hour of the day, whole or with one region lost."""

import math
import random
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import simpy

from loadtests.capacity.arrivals import Rates
from loadtests.capacity.limits import Limits
from loadtests.capacity.region import RegionRecord, SimulatedRegion
from loadtests.capacity.workload import KINDS, Kind, Workload
from services.domain.aws_regions import AWS_REGIONS
from services.domain.geo import distance_km

_MOST_EVENTS: Final = 150_000
_RETRY_FIRST_S: Final = 1.0
_RETRY_MOST_S: Final = 20.0
_ATTEMPTS: Final = 8
_TIMEOUT_S: Final = 2.0  # CloudFront's wait for an origin before the group's second one

Process = Generator[Any, Any, None]


@dataclass(frozen=True, slots=True)
class Loss:
    """A region that leaves.

    Attributes:
        region: Which.
        at: Seconds after the start.
        detected_s: Until health checks have seen it.
        ttl_s: Until the last client's resolver has forgotten its address; each forgets in its time.
    """

    region: str
    at: float
    detected_s: float
    ttl_s: float


@dataclass(slots=True)
class Clients:
    """Times and failures as clients saw them.

    Attributes:
        failed: Attempts that got no answer, by kind.
        given_up: Requests that were never answered.
        waited: Seconds until answers, retries and timeouts included, by kind.
    """

    failed: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    given_up: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    waited: dict[Kind, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """A finished simulation.

    Attributes:
        regions: What happened in each region.
        clients: What clients saw.
        seconds: How long requests came.
        weight: Real requests that one simulated request stands for.
    """

    regions: Mapping[str, RegionRecord]
    clients: Clients
    seconds: float
    weight: float


class Simulation:
    """Simulates clients and regions."""

    def __init__(
        self,
        rates: Mapping[str, Rates],
        workload: Workload,
        limits: Limits,
        *,
        seconds: float,
        loss: Loss | None = None,
        seed: int = 0,
    ) -> None:
        """Initialize.

        Args:
            rates: Requests a second by the region that is nearest to their senders.
            workload: What requests cost.
            limits: Of each region.
            seconds: To simulate.
            loss: A region that leaves.
            seed: Of chance; the same seed, the same result.
        """
        self._env = simpy.Environment()
        self._rates = rates
        self._workload = workload
        self._seconds = seconds
        self._loss = loss
        self._random = random.Random(seed)
        expected = sum(rate.total for rate in rates.values()) * seconds
        self._weight = max(1.0, expected / _MOST_EVENTS)
        self._clients = Clients()
        self._regions = {
            name: SimulatedRegion(
                self._env, limits, workload, self._random,
                weight=self._weight, warm=_warm(rate, workload, self._weight),
            )
            for name, rate in rates.items()
        }  # fmt: skip
        self._order = {name: _by_distance(name, list(rates)) for name in rates}

    def run(self) -> SimulationResult:
        """Simulate until the last request that came within the time is done with."""
        for name, rate in self._rates.items():
            for kind in KINDS:
                a_second = {"get": rate.gets, "post": rate.posts, "mutation": rate.mutations}[kind]
                if a_second:
                    self._env.process(self._arrivals(name, kind, a_second / self._weight))
        self._env.run()
        records = {name: region.record for name, region in self._regions.items()}
        return SimulationResult(records, self._clients, self._seconds, self._weight)

    def _arrivals(self, home: str, kind: Kind, a_second: float) -> Process:
        while True:
            yield self._env.timeout(self._random.expovariate(a_second))
            if self._env.now >= self._seconds:
                return
            self._env.process(self._request(home, kind))

    def _request(self, home: str, kind: Kind) -> Process:
        started, pause = self._env.now, _RETRY_FIRST_S
        forgets = self._forgets()
        for _ in range(_ATTEMPTS):
            answered = yield self._env.process(self._attempt(home, kind, forgets))
            if answered:
                self._clients.waited[kind].append(self._env.now - started)
                return
            self._clients.failed[kind] += 1
            # Full jitter, so that requests that failed together are not retried together.
            yield self._env.timeout(self._random.uniform(0, pause))
            pause = min(pause * 2, _RETRY_MOST_S)
        self._clients.given_up[kind] += 1

    def _attempt(self, home: str, kind: Kind, forgets: float) -> Generator[Any, Any, bool]:
        target = self._target(home, forgets)
        if self._is_lost(target):
            yield self._env.timeout(_TIMEOUT_S)
            if kind != "get":
                return False
            target = next(name for name in self._order[home] if not self._is_lost(name))
        answered: bool = yield self._env.process(self._regions[target].serve(kind))
        if answered and kind == "mutation":
            for name, region in self._regions.items():
                if name != target:
                    region.replicate(self._workload.mutation.replicated)
        return answered

    def _target(self, home: str, forgets: float) -> str:
        loss = self._loss
        if loss and self._env.now >= forgets:
            return next(name for name in self._order[home] if name != loss.region)
        return home

    def _forgets(self) -> float:
        """Draw when one client's resolver drops the lost region's address."""
        loss = self._loss
        return loss.at + loss.detected_s + self._random.uniform(0, loss.ttl_s) if loss else 0.0

    def _is_lost(self, name: str) -> bool:
        loss = self._loss
        return loss is not None and name == loss.region and self._env.now >= loss.at


def _by_distance(home: str, names: Sequence[str]) -> list[str]:
    here = AWS_REGIONS[home]
    return sorted(names, key=lambda name: distance_km(*here, *AWS_REGIONS[name]))


def _warm(rate: Rates, workload: Workload, weight: float) -> int:
    """Environments that an hour at this rate leaves behind: Little's law, and some spread."""
    mean = (
        rate.gets * (1 - workload.get.cached) * workload.get.seconds
        + rate.posts * workload.post.seconds
        + rate.mutations * workload.mutation.seconds
    ) / weight
    return max(1, round(mean * 1.3 + 4 * math.sqrt(mean)))
