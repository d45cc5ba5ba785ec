"""Simulates one region: rate limit of the API, Lambda environments, capacity units of the table."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import simpy

from loadtests.capacity.limits import Limits
from loadtests.capacity.workload import Kind, Workload

Steps = Generator[Any, Any, bool]


@dataclass(slots=True)
class RegionRecord:
    """Counts of one simulated region.

    Attributes:
        seconds: Time of each answered request in the Lambda, cold starts included.
        throttled: Requests refused, by what refused them.
        executions: Most executions at once.
        reads: RRU by second of the simulation.
        writes: WRU by second, replicated ones included.
    """

    seconds: list[float] = field(default_factory=list)
    throttled: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    cold: int = 0
    executions: int = 0
    reads: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    writes: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    arrived: Counter[int] = field(default_factory=Counter)


class SimulatedRegion:
    """Serves requests one by one. Each stands for `weight` real ones."""

    def __init__(
        self,
        world: simpy.Environment,
        limits: Limits,
        workload: Workload,
        source: random.Random,
        *,
        weight: float,
        warm: int,
    ) -> None:
        """Initialize.

        Args:
            world: The simulation's clock.
            limits: Of the region; divided by the weight.
            workload: What requests cost.
            source: Of chance.
            weight: Real requests that one simulated request stands for.
            warm: Environments that are there at the start.
        """
        self.record = RegionRecord()
        self._world = world
        self._limits = limits
        self._workload = workload
        self._source = source
        self._weight = weight
        self._environments = warm
        self._busy = 0
        self._tokens = limits.api_burst
        self._refilled = 0.0
        self._added: Counter[int] = Counter()

    def serve(self, kind: Kind) -> Steps:
        """Serve one request, and return whether it was answered."""
        second = int(self._world.now)
        self.record.arrived[second] += 1
        if not self._admitted():
            self.record.throttled["api rate"] += 1
            return False
        work = self._workload.of(kind)
        if work.cached and self._source.random() < work.cached:
            self.record.answered += 1
            return True
        wait = self._enter()
        if wait is None:
            return False
        if not self._take(second, work.reads, work.writes):
            self._busy -= 1
            self.record.throttled["table"] += 1
            return False
        took = wait + work.draw(self._source)
        yield self._world.timeout(took)
        self._busy -= 1
        self.record.answered += 1
        self.record.seconds.append(took)
        return True

    def replicate(self, units: float) -> None:
        """Count write units that another region replicated."""
        self.record.writes[int(self._world.now)] += units * self._weight

    def _admitted(self) -> bool:
        """API Gateway's token bucket."""
        now = self._world.now
        if math.isinf(self._limits.api_rate):
            return True
        refill = (now - self._refilled) * self._limits.api_rate
        self._tokens = min(self._limits.api_burst, self._tokens + refill)
        self._refilled = now
        if self._tokens < self._weight:
            return False
        self._tokens -= self._weight
        return True

    def _enter(self) -> float | None:
        """Seconds that an execution environment lets wait; None: there may be no more of them."""
        wait = 0.0
        if self._busy >= self._environments:
            window = int(self._world.now // 10)
            if (self._environments + 1) * self._weight > self._limits.concurrency:
                self.record.throttled["concurrency"] += 1
                return None
            if (self._added[window] + 1) * self._weight > self._limits.scaling:
                self.record.throttled["scaling"] += 1
                return None
            self._added[window] += 1
            self._environments += 1
            self.record.cold += 1
            wait = self._workload.cold_seconds
        self._busy += 1
        self.record.executions = max(self.record.executions, self._busy)
        return wait

    def _take(self, second: int, reads: float, writes: float) -> bool:
        record = self.record
        if record.reads[second] + reads * self._weight > self._limits.read_units:
            return False
        if writes and record.writes[second] + writes * self._weight > self._limits.write_units:
            return False
        record.reads[second] += reads * self._weight
        record.writes[second] += writes * self._weight
        return True
