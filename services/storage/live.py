"""The regional table of live updates: open connections, and what each of them is subscribed to.

It is not replicated, because a connection belongs to the region that holds it. Everything in it
expires. Layout:

| pk | sk | holds |
|---|---|---|
| `C#<connection>` | `C` | its opening, its rights, its subscriptions by id |
| `T#<topic>` | `<group>#<connection>#<id>` | a subscription that changes of the topic concern |
| `T#market:<m>` | `<topic>` | a topic that changes of the market's catalog concern |
| `G#<group>` | `G` | the operation, variables and rights that the group's subscriptions share |
| `A#<address>` | `<window>` | how many connections of an address are open (`live_addresses`) |

Strongly consistent reads of rows that are written before a subscription's first state is read: a
change that this state misses finds the row.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from botocore.config import Config
from botocore.exceptions import ClientError

from services.domain.live.topics import MARKET
from services.storage.binding import CONNECT_TIMEOUT_S, MAX_CONNECTIONS, TOTAL_ATTEMPTS, Binding
from services.storage.live_addresses import AddressCounts
from services.storage.live_rows import LIFETIME_S, Item, condition_failed, key
from services.storage.table import Table

_CONNECTION: Final = "C#"
_TOPIC: Final = "T#"
_GROUP: Final = "G#"
_BATCH: Final = 25  # requests of a BatchWriteItem
_READ_BATCH: Final = 100  # keys of a BatchGetItem
_ROUNDS: Final = 8  # of what DynamoDB left undone


class FreshTable(Table):
    """A replica that is read strongly consistently, so that a change is seen at once."""

    def wrote_lately(self, pk: str) -> bool:  # noqa: ARG002 - whatever the partition
        """Return that reads must not be eventually consistent."""
        return True


class Subscription(NamedTuple):
    """A subscription of a connection.

    Attributes:
        connection: Id of the connection.
        id: The client's id of the subscription.
        group: What it shares with equal ones.
        until: Unix seconds until which its rights hold; 0: for ever.
        subject: The `sub` of the client's token; empty without one.
        roles: The groups of that token.
    """

    connection: str
    id: str
    group: str
    until: int = 0
    subject: str = ""
    roles: tuple[str, ...] = ()


class Group(NamedTuple):
    """What equal subscriptions share.

    Attributes:
        query: The operation, its variables and rights, as the fan-out reads them.
        topics: The topics whose changes concern them.
    """

    query: str
    topics: frozenset[str]


class Connection(NamedTuple):
    """A connection as it is stored.

    Attributes:
        opened_ms: When it was opened, Unix milliseconds (UTC).
        acknowledged: Whether the client has initialised it.
        roles: Roles of the client's token; None without one.
        until: Unix seconds until which the roles hold; 0: for ever.
        subscriptions: Id to group and topics.
        subject: The `sub` of the client's token; empty without one.
        address: Key of the client's address; None: the connection is not counted.
    """

    opened_ms: int
    acknowledged: bool
    roles: tuple[str, ...] | None
    until: int
    subscriptions: Mapping[str, tuple[str, tuple[str, ...]]]
    subject: str = ""
    address: str | None = None


class RefusedSubscriptionError(Exception):
    """A connection may not take a subscription; `connection` is why, None: it is not known."""

    def __init__(self, connection: Connection | None) -> None:
        super().__init__("the connection takes no such subscription")
        self.connection = connection


class LiveTable:
    """Connections and subscriptions of one region."""

    def __init__(self, client: Any, table: str, seconds: Callable[[], float]) -> None:
        """Prepare.

        Args:
            client: boto3's client of DynamoDB.
            table: Name of the table.
            seconds: Returns Unix seconds.
        """
        self._client = client
        self._table = table
        self._seconds = seconds
        self._addresses = AddressCounts(client, table)

    def open(self, connection: str, address: str | None = None, most: int = 0) -> None:
        """Store a new connection.

        Args:
            connection: Its id.
            address: Key of the client's address; None: it is not counted.
            most: Open connections that the address may have opened in one window.

        Raises:
            TooManyConnectionsError: The address has that many; nothing was stored.
        """
        opened_ms = int(self._seconds() * 1000)
        if address is not None:
            self._addresses.add(address, opened_ms, most)
        item = {
            **key(_CONNECTION + connection, "C"),
            "opened": {"N": str(opened_ms)},
            "acked": {"BOOL": False},
            "subs": {"M": {}},
            "expires": self._expires(),
            **({} if address is None else {"address": {"S": address}}),
        }
        self._client.put_item(TableName=self._table, Item=item)

    def connection(self, connection: str) -> Connection | None:
        """Return a connection; None: it was never opened, or is closed."""
        answer = self._client.get_item(
            TableName=self._table, Key=key(_CONNECTION + connection, "C"), ConsistentRead=True
        )
        return _connection(answer.get("Item"))

    def acknowledge(
        self, connection: str, roles: Iterable[str] | None, until: int, subject: str = ""
    ) -> Connection | None:
        """Note that a connection is initialised.

        Args:
            connection: Its id.
            roles: Of the client's token; None without one.
            until: Unix seconds until which the roles hold; 0: for ever.
            subject: The `sub` of the token; empty without one.

        Returns:
            None if that is done now; else the connection, which was initialised before.
        """
        held = None if roles is None else json.dumps(sorted(roles))
        try:
            self._client.update_item(
                TableName=self._table,
                Key=key(_CONNECTION + connection, "C"),
                UpdateExpression="SET acked = :yes, #until = :until, #roles = :roles, "
                "#subject = :subject",
                ConditionExpression="acked = :no",
                ExpressionAttributeNames={
                    "#until": "until",
                    "#roles": "roles",
                    "#subject": "subject",
                },
                ExpressionAttributeValues={
                    ":yes": {"BOOL": True},
                    ":no": {"BOOL": False},
                    ":until": {"N": str(until)},
                    ":roles": {"NULL": True} if held is None else {"S": held},
                    ":subject": {"S": subject},
                },
            )
        except ClientError as error:
            if not condition_failed(error):
                raise
            return self.connection(connection)
        return None

    def subscribe(self, subscription: Subscription, group: Group, most: int) -> None:
        """Store a subscription; its rows stand when this returns.

        Args:
            subscription: The subscription.
            group: What it shares with equal ones.
            most: Subscriptions that a connection may have.

        Raises:
            RefusedSubscriptionError: The connection is closed, not initialised, has a subscription
                of this id or has as many as it may have.
        """
        held = json.dumps([subscription.group, sorted(group.topics)])
        try:
            self._client.update_item(
                TableName=self._table,
                Key=key(_CONNECTION + subscription.connection, "C"),
                UpdateExpression="SET subs.#id = :held",
                ConditionExpression="acked = :yes AND attribute_not_exists(subs.#id) "
                "AND size(subs) < :most",
                ExpressionAttributeNames={"#id": subscription.id},
                ExpressionAttributeValues={
                    ":held": {"S": held},
                    ":yes": {"BOOL": True},
                    ":most": {"N": str(most)},
                },
            )
        except ClientError as error:
            if not condition_failed(error):
                raise
            raise RefusedSubscriptionError(self.connection(subscription.connection)) from error
        self.follow([subscription], group)

    def follow(self, members: Sequence[Subscription], group: Group) -> None:
        """Store what subscriptions of a group share, and that its topics concern them."""
        item = {
            **key(_GROUP + members[0].group, "G"),
            "query": {"S": group.query},
            "topics": {"S": json.dumps(sorted(group.topics))},
            "expires": self._expires(),
        }
        rows = {
            (put["pk"]["S"], put["sk"]["S"]): {"PutRequest": {"Item": put}}
            for one in members
            for put in self._puts(one, sorted(group.topics))
        }
        self._write([{"PutRequest": {"Item": item}}, *rows.values()])

    def extend(self, members: Iterable[Subscription], group: Group) -> None:
        """Store that more topics concern subscriptions; those that were ended stay so."""
        standing = [one for one in members if self._note_topics(one, group.topics)]
        if standing:
            self.follow(standing, group)

    def _note_topics(self, one: Subscription, topics: Iterable[str]) -> bool:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=key(_CONNECTION + one.connection, "C"),
                UpdateExpression="SET subs.#id = :held",
                ConditionExpression="attribute_exists(subs.#id)",
                ExpressionAttributeNames={"#id": one.id},
                ExpressionAttributeValues={":held": {"S": json.dumps([one.group, sorted(topics)])}},
            )
        except ClientError as error:
            if not condition_failed(error):
                raise
            return False
        return True

    def unsubscribe(self, connection: str, subscription_id: str) -> None:
        """Forget a subscription; one that is not known is no error."""
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=key(_CONNECTION + connection, "C"),
                UpdateExpression="REMOVE subs.#id",
                ConditionExpression="attribute_exists(subs.#id)",
                ExpressionAttributeNames={"#id": subscription_id},
                ReturnValues="ALL_OLD",
            )
        except ClientError as error:
            if not condition_failed(error):
                raise
            return
        before = _connection(answer.get("Attributes"))
        if before is not None:
            self._write(list(_removals(connection, before, [subscription_id])))

    def close(self, connection: str) -> None:
        """Forget a connection and its subscriptions; one that is not known is no error."""
        before = self.connection(connection)
        if before is None:
            return
        gone = _removals(connection, before, before.subscriptions)
        own = {"DeleteRequest": {"Key": key(_CONNECTION + connection, "C")}}
        self._write([*gone, own])
        if before.address is not None:
            self._addresses.take_back(before.address, before.opened_ms)

    def drop(self, topic: str, subscription: Subscription) -> None:
        """Forget one row of a topic."""
        self._write([{"DeleteRequest": {"Key": _row(topic, subscription)}}])

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
            )
            for item in self._rows(topic)
            if int(item["expires"]["N"]) > now
        ]

    def is_watched(self, topic: str) -> bool:
        """Return whether there may be subscriptions that changes of a topic concern."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": _TOPIC + topic}},
            ConsistentRead=True,
            Limit=1,
        )
        return bool(answer["Items"])

    def watched(self, topic: str) -> list[str]:
        """Return the topics that changes of a topic of a market concern."""
        now = self._seconds()
        return [item["sk"]["S"] for item in self._rows(topic) if int(item["expires"]["N"]) > now]

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
            for _ in range(_ROUNDS):
                if not left:
                    break
                answer = self._client.batch_get_item(RequestItems=left)
                for item in answer["Responses"].get(self._table, []):
                    name = item["pk"]["S"].removeprefix(_GROUP)
                    found[name] = Group(
                        item["query"]["S"], frozenset(json.loads(item["topics"]["S"]))
                    )
                left = answer.get("UnprocessedKeys") or {}
            if left:
                raise UnreadRowsError(len(left[self._table]["Keys"]))
        return found

    def _rows(self, topic: str) -> Iterator[Item]:
        more: dict[str, Any] = {}
        while True:
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": _TOPIC + topic}},
                ConsistentRead=True,
                **more,
            )
            yield from answer["Items"]
            if not answer.get("LastEvaluatedKey"):
                return
            more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _puts(self, subscription: Subscription, topics: Sequence[str]) -> Iterator[Item]:
        direct = [one for one in topics if not one.startswith(MARKET)]
        for topic in topics:
            if topic.startswith(MARKET):
                for watched in direct:
                    yield {**key(_TOPIC + topic, watched), "expires": self._expires()}
                continue
            yield {
                **_row(topic, subscription),
                "connection": {"S": subscription.connection},
                "id": {"S": subscription.id},
                "group": {"S": subscription.group},
                "until": {"N": str(subscription.until)},
                **(
                    {
                        "subject": {"S": subscription.subject},
                        "roles": {"S": json.dumps(subscription.roles)},
                    }
                    if subscription.subject
                    else {}
                ),
                "expires": self._expires(),
            }

    def _write(self, requests: Sequence[Item]) -> None:
        for at in range(0, len(requests), _BATCH):
            left: Mapping[str, Any] = {self._table: requests[at : at + _BATCH]}
            for _ in range(_ROUNDS):
                left = (
                    self._client.batch_write_item(RequestItems=left).get("UnprocessedItems") or {}
                )
                if not left:
                    break
            else:
                raise UnwrittenRowsError(len(left.get(self._table, ())))

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


