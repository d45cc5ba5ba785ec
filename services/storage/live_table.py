"""The regional table of live updates: open connections, and what each of them is subscribed to.

It is not replicated, because a connection belongs to the region that holds it. Everything in it
expires. Layout:

| pk | sk | holds |
|---|---|---|
| `C#<connection>` | `C` | its opening, its rights, its subscriptions by id, ids that ended early |
| `T#<topic>` | `<group>#<connection>#<id>` | a subscription of a topic, and its other topics |
| `T#market:<m>` | `<topic>` | a topic that changes of the market's catalog concern |
| `G#<group>` | `G` | the operation, variables and rights that the group's subscriptions share |
| `A#<address>` | `<window>` | how many connections of an address are open (`live_addresses`) |

Strongly consistent reads of rows that are written before a subscription's first state is read: a
change that this state misses finds the row.
"""

from collections.abc import Callable

from services.storage.binding import Binding
from services.storage.live_connections import LiveConnections
from services.storage.live_requests import LiveRequests, sender
from services.storage.live_subscriptions import LiveSubscriptions
from services.storage.table import Table
from services.storage.watched_topics import WatchedTopics


class FreshTable(Table):
    """A replica that is read strongly consistently, so that a change is seen at once."""

    def wrote_lately(self, pk: str) -> bool:  # noqa: ARG002 - whatever the partition
        """Return that reads must not be eventually consistent."""
        return True


class LiveTable:
    """What one region holds of live updates.

    Attributes:
        connections: Open connections.
        subscriptions: What each of them is subscribed to.
        topics: Which subscriptions the changes of each topic concern.
    """

    def __init__(self, requests: LiveRequests, seconds: Callable[[], float]) -> None:
        """Make the repositories of one table; nothing is read yet.

        Args:
            requests: To the table.
            seconds: Returns Unix seconds.
        """
        self.topics = WatchedTopics(requests, seconds)
        self.connections = LiveConnections(requests, self.topics, seconds)
        self.subscriptions = LiveSubscriptions(requests, self.connections, self.topics, seconds)


def live_table(binding: Binding, table: str, seconds: Callable[[], float]) -> LiveTable:
    """Return the table of live updates that is reached as the replica is."""
    return LiveTable(LiveRequests(sender(binding), table), seconds)
