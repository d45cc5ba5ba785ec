"""The regional table of live updates: open connections, and what each of them is subscribed to.

It is not replicated, because a connection belongs to the region that holds it. Everything in it
expires. Layout:

| pk | sk | holds |
|---|---|---|
| `C#<connection>` | `C` | its opening, its rights, its subscriptions by id, ids that ended early |
| `T#<topic>` | `<group>#<connection>#<id>` | a subscription that changes of the topic concern |
| `T#market:<m>` | `<topic>` | a topic that changes of the market's catalog concern |
| `G#<group>` | `G` | the operation, variables and rights that the group's subscriptions share |
| `A#<address>` | `<window>` | how many connections of an address are open (`live_addresses`) |

Strongly consistent reads of rows that are written before a subscription's first state is read: a
change that this state misses finds the row. A subscription's own rows and its entry in the row of
its connection are one transaction, so neither is ever there without the other.

The row of a connection is marked as closed before it is deleted, by the id of the call that closes
it: a write that is sent again because its answer was lost knows by it that it closed the connection
itself. A closed row counts as none.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final
from uuid import uuid4

from services.storage.binding import Binding
from services.storage.live_addresses import AddressCounts
from services.storage.live_records import Connection, Group, Subscription, connection_of
from services.storage.live_requests import (
    ConditionNotMetError,
    LiveRequests,
    conditional,
    sender,
)
from services.storage.live_rows import LIFETIME_S, Item, key
from services.storage.table import Table
from services.storage.watched_topics import WatchedTopics, direct, removal

_CONNECTION: Final = "C#"
# API Gateway hands over the frames of a connection without order: for this time a `complete` ends a
# `subscribe` that is processed after it. Longer than a Lambda that starts cold takes for a frame.
EARLY_END_MS: Final = 10_000
MAX_EARLY_ENDS: Final = 20
_CONTENDED: Final = 6  # attempts at a row that other frames of the connection change, too
_CLOSED_BY: Final = "closed_by"

# Does something with each of some subscriptions; keeps their order.
Each = Callable[[Callable[[Subscription], bool], Iterable[Subscription]], list[bool]]


def _one_by_one(
    work: Callable[[Subscription], bool], members: Iterable[Subscription]
) -> list[bool]:
    return [work(one) for one in members]


class FreshTable(Table):
    """A replica that is read strongly consistently, so that a change is seen at once."""

    def wrote_lately(self, pk: str) -> bool:  # noqa: ARG002 - whatever the partition
        """Return that reads must not be eventually consistent."""
        return True


class RefusedInitError(Exception):
    """A connection may not be initialised; `connection` is why, None: it is not known."""

    def __init__(self, connection: Connection | None) -> None:
        super().__init__("the connection is not to be initialised")
        self.connection = connection


class RefusedSubscriptionError(Exception):
    """A connection may not take a subscription; `connection` is why, None: it is not known."""

    def __init__(self, connection: Connection | None) -> None:
        super().__init__("the connection takes no such subscription")
        self.connection = connection


class ContendedRowError(RuntimeError):
    """The row of a connection was changed by others at each attempt to change it."""

    def __init__(self, connection: str) -> None:
        super().__init__(f"connection {connection} is changed by others again and again")


class EndedSubscriptionError(Exception):
    """The client has completed a subscription before it was stored, or meanwhile."""


class LiveTable:
    """Connections and subscriptions of one region.

    Attributes:
        topics: Which subscriptions the changes of each topic concern.
    """

    def __init__(self, requests: LiveRequests, seconds: Callable[[], float]) -> None:
        """Prepare.

        Args:
            requests: To the table.
            seconds: Returns Unix seconds.
        """
        self._requests = requests
        self._seconds = seconds
        self.topics = WatchedTopics(requests, seconds)
        self._addresses = AddressCounts(requests)

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
        try:
            self._requests.put_item(item)
        except Exception:
            if address is not None:
                self._addresses.take_back(address, opened_ms)
            raise

    def connection(self, connection: str) -> Connection | None:
        """Return a connection; None: it was never opened, or is closed."""
        return _standing(self._requests.get_item(key(_CONNECTION + connection, "C")))

    def acknowledge(
        self,
        connection: str,
        roles: Iterable[str] | None,
        until: int,
        subject: str = "",
        *,
        earliest_ms: int = 0,
    ) -> Connection:
        """Note that a connection is initialised, and return it as it is now.

        But for its subscriptions, what is returned stays so as long as the connection is open.

        Args:
            connection: Its id.
            roles: Of the client's token; None without one.
            until: Unix seconds until which the roles hold; 0: for ever.
            subject: The `sub` of the token; empty without one.
            earliest_ms: When it must have been opened, Unix milliseconds (UTC), or later.

        Raises:
            RefusedInitError: It is not known, was initialised before, or was opened earlier.
        """
        held = None if roles is None else sorted(roles)
        change = conditional(
            key(_CONNECTION + connection, "C"),
            "SET acked = :yes, acked_by = :call, "
            "#until = :until, #roles = :roles, #subject = :subject",
            # One that is sent again because its answer was lost meets what it wrote itself.
            _unless_closed("acked_by = :call OR (acked = :no AND opened >= :earliest)"),
            names={"#until": "until", "#roles": "roles", "#subject": "subject"},
            values={
                ":yes": {"BOOL": True},
                ":no": {"BOOL": False},
                ":call": {"S": uuid4().hex},
                ":earliest": {"N": str(earliest_ms)},
                ":until": {"N": str(until)},
                ":roles": {"NULL": True} if held is None else {"S": json.dumps(held)},
                ":subject": {"S": subject},
            },
        )
        try:
            before = connection_of(self._requests.update_item(change))
        except ConditionNotMetError as error:
            raise RefusedInitError(_connection(error)) from error
        return before._replace(
            acknowledged=True,
            roles=None if held is None else tuple(held),
            until=until,
            subject=subject,
        )

    def subscribe(self, subscription: Subscription, group: Group, most: int) -> None:
        """Store a subscription; its rows stand when this returns.

        Args:
            subscription: The subscription.
            group: What it shares with equal ones.
            most: Subscriptions that a connection may have.

        Raises:
            RefusedSubscriptionError: The connection is closed, not initialised, has a subscription
                of this id or has as many as it may have; nothing of it is stored.
            EndedSubscriptionError: The client has completed it already; nothing of it is stored.
        """
        early = self._now_ms() - EARLY_END_MS
        change = conditional(
            key(_CONNECTION + subscription.connection, "C"),
            "SET subs.#id = :held",
            _unless_closed(
                "acked = :yes AND attribute_not_exists(subs.#id) AND size(subs) < :most "
                "AND (attribute_not_exists(ended.#id) OR ended.#id < :early)"
            ),
            names={"#id": subscription.id},
            values={
                ":held": _held(subscription.group, group.topics),
                ":yes": {"BOOL": True},
                ":most": {"N": str(most)},
                ":early": {"N": str(early)},
            },
        )
        # First: who finds the rows of the subscription reads what its group shares.
        self.topics.share(subscription.group, group)
        try:
            self._requests.update_with(change, self.topics.rows(subscription, group.topics))
        except ConditionNotMetError as error:
            known = _connection(error)
            if known is not None and known.ended.get(subscription.id, 0) >= early:
                self._forget_early_end(subscription)
                raise EndedSubscriptionError from error
            raise RefusedSubscriptionError(known) from error

    def extend(
        self,
        members: Iterable[Subscription],
        group: Group,
        before: frozenset[str],
        *,
        each: Each = _one_by_one,
        is_late: Callable[[], bool] = lambda: False,
    ) -> list[Subscription]:
        """Store that more topics concern subscriptions; those that were ended stay so.

        Args:
            members: Subscriptions of one group.
            group: What they share, with the further topics.
            before: The topics that concerned them.
            each: Does something with each of some subscriptions, several at once.
            is_late: Whether there is no time to begin with another subscription.

        Returns:
            Those for whom there was no time. Then the group is stored as it was before, so that
            whoever sends them the state does the rest.

        Raises:
            ContendedRowError: A subscription was changed by others each time.
        """
        following = list(members)
        if not following:
            return []
        late: list[Subscription] = []
        # Changes of a market find a subscription by its other topics.
        more = frozenset(direct(group.topics - before))
        if more:
            done = each(lambda one: not is_late() and self._follow(one, more), following)
            late = [one for one, follows in zip(following, done, strict=True) if not follows]
        if late:
            self.topics.lead(group.topics)
        else:
            self.topics.write_shared(following[0].group, group)
        return late

    def _follow(self, one: Subscription, topics: frozenset[str]) -> bool:
        """Store that topics concern a subscription, unless it was ended.

        Its id may stand for another operation by now, whose rows are others.

        Raises:
            ContendedRowError: It was changed by others each time.
        """
        for number in range(_CONTENDED):
            if number:
                self._requests.pause(number)
            known = self.connection(one.connection)
            group, held = ("", ()) if known is None else known.subscriptions.get(one.id, ("", ()))
            more = topics.difference(held)
            if group != one.group or not more:
                return True
            change = conditional(
                key(_CONNECTION + one.connection, "C"),
                "SET subs.#id = :more",
                _unless_closed("subs.#id = :held"),
                names={"#id": one.id},
                values={":held": _held(group, held), ":more": _held(group, more.union(held))},
            )
            try:
                self._requests.update_with(change, self.topics.rows(one, more))
            except ConditionNotMetError:
                continue
            return True
        raise ContendedRowError(one.connection)

    def complete(self, connection: str, subscription_id: str) -> None:
        """Forget a subscription that its client completed.

        One that is not known may be on its way: its id is remembered for `EARLY_END_MS`, so that
        `subscribe` does not store it. Of a connection, the latest `MAX_EARLY_ENDS` are remembered.

        Args:
            connection: Id of the connection; one that is not known is no error.
            subscription_id: The client's id of the subscription.

        Raises:
            ContendedRowError: The connection was changed by others each time.
        """
        for number in range(_CONTENDED):
            if number:
                self._requests.pause(number)
            known = self.connection(connection)
            if known is None:
                return
            if subscription_id in known.subscriptions:
                done = self._unsubscribe(connection, subscription_id, known)
            else:
                done = self._note_early_end(connection, subscription_id, known.ended)
            if done:
                return
        raise ContendedRowError(connection)

    def _note_early_end(self, connection: str, name: str, before: Mapping[str, int]) -> bool:
        """Remember the id of a subscription that is not known; False: the row has changed."""
        now_ms = self._now_ms()
        recent = {
            one: at for one, at in before.items() if one != name and at >= now_ms - EARLY_END_MS
        }
        latest = sorted(recent.items(), key=lambda item: item[1])[1 - MAX_EARLY_ENDS :]
        unchanged = "" if before else "attribute_not_exists(ended) OR "
        done = self._change(
            connection,
            "SET ended = :ended",
            "attribute_exists(pk) AND attribute_not_exists(subs.#id) "
            f"AND ({unchanged}ended = :before)",
            names={"#id": name},
            values={
                ":before": _moments(before),
                ":ended": _moments({**dict(latest), name: now_ms}),
            },
        )
        return done is not None

    def _forget_early_end(self, one: Subscription) -> None:
        self._change(
            one.connection,
            "REMOVE ended.#id",
            "attribute_exists(ended.#id)",
            names={"#id": one.id},
        )

    def unsubscribe(self, connection: str, subscription_id: str) -> bool:
        """Forget a subscription with its rows; return whether it was known.

        Raises:
            ContendedRowError: It was changed by others each time.
        """
        for number in range(_CONTENDED):
            if number:
                self._requests.pause(number)
            known = self.connection(connection)
            if known is None or subscription_id not in known.subscriptions:
                return False
            if self._unsubscribe(connection, subscription_id, known):
                return True
        raise ContendedRowError(connection)

    def _unsubscribe(self, connection: str, subscription_id: str, known: Connection) -> bool:
        """Forget a subscription with its rows; False: the row of the connection has changed."""
        group, topics = known.subscriptions[subscription_id]
        change = conditional(
            key(_CONNECTION + connection, "C"),
            "REMOVE subs.#id",
            _unless_closed("subs.#id = :held"),
            names={"#id": subscription_id},
            values={":held": _held(group, topics)},
        )
        one = Subscription(connection, subscription_id, group)
        try:
            self._requests.update_with(change, gone=self.topics.keys(one, topics))
        except ConditionNotMetError:
            return False
        return True

    def close(self, connection: str) -> None:
        """Forget a connection and its subscriptions; one that is not known is no error.

        What a fault leaves of its subscriptions the next message to it finds gone, or it expires.
        """
        # First, so that no subscription is added to those that are forgotten here.
        before, ours = self._mark_closed(connection)
        if before is None:
            return
        # Also where somebody else has closed it, who may have met a fault before this was done.
        gone = {"DeleteRequest": {"Key": key(_CONNECTION + connection, "C")}}
        try:
            self.topics.write([*_removals(connection, before, before.subscriptions), gone])
        finally:
            if ours:
                self._uncount(before)

    def disown(self, connection: str) -> None:
        """Forget an open connection, but not the rows of its subscriptions.

        Changes still reach it, and its client comes anew when a ping finds it lost.
        """
        before, ours = self._mark_closed(connection)
        if before is None:
            return
        try:
            self._requests.delete_item(key(_CONNECTION + connection, "C"))
        finally:
            if ours:
                self._uncount(before)

    def _mark_closed(self, connection: str) -> tuple[Connection | None, bool]:
        """Close a connection for those who read its row.

        Returns:
            The connection as it was, None: there is none; and whether this call closed it. Of
            several who close a connection at once, that one uncounts it.
        """
        change = conditional(
            key(_CONNECTION + connection, "C"),
            f"SET {_CLOSED_BY} = :call",
            "attribute_exists(pk) AND "
            f"(attribute_not_exists({_CLOSED_BY}) OR {_CLOSED_BY} = :call)",
            values={":call": {"S": uuid4().hex}},
        )
        try:
            return connection_of(self._update_surely(change)), True
        except ConditionNotMetError as error:
            return (None if error.row is None else connection_of(error.row)), False

    def _update_surely(self, change: Item) -> Item:
        """Send a change that knows its call, and once more where its outcome is not known."""
        try:
            return self._requests.update_item(change)
        except ConditionNotMetError:
            raise
        except Exception:  # noqa: BLE001 - it may have been applied
            return self._requests.update_item(change)

    def _uncount(self, before: Connection) -> None:
        if before.address is not None:
            self._addresses.take_back(before.address, before.opened_ms)

    def _change(
        self,
        connection: str,
        update: str,
        condition: str,
        *,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Item] | None = None,
    ) -> Connection | None:
        """Change the row of a connection; return it as it was, None: the condition did not hold."""
        row = key(_CONNECTION + connection, "C")
        try:
            before = self._requests.update_item(
                conditional(row, update, _unless_closed(condition), names=names, values=values)
            )
        except ConditionNotMetError:
            return None
        return connection_of(before)

    def _now_ms(self) -> int:
        return int(self._seconds() * 1000)

    def _expires(self) -> Item:
        return {"N": str(int(self._seconds()) + LIFETIME_S)}


def live_table(binding: Binding, table: str, seconds: Callable[[], float]) -> LiveTable:
    """Return the table of live updates that is reached as the replica is."""
    return LiveTable(LiveRequests(sender(binding), table), seconds)


def _connection(error: ConditionNotMetError) -> Connection | None:
    return _standing(error.row)


def _standing(row: Item | None) -> Connection | None:
    """Return the connection that a row holds; None where there is none, or it was closed."""
    return None if row is None or _CLOSED_BY in row else connection_of(row)


def _unless_closed(condition: str) -> str:
    return f"attribute_not_exists({_CLOSED_BY}) AND ({condition})"


def _removals(connection: str, before: Connection, ids: Iterable[str]) -> Iterator[Item]:
    """Yield requests that delete the rows of subscriptions; those of markets expire."""
    for one in ids:
        group, topics = before.subscriptions[one]
        for topic in direct(topics):
            yield removal(topic, Subscription(connection, one, group))


def _held(group: str, topics: Iterable[str]) -> Item:
    """Return what the row of a connection holds of a subscription; see `connection_of`."""
    return {"S": json.dumps([group, sorted(topics)])}


def _moments(by_id: Mapping[str, int]) -> Item:
    return {"M": {one: {"N": str(at)} for one, at in by_id.items()}}
