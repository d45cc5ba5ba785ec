"""Rows of topics in the regional table of live updates: what a change of each concerns."""

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from services.domain.live.topics import MARKET
from services.storage.bounded_cache import BoundedCache
from services.storage.live_records import Group, Subscription
from services.storage.live_requests import LiveRequests
from services.storage.live_rows import LIFETIME_S, Item, key

_TOPIC: Final = "T#"
_GROUP: Final = "G#"
_BATCH: Final = 25  # requests of a BatchWriteItem
_READ_BATCH: Final = 100  # keys of a BatchGetItem
_ROUNDS: Final = 8  # of what DynamoDB left undone
_PAUSE_S: Final = 0.025  # before the second round, and twice that before each further one
_LONGEST_PAUSE_S: Final = 0.4
# A row that equal subscriptions share outlives each of them by ten minutes (LIFETIME_S), so one
# that was written in the last five need not be written for the next subscription.
_SHARED_S: Final = 300.0
_REMEMBERED_BYTES: Final = 1 << 20  # of what was written lately
_OVERHEAD: Final = 300  # bytes that a remembered name takes beside its characters


class WatchedTopics:
    """Which subscriptions the changes of each topic concern; see `live_table` for the layout."""

    def __init__(
        self,
        requests: LiveRequests,
        seconds: Callable[[], float],
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Take the requests to the table and a clock, as `LiveTable` does."""
        self._requests = requests
        self._table = requests.table
        self._seconds = seconds
        self._sleep = sleep
        self._shared: BoundedCache[tuple[str, int], bool] = BoundedCache(_REMEMBERED_BYTES)

    def share(self, name: str, group: Group) -> None:
        """Store what the subscriptions of a group share, unless this process did so lately.

        Args:
            name: Of the group.
            group: What they share.
        """
        # Of a period: what was written in the one before is at most twice as old.
        period = int(self._seconds() // (_SHARED_S / 2))
        marks = [("#".join((name, *sorted(group.topics))), period - back) for back in (0, 1)]
        if any(self._shared.find(mark) for mark in marks):
            return
        self.write_shared(name, group)
        self._shared.keep(marks[0], True, len(marks[0][0]) + _OVERHEAD)

    def rows(self, subscription: Subscription, topics: Iterable[str]) -> list[Item]:
        """Return the rows by which changes of topics find a subscription, and nobody else."""
        wanted = direct(sorted(topics))
        every = {*wanted, *subscription.also}
        return [
            self._row(topic, subscription._replace(also=tuple(sorted(every - {topic}))))
            for topic in wanted
        ]

    def keys(self, subscription: Subscription, topics: Iterable[str]) -> list[Item]:
        """Return the keys of these rows."""
        return [_key(topic, subscription) for topic in direct(topics)]

    def write_shared(self, name: str, group: Group) -> None:
        """Store what the subscriptions of a group share, and where changes of a market lead.

        Args:
            name: Of the group.
            group: What they share.
        """
        self.write([_put(self._group(name, group)), *self._leading(group.topics)])

    def follow(self, members: Sequence[Subscription], topics: Iterable[str]) -> None:
        """Store that changes of topics concern subscriptions, which no connection knows."""
        wanted = list(topics)
        self.write([_put(row) for one in members for row in self.rows(one, wanted)])

    def drop(self, topic: str, subscription: Subscription) -> None:
        """Forget one row of a topic."""
        self.write([removal(topic, subscription)])

    def subscriptions(self, topic: str) -> list[Subscription]:
        """Return the subscriptions that changes of a topic concern."""
        now = self._seconds()
        return [
            Subscription(
                item["connection"]["S"],
                item["id"]["S"],
                item["group"]["S"],
                int(item["until"]["N"]),
                item.get("subject", {}).get("S", ""),
                tuple(json.loads(item.get("roles", {}).get("S", "[]"))),
                int(item.get("made", {}).get("N", "0")),
                tuple(json.loads(item.get("also", {}).get("S", "[]"))),
            )
            for item in self._rows(topic)
            if int(item["expires"]["N"]) > now
        ]

    def watched(self, topic: str, after: str = "") -> Iterator[str]:
        """Yield the topics that changes of a market concern, in the order of their names.

        Args:
            topic: The market's.
            after: Only topics after this one.
        """
        now = self._seconds()
        for item in self._rows(topic, after):
            if int(item["expires"]["N"]) > now:
                yield item["sk"]["S"]

    def known_groups(self, names: Iterable[str]) -> dict[str, Group]:
        """Return what each group shares, by its name; those that expired are missing.

        Raises:
            UnreadRowsError: DynamoDB left some of them unread, again and again.
        """
        wanted = [key(_GROUP + one, "G") for one in sorted(set(names))]
        found: dict[str, Group] = {}
        for at in range(0, len(wanted), _READ_BATCH):
            left: Mapping[str, Any] = {
                self._table: {"Keys": wanted[at : at + _READ_BATCH], "ConsistentRead": True}
            }
            for number in range(_ROUNDS):
                if not left:
                    break
                self._pause_before(number)
                answer = self._requests.batch_get_item(left)
                for item in answer["Responses"].get(self._table, []):
                    name = item["pk"]["S"].removeprefix(_GROUP)
                    found[name] = Group(
                        item["query"]["S"], frozenset(json.loads(item["topics"]["S"]))
                    )
                left = answer.get("UnprocessedKeys") or {}
            if left:
                raise UnreadRowsError(len(left[self._table]["Keys"]))
        return found

    def _rows(self, topic: str, after: str = "") -> Iterator[Item]:
        more: dict[str, Any] = {}
        if after:
            more = {"ExclusiveStartKey": key(_TOPIC + topic, after)}
        while True:
            answer = self._requests.query(
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": _TOPIC + topic}},
                **more,
            )
            yield from answer["Items"]
            if not answer.get("LastEvaluatedKey"):
                return
            more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _group(self, name: str, group: Group) -> Item:
        return {
            **key(_GROUP + name, "G"),
            "query": {"S": group.query},
            "topics": {"S": json.dumps(sorted(group.topics))},
            "expires": self._expires(),
        }

    def _leading(self, topics: Collection[str]) -> Iterator[Item]:
        """Yield requests for the rows by which changes of a market find the other topics."""
        for topic in sorted(topics):
            if topic.startswith(MARKET):
                for watched in direct(sorted(topics)):
                    yield _put({**key(_TOPIC + topic, watched), "expires": self._expires()})

    def _row(self, topic: str, subscription: Subscription) -> Item:
        return {
            **_key(topic, subscription),
            "connection": {"S": subscription.connection},
            "id": {"S": subscription.id},
            "group": {"S": subscription.group},
            "until": {"N": str(subscription.until)},
            "made": {"N": str(subscription.made_ms)},
            **(
                {
                    "subject": {"S": subscription.subject},
                    "roles": {"S": json.dumps(subscription.roles)},
                }
                if subscription.subject
                else {}
            ),
            **({"also": {"S": json.dumps(subscription.also)}} if subscription.also else {}),
            "expires": self._expires(),
        }

    def write(self, requests: Sequence[Item]) -> None:
        """Carry out requests of `BatchWriteItem`, in as many calls as they take.

        Raises:
            UnwrittenRowsError: DynamoDB left some of them undone, again and again.
        """
        for at in range(0, len(requests), _BATCH):
            left: Mapping[str, Any] = {self._table: requests[at : at + _BATCH]}
            for number in range(_ROUNDS):
                self._pause_before(number)
                left = self._requests.batch_write_item(left).get("UnprocessedItems") or {}
                if not left:
                    break
            else:
                raise UnwrittenRowsError(len(left.get(self._table, ())))

    def _pause_before(self, number: int) -> None:
        """Wait before a round: what DynamoDB leaves undone it throttled."""
        if number:
            self._sleep(min(_LONGEST_PAUSE_S, _PAUSE_S * 2 ** (number - 1)))

    def _expires(self) -> Item:
        return {"N": str(int(self._seconds()) + LIFETIME_S)}


class UnreadRowsError(RuntimeError):
    """DynamoDB left rows unread, again and again."""

    def __init__(self, count: int) -> None:
        super().__init__(f"DynamoDB left {count} rows of live updates unread")


class UnwrittenRowsError(RuntimeError):
    """DynamoDB left rows unwritten, again and again."""

    def __init__(self, count: int) -> None:
        super().__init__(f"DynamoDB left {count} rows of live updates unwritten")


def _key(topic: str, one: Subscription) -> Item:
    return key(_TOPIC + topic, one.name)


def _put(item: Item) -> Item:
    return {"PutRequest": {"Item": item}}


def removal(topic: str, one: Subscription) -> Item:
    """Return the request of `BatchWriteItem` that deletes the row of a subscription."""
    return {"DeleteRequest": {"Key": _key(topic, one)}}


def direct(topics: Iterable[str]) -> list[str]:
    """Return the topics whose rows are those of single subscriptions."""
    return [topic for topic in topics if not topic.startswith(MARKET)]
