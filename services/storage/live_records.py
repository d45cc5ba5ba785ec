"""What the regional table of live updates holds: connections, subscriptions, what these share."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from services.storage.live_rows import Item


class Subscription(NamedTuple):
    """A subscription of a connection.

    Attributes:
        connection: Id of the connection.
        id: The client's id of the subscription.
        group: What it shares with equal ones.
        until: Unix seconds until which its rights hold; 0: for ever.
        subject: The `sub` of the client's token; empty without one.
        roles: The groups of that token.
        made_ms: When the client subscribed, Unix milliseconds (UTC); 0: long ago.
        also: Topics by whose rows it is found, too, beside the one whose row this was read from.
    """

    connection: str
    id: str
    group: str
    until: int = 0
    subject: str = ""
    roles: tuple[str, ...] = ()
    made_ms: int = 0
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The subscription's name among those of a topic; begins with its group."""
        return f"{self.group}#{self.connection}#{self.id}"


class Group(NamedTuple):
    """What equal subscriptions share.

    Attributes:
        query: The operation, its variables and rights, as the fan-out reads them.
        topics: The topics whose changes concern one of them, by which changes of a market among
            these find the others. Which of the others a subscription is found by, its rows say.
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
        closed_ms: When it was closed, Unix milliseconds (UTC); 0: it is open.
        ended: Ids that the client completed before they were subscribed to, and when, Unix
            milliseconds (UTC).
    """

    opened_ms: int
    acknowledged: bool
    roles: tuple[str, ...] | None
    until: int
    subscriptions: Mapping[str, tuple[str, tuple[str, ...]]]
    subject: str = ""
    address: str | None = None
    ended: Mapping[str, int] = MappingProxyType({})
    closed_ms: int = 0


def connection_of(item: Item) -> Connection:
    """Return the connection that a row holds."""
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
        {one: int(at["N"]) for one, at in item.get("ended", {}).get("M", {}).items()},
        int(item.get("closed", {}).get("N", "0")),
    )
