"""Subscriptions in the regional table of live updates, as the rows of their connections hold them.

A subscription's own rows and its entry in the row of its connection are one transaction, so neither
is ever there without the other.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from services.storage.live_connections import LiveConnections, change_of_open, standing
from services.storage.live_records import Connection, Group, Subscription, connection_of
from services.storage.live_requests import ConditionNotMetError, LiveRequests
from services.storage.live_rows import Item
from services.storage.watched_topics import WatchedTopics, direct

# API Gateway hands over the frames of a connection without order: for this time a `complete` ends a
# `subscribe` that is processed after it. Longer than a Lambda that starts cold takes for a frame.
EARLY_END_MS: Final = 10_000
MAX_EARLY_ENDS: Final = 20
_CONTENDED: Final = 6  # attempts at a row that other frames of the connection change, too

# Does something with each of some subscriptions; keeps their order.
Each = Callable[[Callable[[Subscription], bool], Iterable[Subscription]], list[bool]]


def _one_by_one(
    work: Callable[[Subscription], bool], members: Iterable[Subscription]
) -> list[bool]:
    return [work(one) for one in members]


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


class LiveSubscriptions:
    """Subscriptions of one region."""

    def __init__(
        self,
        requests: LiveRequests,
        connections: LiveConnections,
        topics: WatchedTopics,
        seconds: Callable[[], float],
    ) -> None:
        """Take the requests to the table; nothing is read yet.

        Args:
            requests: To the table.
            connections: The connections that subscribe.
            topics: Which subscriptions the changes of each topic concern.
            seconds: Returns Unix seconds.
        """
        self._requests = requests
        self._connections = connections
        self._topics = topics
        self._seconds = seconds

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
        change = change_of_open(
            subscription.connection,
            "SET subs.#id = :held",
            "acked = :yes AND attribute_not_exists(subs.#id) AND size(subs) < :most "
            "AND (attribute_not_exists(ended.#id) OR ended.#id < :early)",
            names={"#id": subscription.id},
            values={
                ":held": _held(subscription.group, group.topics),
                ":yes": {"BOOL": True},
                ":most": {"N": str(most)},
                ":early": {"N": str(early)},
            },
        )
        # First: who finds the rows of the subscription reads what its group shares.
        self._topics.share(subscription.group, group)
        try:
            self._requests.update_with(change, self._topics.rows(subscription, group.topics))
        except ConditionNotMetError as error:
            known = standing(error.row)
            if known is not None and known.ended.get(subscription.id, 0) >= early:
                self._forget_early_end(subscription)
                raise EndedSubscriptionError from error
            raise RefusedSubscriptionError(known) from error

    def extend(
        self,
        members: Iterable[Subscription],
        topics: frozenset[str],
        *,
        each: Each = _one_by_one,
        is_late: Callable[[], bool] = lambda: False,
    ) -> list[Subscription]:
        """Store that more topics concern subscriptions; those that were ended stay so.

        Changes of a market find a subscription by its other topics; see `WatchedTopics`.

        Args:
            members: Subscriptions of one group.
            topics: The further topics.
            each: Does something with each of some subscriptions, several at once.
            is_late: Whether there is no time to begin with another subscription.

        Returns:
            Those for whom there was no time. Their rows say so, so that whoever sends them the
            state does the rest.

        Raises:
            ContendedRowError: A subscription was changed by others each time.
        """
        following, more = list(members), frozenset(direct(topics))
        if not more:
            return []
        done = each(lambda one: not is_late() and self._follow(one, more), following)
        return [one for one, follows in zip(following, done, strict=True) if not follows]

    def _follow(self, one: Subscription, topics: frozenset[str]) -> bool:
        """Store that topics concern a subscription, unless it was ended.

        Its id may stand for another operation by now, whose rows are others.

        Raises:
            ContendedRowError: It was changed by others each time.
        """
        for number in range(_CONTENDED):
            if number:
                self._requests.pause(number)
            known = self._connections.read(one.connection)
            group, held = ("", ()) if known is None else known.subscriptions.get(one.id, ("", ()))
            if group != one.group:
                return True
            wanted = topics.union(held)
            change = change_of_open(
                one.connection,
                "SET subs.#id = :more",
                "subs.#id = :held",
                names={"#id": one.id},
                values={":held": _held(group, held), ":more": _held(group, wanted)},
            )
            try:
                # All of them, as each says which others there are.
                self._requests.update_with(change, self._topics.rows(one, wanted))
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
            known = self._connections.read(connection)
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
            known = self._connections.read(connection)
            if known is None or subscription_id not in known.subscriptions:
                return False
            if self._unsubscribe(connection, subscription_id, known):
                return True
        raise ContendedRowError(connection)

    def _unsubscribe(self, connection: str, subscription_id: str, known: Connection) -> bool:
        """Forget a subscription with its rows; False: the row of the connection has changed."""
        group, topics = known.subscriptions[subscription_id]
        change = change_of_open(
            connection,
            "REMOVE subs.#id",
            "subs.#id = :held",
            names={"#id": subscription_id},
            values={":held": _held(group, topics)},
        )
        one = Subscription(connection, subscription_id, group)
        try:
            self._requests.update_with(change, gone=self._topics.keys(one, topics))
        except ConditionNotMetError:
            return False
        return True

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
        change = change_of_open(connection, update, condition, names=names, values=values)
        try:
            before = self._requests.update_item(change)
        except ConditionNotMetError:
            return None
        return connection_of(before)

    def _now_ms(self) -> int:
        return int(self._seconds() * 1000)


def _held(group: str, topics: Iterable[str]) -> Item:
    """Return what the row of a connection holds of a subscription; see `connection_of`."""
    return {"S": json.dumps([group, sorted(topics)])}


def _moments(by_id: Mapping[str, int]) -> Item:
    return {"M": {one: {"N": str(at)} for one, at in by_id.items()}}
