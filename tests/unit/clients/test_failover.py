"""Attempts, hedging, pauses and the budget of the Python client, in virtual time."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from clients.failover import PATHS, Attempted, Memory, NoAnswerError, Timing, fail_over
from infra_cdk.edge_rules import WRITE_PATHS
from tests.support.virtual_time import VirtualTimeLoop, run

GOOD = Attempted("good", retryable=False)
BAD = Attempted("bad", retryable=True)
SILENT = "silent"


@pytest.fixture
def loop() -> Iterator[VirtualTimeLoop]:
    made = VirtualTimeLoop()
    yield made
    made.close()


class Regions:
    """What each path does: an answer, an exception, or silence until cancelled."""

    def __init__(self, loop: VirtualTimeLoop, *outcomes: Any) -> None:
        self.loop = loop
        self.outcomes = outcomes
        self.attempts: list[tuple[int, float]] = []
        self.cancelled: list[int] = []

    async def __call__(self, path: int) -> Attempted[str]:
        self.attempts.append((path, round(self.loop.time(), 3)))
        outcome = self.outcomes[path]
        if isinstance(outcome, Exception):
            raise outcome
        if isinstance(outcome, Attempted):
            return outcome
        if isinstance(outcome, float):
            await asyncio.sleep(outcome)
            return GOOD
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled.append(path)
        raise AssertionError


def memory_of(loop: VirtualTimeLoop, draw: float = 0.5, **timing: Any) -> Memory:
    return Memory(Timing(**timing), draw=lambda: draw, now=loop.time)


def test_the_paths_are_those_of_the_edge() -> None:
    assert PATHS == WRITE_PATHS


def test_one_region_is_asked_where_it_answers(loop: VirtualTimeLoop) -> None:
    regions = Regions(loop, GOOD, GOOD, GOOD)
    assert run(fail_over(regions, memory_of(loop)), loop) == "good"
    assert regions.attempts == [(0, 0.0)]


@pytest.mark.parametrize("outcome", [BAD, OSError("refused")], ids=["fails", "refuses"])
def test_the_next_region_is_asked_at_once(loop: VirtualTimeLoop, outcome: object) -> None:
    regions = Regions(loop, outcome, GOOD, GOOD)
    assert run(fail_over(regions, memory_of(loop)), loop) == "good"
    assert regions.attempts == [(0, 0.0), (1, 0.0)]


def test_two_others_are_asked_beside_a_silent_region_which_is_let_go(loop: VirtualTimeLoop) -> None:
    regions = Regions(loop, SILENT, SILENT, GOOD)
    memory = memory_of(loop)
    assert run(fail_over(regions, memory), loop) == "good"
    assert regions.attempts == [(0, 0.0), (1, 1.0), (2, 2.0)]
    with contextlib.suppress(asyncio.CancelledError):
        run(asyncio.sleep(0), loop)
    assert sorted(regions.cancelled) == [0, 1]
    assert memory.order() == [2, 0, 1]


def test_the_first_answer_counts_whoever_gives_it(loop: VirtualTimeLoop) -> None:
    regions = Regions(loop, 1.3, SILENT, SILENT)
    memory = memory_of(loop)
    assert run(fail_over(regions, memory), loop) == "good"
    assert regions.attempts == [(0, 0.0), (1, 1.0)]
    assert memory.order() == [0, 1, 2]


def test_pauses_grow_and_the_last_answer_stands(loop: VirtualTimeLoop) -> None:
    regions = Regions(loop, BAD, BAD, BAD)
    assert run(fail_over(regions, memory_of(loop, 1.0)), loop) == "bad"
    assert [at for _, at in regions.attempts] == [0, 0, 0, 1.0, 1.0, 1.0]


def test_retry_after_of_all_regions_is_waited_for(loop: VirtualTimeLoop) -> None:
    regions = Regions(loop, *(Attempted("busy", True, seconds) for seconds in (3.0, 2.0, 4.0)))
    assert run(fail_over(regions, memory_of(loop, 0.0)), loop) == "busy"
    assert [at for _, at in regions.attempts][:6] == [0, 0, 0, 2, 2, 2]


def test_without_any_answer_it_says_so(loop: VirtualTimeLoop) -> None:
    with pytest.raises(NoAnswerError, match="in time, after 3 attempts") as raised:
        run(fail_over(Regions(loop, *[SILENT] * 3), memory_of(loop), timeout_s=5), loop)
    assert raised.value.timed_out
    refused = OSError("refused")
    with pytest.raises(NoAnswerError) as raised:
        run(fail_over(Regions(loop, *[refused] * 3), memory_of(loop)), loop)
    assert not raised.value.timed_out
    assert raised.value.__cause__ is refused


def test_a_path_that_failed_is_left_alone_for_a_while(loop: VirtualTimeLoop) -> None:
    memory = memory_of(loop)
    regions = Regions(loop, BAD, GOOD, GOOD)
    for _ in range(2):
        run(fail_over(regions, memory), loop)
    assert [path for path, _ in regions.attempts] == [0, 1, 1]
    run(asyncio.sleep(7.5), loop)
    assert memory.order() == [0, 1, 2]


def test_retries_are_bounded_ten_at_once_and_a_tenth_of_all(loop: VirtualTimeLoop) -> None:
    memory = memory_of(loop, 1.0, cool_s=(0.0, 0.0))
    at_once = 0
    for _ in range(100):
        regions = Regions(loop, BAD, GOOD, GOOD)
        assert run(fail_over(regions, memory), loop) == "good"
        at_once += regions.attempts[1][1] == regions.attempts[0][1]
    assert at_once == 20 - 1


def test_without_budget_no_region_is_asked_beside_another(loop: VirtualTimeLoop) -> None:
    memory = memory_of(loop)
    while memory.spend():
        pass
    regions = Regions(loop, 3.0, GOOD, GOOD)
    assert run(fail_over(regions, memory), loop) == "good"
    assert regions.attempts == [(0, 0.0)]


def test_cancelling_the_operation_cancels_its_attempts(loop: VirtualTimeLoop) -> None:
    regions = Regions(loop, SILENT, SILENT, SILENT)

    async def left() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.5):
                await fail_over(regions, memory_of(loop))
        await asyncio.sleep(0)

    run(left(), loop)
    assert sorted(regions.cancelled) == [0, 1]
