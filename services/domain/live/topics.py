"""Names of topics, and the messages of the queue `carte-live.fifo`, each of which names one.

The queue has one group per topic, so no two invocations send the states of one topic at once, and
an older state never follows a newer one. Changes of a topic within one window of time are one
message: the queue drops repetitions by their deduplication id, for minutes after the message was
received. So the receiver looks at nothing before the window has ended, not even at whom the topic
concerns: who subscribes after that look reads a state that holds all changes of the window.

Subscriptions that did not get the state of a message are named in a further message. Where time ran
out, it follows at once in the topic's group. Where a subscription could not be reached, it follows
later in a group of its own, so that no other subscription waits for it.

A board is read from an index that follows the table, so its state is compared with the present one
after it was sent. Where time runs out before that, or the board cannot be read, a further message
carries a digest of the state and has it compared; the state is sent again only if it has changed,
or after `LAST_CHECK` comparisons that were put off.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple, TypeVar

STORE: Final = "store:"  # a store's profile, prices, stock
ORDER: Final = "order:"  # one order
ORDERS: Final = "orders:"  # the board of a store
MARKET: Final = "market:"  # a market's catalog; leads to the stores that are watched
REGIONS: Final = "regions"  # which regions take traffic
WINDOW_MS: Final = 200
# Follow-ups of one window are one message. Shorter than the queue's visibility time-out (30 s),
# after which a message that came before its time is due.
AGAIN_WINDOW_MS: Final = 20_000
LAST_ATTEMPT: Final = 3
# A state whose comparison was put off so often is sent once more, and compared with nothing.
LAST_CHECK: Final = 3
LONGEST: Final = 200  # characters of a topic
_NAMES_BYTES: Final = 60_000  # of the names of one message; Amazon SQS takes 256 KB

_T = TypeVar("_T")


class InvalidTopicMessageError(ValueError):
    """A message does not name a topic."""


class SentState(NamedTuple):
    """A state that was sent to a group.

    Attributes:
        group: Name of the group.
        roles: Roles that it was evaluated with; None without a token.
        digest: Of the state.
    """

    group: str
    roles: tuple[str, ...] | None
    digest: str


class TopicMessage(NamedTuple):
    """The content of a message of the queue.

    Attributes:
        topic: The topic that changed.
        until_ms: End of the window whose changes the message stands for, Unix milliseconds (UTC).
            A follow-up is not due before.
        attempt: 0: the first one; else how often those who are named could not be reached.
        names: Groups and subscriptions that the state is for; None: for all of the topic.
        after: Of a market: the last topic that the change was passed on to; empty: none was.
        checks: How often a comparison of the state was put off; see `LAST_CHECK`.
        sent: States that are compared with those of now; empty: the state is sent.
    """

    topic: str
    until_ms: int
    attempt: int = 0
    names: frozenset[str] | None = None
    after: str = ""
    checks: int = 0
    sent: tuple[SentState, ...] = ()


def entry(number: int, topic: str, now_ms: int) -> dict[str, Any]:
    """Return the entry of a `SendMessageBatch` request.

    Args:
        number: Distinguishes the entries of one request.
        topic: The topic that changed.
        now_ms: When the change was seen, Unix milliseconds (UTC).
    """
    until = (now_ms // WINDOW_MS + 1) * WINDOW_MS
    return _entry(number, topic, f"{topic}/{until}", {"topic": topic, "until": until})


def relayed(number: int, topic: str, change: TopicMessage) -> dict[str, Any]:
    """Return the entry that passes a market's change on to a topic that it leads to.

    The change's window has ended, so the message is not waited for; and its deduplication id is no
    window's of the topic, so it is dropped for no message of which the state was read before.

    Args:
        number: Distinguishes the entries of one request.
        topic: The topic that the market's leads to.
        change: The message about the market.
    """
    same = f"relayed/{change.until_ms}/{_digest([change.topic, topic])}"
    return _entry(number, topic, same, {"topic": topic, "until": change.until_ms})


def market_rest(topic: str, now_ms: int, after: str) -> dict[str, Any]:
    """Return the entry that goes on with a market after one of the topics that it leads to."""
    body = {"topic": topic, "until": now_ms, "after": after}
    return _entry(0, topic, f"{topic}/{now_ms}/{_digest([after])}", body)


def rest(
    topic: str, now_ms: int, names: Collection[str], attempt: int = 0, *, checks: int = 0
) -> Iterator[dict[str, Any]]:
    """Yield entries, each of a request of its own, that go on with those who are named.

    Args:
        topic: The topic that changed.
        now_ms: Now, Unix milliseconds (UTC).
        names: Groups and subscriptions.
        attempt: 0: they follow at once; else how often they could not be reached.
        checks: How often a comparison of the state was put off.
    """
    window = AGAIN_WINDOW_MS if attempt else WINDOW_MS
    until = (now_ms // window + 1) * window
    for part in _parts(sorted(names)):
        digest = _digest([topic, *part])
        body = {"topic": topic, "until": until, "attempt": attempt, "names": part}
        group, same = f"again/{digest}" if attempt else topic, f"{attempt}/{until}/{digest}"
        if checks:
            body["checks"], same = checks, f"{same}/{checks}"
        yield _entry(0, group, same, body)


def comparisons(
    topic: str, now_ms: int, sent: Sequence[SentState], checks: int
) -> Iterator[dict[str, Any]]:
    """Yield entries, each of a request of its own, that have states compared with those of now.

    They are in groups of their own: a newer state that is sent meanwhile is another one, so the
    worst is that it is sent twice.

    Args:
        topic: The topic that changed.
        now_ms: Now, Unix milliseconds (UTC).
        sent: The states.
        checks: How often this was put off.
    """
    until = (now_ms // WINDOW_MS + 1) * WINDOW_MS
    for part in _parts(sent):
        body = {"topic": topic, "until": until, "checks": checks, "sent": part}
        digest = _digest([topic, json.dumps(part)])
        yield _entry(0, f"compare/{digest}", f"{checks}/{until}/{digest}", body)


def _entry(number: int, group: str, same: str, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "Id": str(number),
        "MessageBody": json.dumps(body),
        "MessageGroupId": group,
        "MessageDeduplicationId": same,
    }


def _parts(named: Sequence[_T]) -> Iterator[list[_T]]:
    """Split what is named by what one message holds."""
    part: list[_T] = []
    size = 0
    for one in named:
        length = len(json.dumps(one)) + 2
        if part and size + length > _NAMES_BYTES:
            yield part
            part, size = [], 0
        part.append(one)
        size += length
    if part:
        yield part


def _digest(names: Sequence[str]) -> str:
    return sha256(json.dumps(names).encode()).hexdigest()[:32]


def read(body: str) -> TopicMessage:
    """Return what a message says.

    Raises:
        InvalidTopicMessageError: It names no topic.
    """
    try:
        content = json.loads(body)
        topic, until, names = content["topic"], content["until"], content.get("names")
        attempt, after = content.get("attempt", 0), content.get("after", "")
        checks, sent = content.get("checks", 0), tuple(map(_sent, content.get("sent", ())))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise InvalidTopicMessageError(f"not a message about a topic: {body[:100]!r}") from error
    is_topic = isinstance(topic, str) and 0 < len(topic) <= LONGEST
    are_numbers = isinstance(until, int) and all(
        isinstance(one, int) and one >= 0 for one in (attempt, checks)
    )
    are_names = names is None or (
        isinstance(names, list) and all(isinstance(one, str) for one in names)
    )
    if not is_topic or not are_numbers or not are_names or not isinstance(after, str):
        raise InvalidTopicMessageError(f"not a message about a topic: {body[:100]!r}")
    named = None if names is None else frozenset(names)
    return TopicMessage(topic, until, attempt, named, after, checks, sent)


def _sent(content: Any) -> SentState:
    """Return a state that a message has compared.

    Raises:
        ValueError: It is none.
    """
    group, roles, digest = content
    texts = [group, digest, *(roles or ())]
    if not isinstance(roles, list | None) or not all(isinstance(one, str) for one in texts):
        raise ValueError(f"not a state that was sent: {content!r}")
    return SentState(group, None if roles is None else tuple(roles), digest)