def live_table(binding: Binding, table: str, seconds: Callable[[], float]) -> LiveTable:
    """Return the table of live updates that is reached as the replica is."""
    import boto3

    client = boto3.client(
        "dynamodb",
        region_name=binding.region,
        endpoint_url=binding.endpoint,
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=binding.read_timeout_s,
            max_pool_connections=MAX_CONNECTIONS,
            retries={"total_max_attempts": TOTAL_ATTEMPTS, "mode": "standard"},
        ),
    )
    return LiveTable(client, table, seconds)


def _row(topic: str, one: Subscription) -> Item:
    return key(_TOPIC + topic, f"{one.group}#{one.connection}#{one.id}")


def _removals(connection: str, before: Connection, ids: Iterable[str]) -> Iterator[Item]:
    """Yield requests that delete the rows of subscriptions; those of markets expire."""
    for one in ids:
        group, topics = before.subscriptions[one]
        for topic in topics:
            if not topic.startswith(MARKET):
                yield {"DeleteRequest": {"Key": _row(topic, Subscription(connection, one, group))}}


def _connection(item: Item | None) -> Connection | None:
    if item is None:
        return None
    roles = item.get("roles", {}).get("S")
    subscriptions = {}
    for name, held in item["subs"]["M"].items():
        group, topics = json.loads(held["S"])
        subscriptions[name] = (group, tuple(topics))
    return Connection(
        int(item["opened"]["N"]),
        item["acked"]["BOOL"],
        None if roles is None else tuple(json.loads(roles)),
        int(item.get("until", {}).get("N", "0")),
        subscriptions,
        item.get("subject", {}).get("S", ""),
        item.get("address", {}).get("S"),
    )
