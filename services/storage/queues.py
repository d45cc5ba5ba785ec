"""Sends to the queues that name what is to be worked on."""

from collections.abc import Callable
from typing import Any


def sender(sqs: Any, queue: str) -> Callable[[list[dict[str, Any]]], None]:
    """Return what sends the entries of one `SendMessageBatch` request to a queue.

    It raises RuntimeError where the queue took not all of them.

    Args:
        sqs: boto3's client of SQS.
        queue: URL of the queue.
    """

    def send(entries: list[dict[str, Any]]) -> None:
        answer = sqs.send_message_batch(QueueUrl=queue, Entries=entries)
        if answer.get("Failed"):
            raise RuntimeError(f"the queue refused {len(answer['Failed'])} of {len(entries)}")

    return send
