"""Sends to the queues that name what is to be worked on, and counts what lies in one."""

from collections.abc import Callable
from typing import Any, Final

_NUMBERS: Final = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


class EntriesRefusedError(RuntimeError):
    """A queue took some entries of a request only.

    Attributes:
        ids: `Id` of each entry that it refused.
    """

    def __init__(self, ids: frozenset[str], of: int) -> None:
        super().__init__(f"the queue refused {len(ids)} of {of}")
        self.ids = ids


def sender(sqs: Any, queue: str) -> Callable[[list[dict[str, Any]]], None]:
    """Return what sends the entries of one `SendMessageBatch` request to a queue.

    Entries that the queue refuses are sent once more at once. It raises EntriesRefusedError where
    the queue took not all of them then.

    Args:
        sqs: boto3's client of SQS.
        queue: URL of the queue.
    """

    def send(entries: list[dict[str, Any]]) -> None:
        left = entries
        for _ in range(2):
            answer = sqs.send_message_batch(QueueUrl=queue, Entries=left)
            refused = frozenset(one["Id"] for one in answer.get("Failed") or ())
            if not refused:
                return
            left = [one for one in left if one["Id"] in refused]
        raise EntriesRefusedError(refused, len(entries))

    return send


def messages_in(sqs: Any, queue: str) -> int:
    """Return about how many messages lie in a queue, those that somebody reads included.

    Args:
        sqs: boto3's client of SQS.
        queue: URL of the queue.
    """
    found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=list(_NUMBERS))
    return sum(int(found["Attributes"][name]) for name in _NUMBERS)
