"""Changes whose live updates the queue does not take are seen again, for a while."""

import time
from typing import Any

import pytest

from services.convergence.batch import Batches, UnsettledError
from services.convergence.live_topics import LiveTopics
from services.convergence.repair import Repairer
from services.domain.documents.assortment import Assortment
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.operations import OperationRepository
from services.storage.queues import EntriesRefusedError
from services.storage.table import Table
from tests.unit.convergence.test_convergence import HERE, record

STAMP = Stamp(1 << 16, HERE)


class Queue:
    """A queue of topics, which takes nothing of some.

    Attributes:
        refused: Topics that are refused; None: it does not answer.
        taken: Topics that it took.
    """

    def __init__(self, *refused: str) -> None:
        self.refused: frozenset[str] | None = frozenset(refused)
        self.taken: list[str] = []

    def send(self, entries: list[dict[str, Any]]) -> None:
        if self.refused is None:
            raise ConnectionError("no answer")
        left = frozenset(one["Id"] for one in entries if one["MessageGroupId"] in self.refused)
        self.taken += [one["MessageGroupId"] for one in entries if one["Id"] not in left]
        if left:
            raise EntriesRefusedError(left, len(entries))


class Stream:
    """A process of the Lambda and its queue."""

    def __init__(self, table: Table, queue: Queue, **options: Any) -> None:
        self.table = table
        self.slept: list[float] = []
        self.batches = Batches(
            HERE,
            Repairer(table, OperationRepository(table)),
            live=LiveTopics(queue.send),
            log=lambda _: None,
            sleep=self.slept.append,
            **options,
        )

    def answer(self, *ages_s: float, remaining_ms: Any = None) -> list[str]:
        """Settle changes of stores 0, 1, ... that are so old; return those that come again."""
        records = [self.changed(at, age_s) for at, age_s in enumerate(ages_s)]
        failures = self.batches.answer({"Records": records}, remaining_ms)["batchItemFailures"]
        return [one["itemIdentifier"] for one in failures]

    def changed(self, store: int, age_s: float) -> dict[str, Any]:
        item = self.table.new_item(
            keys.assortment(str(store)), Assortment(str(store), {}).dump(), rev=STAMP
        )
        made = record(item, item, str(store))
        made["dynamodb"]["ApproximateCreationDateTime"] = int(time.time() - age_s)
        return made


def test_records_come_again_from_the_first_whose_topic_is_not_queued(table: Table) -> None:
    queue = Queue("store:1")
    stream = Stream(table, queue)
    assert stream.answer(0, 0, 0) == ["1"]
    assert stream.slept, "the mapping counts its attempts"
    # Another process, as that one was stopped.
    queue.refused = frozenset()
    assert Stream(table, queue).answer(0, 0, 0) == []
    assert set(queue.taken) == {"store:0", "store:1", "store:2"}


@pytest.mark.parametrize("way", ["no answer", "no time"])
def test_where_nothing_is_queued_all_records_come_again(table: Table, way: str) -> None:
    queue = Queue()
    if way == "no answer":
        queue.refused = None
    # Time for a record, and none for the queue.
    left = iter([9_000, *[6_000] * 9])
    remaining = None if way == "no answer" else lambda: next(left)
    assert Stream(table, queue).answer(0, 0, remaining_ms=remaining) == ["0"]


def test_repairs_wait_half_a_minute_for_live_updates_and_no_longer(table: Table) -> None:
    queue = Queue("store:0", "store:1")
    stream = Stream(table, queue)
    assert stream.answer(40, 40) == []
    assert stream.slept == []
    # This process sends them with its next batch all the same.
    queue.refused = frozenset()
    assert stream.answer(40) == []
    assert set(queue.taken) == {"store:0", "store:1"}


def test_an_old_change_is_no_reason_to_repeat_those_before_it_a_young_one_is(table: Table) -> None:
    stream = Stream(table, Queue("store:0", "store:2"))
    assert stream.answer(40, 3, 3) == ["2"]


def test_where_answers_are_not_partial_the_batch_fails(table: Table) -> None:
    stream = Stream(table, Queue("store:0"), partial_answers=False)
    with pytest.raises(UnsettledError):
        stream.answer(0)
