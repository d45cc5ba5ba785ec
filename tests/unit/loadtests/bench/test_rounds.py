"""Rounds: their order, what a block asks for, and subjects that are not what they say."""

from typing import Any, cast

import pytest

from dataload.progress import NoProgress
from loadtests.bench.data_server import DataServer, Usage
from loadtests.bench.machine import Noise
from loadtests.bench.process import Process
from loadtests.bench.rounds import Timed, interleave
from loadtests.bench.subject import CHECKED, HIT, MISS, POSTED

STORES = [f"bench-{number}" for number in range(10)]


class Server:
    """A server that counts what its subjects ask."""

    def __init__(self) -> None:
        self.sent = 0

    def usage(self) -> Usage:
        return Usage(self.sent, self.sent / 2, 3 * self.sent)


class Worker:
    """A subject that takes 10 us of CPU a call and asks DynamoDB `per_call` times."""

    def __init__(self, name: str, log: list[str], server: Server, per_call: float) -> None:
        self.name, self.log, self.server, self.per_call = name, log, server, per_call
        self.blocks: list[list[str]] = []

    def ask(self, **order: Any) -> dict[str, Any]:
        if order["do"] == "prepare":
            self.blocks.append(order["stores"])
            self.server.sent += 7  # getting ready is not counted
            return {}
        self.log.append(self.name)
        count = len(self.blocks[-1])
        self.server.sent += round(self.per_call * count)
        return {"count": count, "cpu_ns": 10_000 * count, "wall_ns": 20_000 * count}


def timed(
    scenario: str, per_call: float, *, name: str = "a", log: list[str] | None = None
) -> tuple[Timed, Worker]:
    server = Server()
    worker = Worker(name, [] if log is None else log, server, per_call)
    unit = Timed(
        name, scenario, cast("Process", worker), cast("DataServer", server), STORES, keeps=True
    )
    return unit, worker


def test_every_subject_has_one_block_in_each_round() -> None:
    log: list[str] = []
    units = [timed(MISS, 1, name=name, log=log)[0] for name in "abc"]
    interleave(units, 3, Noise(), NoProgress(), "rounds")
    assert "".join(log) == "abcabcabc"
    assert [len(unit.samples) for unit in units] == [3, 3, 3]


@pytest.mark.parametrize("scenario", [MISS, CHECKED, POSTED])
def test_no_store_is_asked_for_twice_in_a_block_where_responses_are_kept(scenario: str) -> None:
    unit, worker = timed(scenario, 1)
    unit.warm(cpu_ms=1, block_ms=1000)
    unit.measure()
    assert unit.count == len(STORES)
    assert all(len(set(block)) == len(block) for block in worker.blocks)


def test_a_block_takes_as_many_calls_as_fill_its_time() -> None:
    unit, _ = timed(HIT, 0)
    unit.warm(cpu_ms=1, block_ms=1)
    assert unit.count == 100
    unit.measure()
    assert unit.cpu_us().median == 10
    assert unit.wall_us().median == 20


@pytest.mark.parametrize(
    ("scenario", "per_call", "problem"),
    [
        (MISS, 1, None),
        (MISS, 2, "it was 2.00"),
        (MISS, 0, "it was 0.00"),
        (CHECKED, 0, "it was 0.00"),
        (HIT, 1, "asks DynamoDB no times"),
        (HIT, 0, None),
    ],
)
def test_a_scenario_that_asks_otherwise_than_its_name_says_is_named(
    scenario: str, per_call: float, problem: str | None
) -> None:
    unit, worker = timed(scenario, per_call)
    unit.measure()
    found = unit.problem()
    assert (found is None) == (problem is None)
    assert problem is None or problem in str(found)
    # It had three chances: a slow machine may let a kept response grow old.
    assert len(worker.blocks) == (1 if problem is None else 3)


def test_where_requests_are_not_counted_nothing_is_said_about_them() -> None:
    unit, worker = timed(HIT, 1)
    vars(worker.server)["usage"] = lambda: None
    unit.measure()
    assert unit.usage_per_call() is None
    assert unit.problem() is None


def test_request_units_are_counted_for_each_call() -> None:
    unit, _ = timed(MISS, 1)
    unit.measure()
    assert unit.usage_per_call() == Usage(1, 0.5, 3)
