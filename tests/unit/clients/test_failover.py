"""The Python client by the cases that `web/tests/failover.test.ts` tries the others with.

`tests/support/failover_cases.json` says for each path of the edge what its attempts come to, one
after the other (the last stands for all that follow), which attempts are expected (path, and
milliseconds after the first), when the last operation has ended, and in which order the paths are
tried that many milliseconds later.
"""

import asyncio
import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from clients.failover import PATHS, Attempted, Memory, NoAnswerError, Timing, fail_over
from infra_cdk.edge_rules import WRITE_PATHS
from tests.support.sources import ROOT
from tests.support.virtual_time import VirtualTimeLoop, run

CASES: list[dict[str, Any]] = json.loads(
    (ROOT / "tests/support/failover_cases.json").read_text(encoding="utf-8")
)
GOOD = Attempted("good", retryable=False)
BAD = Attempted("bad", retryable=True)
ANSWERS: dict[str, Attempted[str]] = {
    "good": GOOD,
    "bad": BAD,
    "refusal": Attempted("refusal", retryable=False),
}
SILENT = "silent"


@pytest.fixture
def loop() -> Iterator[VirtualTimeLoop]:
    made = VirtualTimeLoop()
    yield made
    made.close()


class Regions:
    """What the attempts of each path come to, as a case writes it."""

    def __init__(self, loop: VirtualTimeLoop, *paths: list[Any]) -> None:
        self.loop = loop
        self.paths = [list(outcomes) for outcomes in paths]
        self.attempts: list[list[int]] = []
        self.cancelled: list[int] = []

    async def __call__(self, path: int) -> Attempted[str]:
        self.attempts.append([path, round(self.loop.time() * 1000)])
        outcomes = self.paths[path]
        outcome = outcomes.pop(0) if len(outcomes) > 1 else outcomes[0]
        try:
            return await self._outcome(outcome)
        except asyncio.CancelledError:
            self.cancelled.append(path)
            raise

    async def _outcome(self, outcome: str | Mapping[str, float]) -> Attempted[str]:
        if isinstance(outcome, Mapping):
            if "bad_retry_after_s" in outcome:
                return Attempted("bad", True, outcome["bad_retry_after_s"])
            await asyncio.sleep(outcome["good_after_ms"] / 1000)
            return GOOD
        if outcome == "unreachable":
            raise OSError(outcome)
        if outcome == SILENT:
            await asyncio.Event().wait()
        return ANSWERS[outcome]


def memory_of(loop: VirtualTimeLoop, draw: float = 0.5, **timing: Any) -> Memory:
    return Memory(Timing(**timing), draw=lambda: draw, now=loop.time)


def test_the_paths_are_those_of_the_edge() -> None:
    assert PATHS == WRITE_PATHS


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_client_does_what_the_case_says(loop: VirtualTimeLoop, case: dict[str, Any]) -> None:
    memory = memory_of(loop, case.get("draw", 0.5))
    while case.get("no_budget") and memory.spend():
        pass
    regions = Regions(loop, *case["paths"])
    timeout_s = case.get("timeout_ms", 12_000) / 1000
    for _ in range(case.get("operations", 1)):
        operation = fail_over(regions, memory, timeout_s=timeout_s)
        if "answer" in case:
            assert run(operation, loop) == case["answer"]
            continue
        with pytest.raises(NoAnswerError) as raised:
            run(operation, loop)
        ended = {"attempts": raised.value.attempts, "timed_out": raised.value.timed_out}
        assert ended == case["no_answer"]
    assert regions.attempts == case["attempts"]
    if "ended_ms" in case:
        assert round(loop.time() * 1000) == case["ended_ms"]
    with contextlib.suppress(asyncio.CancelledError):
        run(asyncio.sleep(0), loop)
    assert sorted(regions.cancelled) == case.get("cancelled", [])
    began = loop.time()
    for later_ms, order in case.get("orders", ()):
        run(asyncio.sleep(began + later_ms / 1000 - loop.time()), loop)
        assert memory.order() == order


def test_the_cause_of_no_answer_is_the_last_failure(loop: VirtualTimeLoop) -> None:
    with pytest.raises(NoAnswerError) as raised:
        run(fail_over(Regions(loop, *[["unreachable"]] * 3), memory_of(loop)), loop)
    assert isinstance(raised.value.__cause__, OSError)


def test_an_attempt_that_was_cancelled_inside_is_a_failure_of_its_path(
    loop: VirtualTimeLoop,
) -> None:
    async def attempt(path: int) -> Attempted[str]:
        if path == 0:
            raise asyncio.CancelledError
        return GOOD

    memory = memory_of(loop)
    assert run(fail_over(attempt, memory), loop) == "good"
    assert memory.order() == [1, 2, 0]


def test_retries_are_bounded_ten_at_once_and_a_tenth_of_all(loop: VirtualTimeLoop) -> None:
    memory = memory_of(loop, 1.0, cool_s=(0.0, 0.0))
    at_once = 0
    for _ in range(100):
        regions = Regions(loop, ["bad"], ["good"], ["good"])
        assert run(fail_over(regions, memory), loop) == "good"
        at_once += regions.attempts[1][1] == regions.attempts[0][1]
    assert at_once == 20 - 1


def test_cancelling_the_operation_cancels_its_attempts(loop: VirtualTimeLoop) -> None:
    regions = Regions(loop, *[[SILENT]] * 3)

    async def left() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.5):
                await fail_over(regions, memory_of(loop))
        await asyncio.sleep(0)

    run(left(), loop)
    assert sorted(regions.cancelled) == [0, 1]
