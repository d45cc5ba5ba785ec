"""Connections in the regional table of live updates: their opening, rights and end.

A row is marked as closed before it is deleted, by the id of the call that closes it: a write that
is sent again because its answer was lost knows by it that it closed the connection itself. A closed
row counts as none, and `change_of_open` changes no such row.

The row of a counted connection has the address until the connection is uncounted, also while it is
closed. It goes only after that, so whoever finds a closed row whose closer has ended uncounts it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Final
from uuid import uuid4

from services.storage.live_addresses import AddressCounts
from services.storage.live_records import Connection, Subscription, connection_of
from services.storage.live_requests import ConditionNotMetError, LiveRequests, conditional
from services.storage.live_rows import LIFETIME_S, Item, key
from services.storage.watched_topics import WatchedTopics, direct, removal

_CONNECTION: Final = "C#"
_CLOSED_BY: Final = "closed_by"
# Whoever closed a connection so long ago has ended: its Lambda has 25 s at most.
_STALE_MS: Final = 40_000


class RefusedInitError(Exception):
    """A connection may not be initialised; `connection` is why, None: it is not known."""

    def __init__(self, connection: Connection | None) -> None:
        super().__init__("the connection is not to be initialised")
        self.connection = connection


class LiveConnections:
    """Connections of one region."""

    def __init__(
        self, requests: LiveRequests, topics: WatchedTopics, seconds: Callable[[], float]
    ) -> None:
        """Take the requests to the table; nothing is read yet.

        Args:
            requests: To the table.
            topics: Where the rows of subscriptions are, which end with their connection.
            seconds: Returns Unix seconds.
        """
        self._requests = requests
        self._topics = topics
        self._seconds = seconds
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
            **_key(connection),
            "opened": {"N": str(opened_ms)},
            "acked": {"BOOL": False},
            "subs": {"M": {}},
            "expires": self._expires(),
            **({} if address is None else {"address": {"S": address}}),
        }
        try:
            self._requests.put_item(item)
        except Exception as error:
            if address is not None:
                counted = address
                self._requests.undo(error, lambda: self._uncount(connection, counted, opened_ms))
            raise

    def read(self, connection: str) -> Connection | None:
        """Return a connection; None: it was never opened, or is closed."""
        return standing(self._requests.get_item(_key(connection)))

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
        change = change_of_open(
            connection,
            "SET acked = :yes, acked_by = :call, "
            "#until = :until, #roles = :roles, #subject = :subject",
            # One that is sent again because its answer was lost meets what it wrote itself.
            "acked_by = :call OR (acked = :no AND opened >= :earliest)",
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
            raise RefusedInitError(standing(error.row)) from error
        return before._replace(
            acknowledged=True,
            roles=None if held is None else tuple(held),
            until=until,
            subject=subject,
        )

    def close(self, connection: str) -> bool:
        """Forget a connection and its subscriptions; one that is not known is no error.

        What a fault leaves of it the next message to it finds gone, or it expires.

        Returns:
            Whether nothing of it is left; else another call may be closing it.
        """
        # First, so that no subscription is added to those that are forgotten here.
        before, ours = self._mark_closed(connection)
        if before is None:
            return True
        if _is_at_work(before, ours=ours):
            return False
        gone = {"DeleteRequest": {"Key": _key(connection)}}
        removals = [*_removals(connection, before, before.subscriptions), gone]
        self._finish(connection, before, lambda: self._topics.write(removals), ours=ours)
        return True

    def disown(self, connection: str) -> None:
        """Forget an open connection, but not the rows of its subscriptions.

        Changes still reach it, and its client comes anew when a ping finds it lost.
        """
        before, ours = self._mark_closed(connection)
        if before is None or _is_at_work(before, ours=ours):
            return
        delete = self._requests.delete_item
        self._finish(connection, before, lambda: delete(_key(connection)), ours=ours)

    def _mark_closed(self, connection: str) -> tuple[Connection | None, bool]:
        """Close a connection for those who read its row.

        Returns:
            The connection as it was, None: there is none; and whether this call closed it, or takes
            over from one that has not finished. Of several who close a connection at once, that
            one uncounts it.
        """
        now_ms = int(self._seconds() * 1000)
        change = conditional(
            _key(connection),
            f"SET {_CLOSED_BY} = :call, closed = :now",
            f"attribute_exists(pk) AND (attribute_not_exists({_CLOSED_BY}) "
            f"OR {_CLOSED_BY} = :call OR closed < :stale)",
            values={
                ":call": {"S": uuid4().hex},
                ":now": {"N": str(now_ms)},
                ":stale": {"N": str(now_ms - _STALE_MS)},
            },
        )
        try:
            return connection_of(self._update_surely(change)), True
        except ConditionNotMetError as error:
            return (None if error.row is None else connection_of(error.row)), False

    def _update_surely(self, change: Item) -> Item:
        """Send a change that knows its call, and again where its outcome is not known."""
        try:
            return self._requests.update_item(change)
        except ConditionNotMetError:
            raise
        except Exception as error:  # noqa: BLE001 - it may have been applied
            try:
                return self._requests.surely(lambda: self._requests.update_item(change))
            except ConditionNotMetError:
                raise
            except Exception as again:
                raise error from again

    def _finish(
        self, connection: str, before: Connection, forget: Callable[[], object], *, ours: bool
    ) -> None:
        """Uncount a closed connection if that is this call's, and then forget its rows.

        Where it cannot be uncounted the rows stay, so that others find it, and finish this.
        """
        address = before.address
        if not ours or address is None:
            forget()
            return
        self._requests.surely(lambda: self._uncount(connection, address, before.opened_ms))
        try:
            forget()
        except Exception as error:
            self._requests.undo(error, lambda: self._note_uncounted(connection))
            raise

    def _uncount(self, connection: str, address: str, opened_ms: int) -> None:
        self._addresses.take_back(address, opened_ms, f"{_CONNECTION}{connection}")

    def _note_uncounted(self, connection: str) -> None:
        """Let nobody who finds the row of a closed connection uncount that again."""
        change = conditional(_key(connection), "REMOVE address", f"attribute_exists({_CLOSED_BY})")
        with suppress(ConditionNotMetError):  # its row is gone
            self._requests.update_item(change)

    def _expires(self) -> Item:
        return {"N": str(int(self._seconds()) + LIFETIME_S)}


def _is_at_work(before: Connection, *, ours: bool) -> bool:
    """Return whether another call may be uncounting a closed connection."""
    return not ours and before.address is not None and before.closed_ms > 0


def standing(row: Item | None) -> Connection | None:
    """Return the connection that a row holds; None where there is none, or it was closed."""
    return None if row is None or _CLOSED_BY in row else connection_of(row)


def change_of_open(
    connection: str,
    update: str,
    condition: str,
    *,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Item] | None = None,
) -> Item:
    """Return a change of the row of a connection that is not closed; see `conditional`.

    Args:
        connection: Id of the connection.
        update: What to change.
        condition: When to change it, beside that the row is not marked as closed.
        names: Placeholders of names in both.
        values: Placeholders of values in both.
    """
    open_and = f"attribute_not_exists({_CLOSED_BY}) AND ({condition})"
    return conditional(_key(connection), update, open_and, names=names, values=values)


def _key(connection: str) -> Item:
    return key(_CONNECTION + connection, "C")


def _removals(connection: str, before: Connection, ids: Iterable[str]) -> Iterator[Item]:
    """Yield requests that delete the rows of subscriptions; those of markets expire."""
    for one in ids:
        group, topics = before.subscriptions[one]
        for topic in direct(topics):
            yield removal(topic, Subscription(connection, one, group))
