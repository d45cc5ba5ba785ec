"""Messages of the queues that name what is to be worked on."""

from math import ceil
from typing import Any, Final

AT_ONCE: Final = 10
"""Entries of one request (Amazon SQS, SendMessageBatch)."""
_LONGEST_WAIT_S: Final = 900  # Amazon SQS, "Message quotas"


class InvalidMessageError(ValueError):
    """A message names nothing that can be worked on; it would be no better the next time."""


def delayed_entry(number: int, body: str, wait_ms: int) -> dict[str, Any]:
    """Return the entry of a `SendMessageBatch` request.

    Args:
        number: Its place in the request.
        body: Body of the message.
        wait_ms: Milliseconds after which it is to be looked at; a longer wait than the queue has
            ends early, and the receiver waits on.
    """
    return {
        "Id": str(number),
        "MessageBody": body,
        "DelaySeconds": min(_LONGEST_WAIT_S, max(1, ceil(wait_ms / 1000))),
    }
