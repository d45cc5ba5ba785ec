"""Names of topics, and the messages of the queue `carte-live.fifo`, each of which names one.

The queue has one group per topic, so no two invocations send the states of one topic at once, and
an older state never follows a newer one. Changes of a topic within one window of time are one
message: the queue drops repetitions by their deduplication id, and the receiver reads the state
after the window has ended, so the state holds all of them.
"""

import json
from typing import Any, Final, NamedTuple

STORE: Final = "store:"  # a store's profile, prices, stock
ORDER: Final = "order:"  # one order
ORDERS: Final = "orders:"  # the board of a store
MARKET: Final = "market:"  # a market's catalog; leads to the stores that are watched
REGIONS: Final = "regions"  # which regions take traffic
WINDOW_MS: Final = 200
AT_ONCE: Final = 10  # entries of one request (Amazon SQS, SendMessageBatch)
LONGEST: Final = 200  # characters of a topic


class InvalidTopicMessageError(ValueError):
    """A message does not name a topic."""


class TopicMessage(NamedTuple):
    """What a message says.

    Attributes:
        topic: The topic that changed.
        until_ms: End of the window whose changes the message stands for, Unix milliseconds (UTC).
    """

    topic: str
    until_ms: int


def entry(number: int, topic: str, now_ms: int) -> dict[str, Any]:
    """Return the entry of a `SendMessageBatch` request.

    Args:
        number: Distinguishes the entries of one request.
        topic: The topic that changed.
        now_ms: When the change was seen, Unix milliseconds (UTC).
    """
    until = (now_ms // WINDOW_MS + 1) * WINDOW_MS
    return {
        "Id": str(number),
        "MessageBody": json.dumps({"topic": topic, "until": until}),
        "MessageGroupId": topic,
        "MessageDeduplicationId": f"{topic}/{until}",
    }


def read(body: str) -> TopicMessage:
    """Return what a message says.

    Raises:
        InvalidTopicMessageError: It names no topic.
    """
    try:
        content = json.loads(body)
        topic, until = content["topic"], content["until"]
    except (ValueError, LookupError, TypeError) as error:
        raise InvalidTopicMessageError(f"not a message about a topic: {body[:100]!r}") from error
    if not isinstance(topic, str) or not 0 < len(topic) <= LONGEST or not isinstance(until, int):
        raise InvalidTopicMessageError(f"not a message about a topic: {body[:100]!r}")
    return TopicMessage(topic, until)
