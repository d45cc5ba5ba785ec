"""Interleaved rounds: A B C, A B C, and so on; each subject waits while another one works."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dataload.progress import Progress
from loadtests.bench.data_server import DataServer, Usage
from loadtests.bench.figures import Figure
from loadtests.bench.machine import Noise
from loadtests.bench.process import Process
from loadtests.bench.subject import CHECKED, HIT, LITERALS, MISS, POSTED

# DynamoDB requests of one call of a menu, lowest and highest: what makes a scenario that scenario.
EXPECTED_REQUESTS: Final = {
    MISS: (1, 1),
    POSTED: (1, 1),
    LITERALS: (1, 1),
    CHECKED: (1, 1),
    HIT: (0, 0),
}
# A catalog's pointer is read again every few seconds, whoever happens to ask then.
_TOLERANCE: Final = 0.1
_FEWEST: Final = 3
_MOST: Final = 2000
# A second call for the same store would find what the first one left, where something is kept.
_ONCE: Final = (MISS, CHECKED, POSTED, LITERALS)
_TRACED: Final = 20
_TRIES: Final = 3


@dataclass(slots=True)
class Timed:
    """A subject in a scenario, and what was measured of it.

    Attributes:
        stores: The stores whose menus are requested, in this order.
        count: Calls in a block.
        samples: One answer of the worker for each round.
        keeps: It keeps responses, so that no store may be requested twice in a block.
        usage: DynamoDB requests and request units in all rounds; None where the server does not
            count them.
    """

    name: str
    scenario: str
    process: Process
    server: DataServer
    stores: Sequence[str]
    keeps: bool = False
    count: int = _FEWEST
    samples: list[dict[str, Any]] = field(default_factory=list)
    usage: Usage | None = field(default_factory=lambda: Usage(0, 0, 0))
    allocated: dict[str, Any] = field(default_factory=dict)
    quantiles: dict[str, Any] = field(default_factory=dict)
    _next: int = 0

    def warm(self, cpu_ms: float, block_ms: float) -> None:
        """Run until so much CPU time went by, and settle how many calls make a block."""
        spent, count = 0.0, _FEWEST
        while spent < cpu_ms:
            self._prepare(count)
            done = self.process.ask(do="run")
            spent += done["cpu_ns"] / 1e6
            each = max(done["cpu_ns"] / done["count"] / 1e6, 1e-6)
            most = len(self.stores) if self.keeps and self.scenario in _ONCE else _MOST
            count = self.count = max(_FEWEST, min(most, round(block_ms / each)))

    def measure(self) -> None:
        """Time one block of calls; repeat it if prepared responses expired during the block."""
        for _ in range(_TRIES):
            self._prepare(self.count)
            before = self.server.usage()
            sample = self.process.ask(do="run")
            after = self.server.usage()
            counted = None if before is None or after is None else after.since(before)
            if self._problem(counted, sample["count"]) is None:
                break
        self.samples.append(sample)
        self.usage = None if counted is None or self.usage is None else self.usage.plus(counted)

    def trace(self) -> None:
        """Measure allocations and single calls in a pass of its own: tracing slows calls."""
        self._prepare(max(self.count, len(self.stores)))
        self.quantiles = self.process.ask(do="quantiles")
        self._prepare(min(self.count, _TRACED))
        self.allocated = self.process.ask(do="allocations")

    def profile(self) -> list[dict[str, Any]]:
        """The functions that take most of a call's time."""
        self._prepare(self.count)
        functions: list[dict[str, Any]] = self.process.ask(do="profile")["functions"]
        return functions

    def _prepare(self, count: int) -> None:
        start, size = self._next, len(self.stores)
        self._next = (start + count) % size
        stores = [self.stores[(start + at) % size] for at in range(count)]
        self.process.ask(do="prepare", scenario=self.scenario, stores=stores)

    def cpu_us(self) -> Figure:
        """CPU time of a call in microseconds."""
        return Figure.of([one["cpu_ns"] / one["count"] / 1000 for one in self.samples])

    def wall_us(self) -> Figure:
        """Time that a call took, in microseconds, waiting included."""
        return Figure.of([one["wall_ns"] / one["count"] / 1000 for one in self.samples])

    def usage_per_call(self) -> Usage | None:
        """DynamoDB requests and request units of a call; None where they were not counted."""
        if self.usage is None:
            return None
        calls: int = sum(one["count"] for one in self.samples)
        return Usage(*(one / calls for one in self.usage))

    def problem(self) -> str | None:
        """Return why the measured calls are not those of the scenario; None if they are."""
        return self._problem(self.usage, sum(one["count"] for one in self.samples))

    def _problem(self, usage: Usage | None, calls: int) -> str | None:
        if usage is None or self.scenario not in EXPECTED_REQUESTS:
            return None
        per_call = usage.requests / calls
        low, high = EXPECTED_REQUESTS[self.scenario]
        if low - _TOLERANCE <= per_call <= high + _TOLERANCE:
            return None
        return f"a {self.scenario} asks DynamoDB {low or 'no'} times, but it was {per_call:.2f}"

    def to_json(self) -> dict[str, Any]:
        """Return the figures for the report."""
        last = self.samples[-1]
        calls = sum(one["count"] for one in self.samples)
        collections = [one["collections"] for one in self.samples if one["collections"]]
        per_call = self.usage_per_call()
        return {
            "cpu_us": self.cpu_us().to_json(),
            "wall_us": self.wall_us().to_json(),
            "calls": calls,
            "response_bytes": last["bytes"],
            "dynamodb_requests": None if per_call is None else round(per_call.requests, 2),
            "read_units": None if per_call is None else round(per_call.read_units, 2),
            "write_units": None if per_call is None else round(per_call.write_units, 2),
            "collections_per_1000": [
                round(1000 * sum(column) / calls, 1) for column in zip(*collections, strict=True)
            ]
            or None,
            "peak_bytes": self.allocated.get("peak_bytes"),
            "cpu_us_p99": self.quantiles.get("p99_us"),
            "rss_bytes": last["rss"],
            "max_rss_bytes": last["max_rss"],
            "problem": self.problem(),
        }


def interleave(
    units: Sequence[Timed], rounds: int, noise: Noise, progress: Progress, title: str
) -> None:
    """Measure every unit once a round."""
    for _ in progress.track(_numbers(rounds), title, rounds):
        noise.sample()
        for unit in units:
            unit.measure()


def _numbers(count: int) -> Iterator[int]:
    yield from range(count)
