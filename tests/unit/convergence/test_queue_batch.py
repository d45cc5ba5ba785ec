"""Names that a batch of the stream puts into a queue, where the queue refuses some."""

from typing import Any

import pytest

from services.convergence.queue_batch import QueueBatch
from services.domain.live.topics import entry
from services.storage.queues import EntriesRefusedError, sender


class Queue:
    """A queue that refuses entries of some groups, each so many times."""

    def __init__(self, **refused: int) -> None:
        self.refused = refused
        self.taken: list[str] = []

    def send_message_batch(self, *, QueueUrl: str, Entries: list[Any]) -> dict[str, Any]:  # noqa: ARG002, N803
        failed = []
        for one in Entries:
            name = one["MessageGroupId"]
            if self.refused.get(name, 0):
                self.refused[name] -= 1
                failed.append({"Id": one["Id"]})
            else:
                self.taken.append(name)
        return {"Failed": failed}


def batch_of(queue: Queue, count: int) -> QueueBatch:
    batch = QueueBatch(sender(queue, "https://queue"), entry)
    for number in range(count):
        batch.add(f"t{number}")
    return batch


def test_a_refused_entry_is_sent_once_more_at_once() -> None:
    queue = Queue(t3=1)
    assert batch_of(queue, 25).flush() == 25
    assert sorted(queue.taken) == sorted(f"t{number}" for number in range(25))


def test_an_entry_that_stays_refused_keeps_no_other_from_the_queue_and_waits() -> None:
    queue = Queue(t3=2)
    batch = batch_of(queue, 25)
    with pytest.raises(EntriesRefusedError):
        batch.flush()
    assert len(queue.taken) == 24
    assert batch.flush() == 1
    assert queue.taken[-1] == "t3"


def test_a_queue_that_does_not_answer_loses_nothing_and_is_not_asked_for_each_request() -> None:
    calls, broken = [], [True]

    def send(entries: list[dict[str, Any]]) -> None:
        calls.append(len(entries))
        if broken[0]:
            raise ConnectionError("no answer")

    batch = QueueBatch(send, entry)
    for number in range(45):
        batch.add(f"t{number}")
    with pytest.raises(ConnectionError):
        batch.flush()
    assert calls == [10, 10]
    broken[0] = False
    assert batch.flush() == 45
