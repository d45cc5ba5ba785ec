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
LONGEST: Final = 200  # characters of a topic


class InvalidTopicMessageError(ValueError):
    """A message does not name a topic."""


class TopicMessage(NamedTuple):
    """What a message says.

    Attributes:
        topic: The topic that changed.
        until_ms: End of the window whose changes the message stands for, Unix milliseconds (UTC).
        begin: How many groups of subscriptions have the state already: the time for one message
            did not suffice, and this one goes on.
    """

    topic: str
    until_ms: int
    begin: int = 0


def entry(number: int, topic: str, now_ms: int, begin: int = 0) -> dict[str, Any]:
    """Return the entry of a `SendMessageBatch` request.

    Args:
        number: Distinguishes the entries of one request.
        topic: The topic that changed.
        now_ms: When the change was seen, Unix milliseconds (UTC).
        begin: As in `TopicMessage`.
    """
    until = (now_ms // WINDOW_MS + 1) * WINDOW_MS
    return {
        "Id": str(number),
        "MessageBody": json.dumps(
            {"topic": topic, "until": until, **({"begin": begin} if begin else {})}
        ),
        "MessageGroupId": topic,
        "MessageDeduplicationId": f"{topic}/{until}" + (f"/{begin}" if begin else ""),
    }


def read(body: str) -> TopicMessage:
    """Return what a message says.

    Raises:
        InvalidTopicMessageError: It names no topic.
    """
    try:
        content = json.loads(body)
        topic, until, begin = content["topic"], content["until"], content.get("begin", 0)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise InvalidTopicMessageError(f"not a message about a topic: {body[:100]!r}") from error
    is_topic = isinstance(topic, str) and 0 < len(topic) <= LONGEST
    if not is_topic or not isinstance(until, int) or not isinstance(begin, int) or begin < 0:
        raise InvalidTopicMessageError(f"not a message about a topic: {body[:100]!r}")
    return TopicMessage(topic, until, begin)
