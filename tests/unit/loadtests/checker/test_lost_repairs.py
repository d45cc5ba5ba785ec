"""Stream records of concurrent writes are lost in every region, or another round loses them."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from loadtests.checker import lost_repairs
from loadtests.checker.dataset import Dataset
from loadtests.checker.graphql_client import Reply
from loadtests.checker.history import History
from loadtests.checker.lost_repairs import MOST_ROUNDS, LostRepairs
from loadtests.checker.schedule import FaultWindow
from loadtests.checker.settings import CheckError
from loadtests.checker.workload import Numbers
from tests.support.check_story import EU, US

DAY = "2026-05-04"
DATASET = Dataset(
    "check-1-abc", "us", ("glazed", "iced"), ("s1", "s2"), ("own0",), ("d",), ("k",), DAY
)
REGIONS = (US, EU, "ap-southeast-1")


class Mesh:
    """Regions of which no more is there than the order of what happens to them.

    Attributes:
        late_in: Rounds in which the stream Lambda of one region reads its records too late.
        unanswered: How many mutations get no answer.
    """

    def __init__(self) -> None:
        self.events: list[str] = []
        self.late_in: set[int] = set()
        self.unanswered = 0

    async def mutate(self, region: str, action: str, variables: Mapping[str, Any]) -> Reply:
        self.events.append(f"{action} {region} {variables['operationId'].rpartition(':')[2]}")
        if self.unanswered:
            self.unanswered -= 1
            return Reply("unknown", why="TimeoutError")
        return Reply("ok", {})

    def begin(self, window: FaultWindow) -> str:
        assert window.region is None, "the records of every region are lost"
        self.events.append(f"+{window.kind}")
        return window.kind

    def end(self, fault_id: str) -> None:
        self.events.append(f"-{fault_id}")

    def wait_until_quiet(self, _seconds: float) -> bool:
        self.events.append("replicated")
        return True

    async def send(self, name: str) -> None:
        self.events.append(name)

    async def wait(self, name: str, _deadline: float) -> bool:
        self.events.append(name)
        return True

    async def repaired(self, name: str) -> list[str]:
        return [EU] if int(name.rpartition("-")[2]) in self.late_in else []


def losing(mesh: Mesh, history: History) -> LostRepairs:
    return LostRepairs(
        REGIONS, DATASET, mesh, mesh, mesh, mesh.wait_until_quiet, history, Numbers(), 6, hold_s=0.0
    )


def test_records_are_dropped_before_replication_goes_on_and_until_they_are_read() -> None:
    mesh, history = Mesh(), History()
    assert asyncio.run(losing(mesh, history).make()) == 1
    assert mesh.events == [
        "before-1",
        "+replication-pause",
        f"updateAssortment {US} lost-1-a",
        f"updateAssortment {EU} lost-1-b",
        f"recordSale {US} lost-1-c",
        f"recordSale {EU} lost-1-c",
        "+drop-stream-records",
        "-replication-pause",
        "replicated",
        "dropped-1",
        "-drop-stream-records",
        "after-1",
    ]
    first, second, sale = history.operations.values()
    assert first.document == second.document
    assert first.sets.keys() & second.sets.keys() == {"glazed/price"}, "a conflict"
    assert first.sets.keys() ^ second.sets.keys() == {"iced/price", "iced/rank"}, "a loss"
    assert sale.sold
    assert [*history.outcomes().values()] == ["ok"] * 3


def test_a_round_in_which_a_stream_lambda_was_late_is_followed_by_another() -> None:
    mesh = Mesh()
    mesh.late_in = {1, 2}
    assert asyncio.run(losing(mesh, History()).make()) == 3


def test_records_that_are_never_lost_are_no_round_at_all() -> None:
    mesh = Mesh()
    mesh.late_in = {*range(1, MOST_ROUNDS + 1)}
    assert asyncio.run(losing(mesh, History()).make()) == 0


def test_a_round_in_which_a_fault_may_have_ended_by_itself_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lost_repairs, "_LIVES_S", 0.0)
    assert asyncio.run(losing(Mesh(), History()).make()) == 0


def test_a_write_without_an_answer_is_repeated_and_in_the_end_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lost_repairs, "_PAUSE_S", 0.0)
    mesh, history = Mesh(), History()
    mesh.unanswered = 2
    assert asyncio.run(losing(mesh, history).make()) == 1
    assert [one.outcome for one in history.attempts] == ["unknown", "unknown"] + ["ok"] * 4
    monkeypatch.setattr(lost_repairs, "_WITHIN_S", -1.0)
    mesh.unanswered = 2
    with pytest.raises(CheckError, match=f"{US} does not take updateAssortment: TimeoutError"):
        asyncio.run(losing(mesh, History()).make())
