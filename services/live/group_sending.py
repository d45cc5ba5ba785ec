"""Sends groups of subscriptions the state of a changed topic, each the same state."""

from collections.abc import Callable, Iterable
from typing import Final

from graphql_schema.errors import BAD_REQUEST, FORBIDDEN, UNAUTHENTICATED
from services.domain import faults
from services.live import protocol
from services.live.deliveries import Delivery, Left, Sent, digest_of
from services.live.evaluation import Evaluate, Evaluation, Rights
from services.live.posting import MAX_BYTES, Posted, Posting
from services.live.report import Report
from services.live.sockets import TOO_LARGE
from services.storage.live_records import Group, Subscription
from services.storage.live_rows import Item
from services.storage.live_table import LiveTable
from services.storage.watched_topics import direct, removal

LEAST_S: Final = 1.0
"""Seconds for the posts of a state, whenever it was read."""

ANSWERED_MS: Final = 12_000
"""Milliseconds until a client has its first state: the Lambda that answers with it has ten s."""

_ROUNDS: Final = 3  # of reading a state, where it concerns further topics


class GroupSender:
    """Evaluates groups and sends them their states; ends those that get none any more."""

    def __init__(
        self,
        table: LiveTable,
        evaluate: Evaluate,
        rights: Rights,
        posting: Posting,
        clock: Callable[[], float],
    ) -> None:
        """Take what evaluates states and sends them; nothing is read or sent yet.

        Args:
            table: Connections and subscriptions.
            evaluate: Returns the state of a subscription.
            rights: Returns which roles of a person hold.
            posting: Reaches connections.
            clock: Returns Unix seconds.
        """
        self._table = table
        self._evaluate = evaluate
        self._rights = rights
        self._posting = posting
        self._clock = clock

    def attempt(self, group: Delivery, left: Left, ends: float, report: Report) -> None:
        """Send a group its state; note whom it did not reach."""
        parts = self._with_rights(group, left, ends, report)
        for at, part in enumerate(parts):
            if at and self._clock() > ends:
                left.late += part.members
                continue
            try:
                self._deliver_group(part, left, ends, report)
            except Exception as error:  # noqa: BLE001 - others must not wait for this one
                report.note([error])
                left.faulted += part.members

    def _stop(self, ends: float) -> float:
        """Return until when work is begun: a message gets on, whatever took its time before."""
        return max(ends, self._clock() + LEAST_S)

    def _with_rights(
        self, group: Delivery, left: Left, ends: float, report: Report
    ) -> list[Delivery]:
        """Split a group by the roles that its members have now; end what has expired."""
        now, stops = self._clock(), self._stop(ends)
        unread: set[tuple[str, tuple[str, ...]]] = set()
        parts: dict[tuple[str, ...] | None, list[Subscription]] = {}
        expired: list[Subscription] = []
        for one in group.members:
            if one.until and one.until <= now:
                expired.append(one)
                continue
            if (one.subject, one.roles) in unread:
                left.faulted.append(one)
                continue
            if self._clock() > stops:
                left.late.append(one)
                continue
            try:
                held = None if group.query.roles is None else self._rights(one.subject, one.roles)
            except Exception as error:  # noqa: BLE001 - nobody gets more, and others get theirs
                report.note([error])
                unread.add((one.subject, one.roles))
                left.faulted.append(one)
                continue
            parts.setdefault(held, []).append(one)
        # Its rights ended; other subscriptions of the connection stay.
        reason = ("the token has expired; sign in again", UNAUTHENTICATED)
        self._end(expired, group.rows_of, reason, left, report, stops=stops)
        return [
            group._replace(query=group.query._replace(roles=roles), members=members)
            for roles, members in parts.items()
        ]

    def _deliver_group(self, group: Delivery, left: Left, ends: float, report: Report) -> None:
        """Send a group its state; note whom it did not reach."""
        topics, followed = group.rows_of, frozenset[str]()
        for _ in range(_ROUNDS):
            state = self._evaluate(group.query)
            report.evaluations += 1
            report.note(state.faults)
            if state.faults:
                left.faulted += group.members
                return
            refused = _refusal(state)
            if refused is not None:
                self._end(group.members, topics, refused, left, report, stops=self._stop(ends))
                return
            # Each by its own row: another one of the group, or a follow-up, may have come first.
            wanted = frozenset(direct(state.topics)) - followed
            behind = group.without(wanted)
            if not behind and state.topics <= group.topics:
                break
            # Such as the market of a store that did not exist when it was subscribed to. Read
            # again afterwards, as its changes in between have not found the subscriptions.
            group = self._extend(group, behind, wanted, left, self._stop(ends))
            group = self._shared(group, state.topics)
            followed |= wanted
            topics |= state.topics
            if not group.members:
                return
        left.sent.append(Sent(group.name, group.query, digest_of(state.data)))
        payload = protocol.payload_of(state.data, state.errors)
        messages, members, large = [], [], []
        for one in group.members:
            message = protocol.next_message(one.id, payload)
            if len(message.encode()) > MAX_BYTES:
                large.append(one)
                continue
            messages.append((one.connection, message))
            members.append(one)
        text = f"the state has more than {MAX_BYTES} bytes; select less of it"
        stops = self._stop(ends)
        self._end(large, topics, (text, TOO_LARGE), left, report, stops=stops)
        # However long the state took to read, it is sent to some.
        stops = self._stop(ends)
        posted = self._posting.post_all(messages, lambda: self._clock() > stops)
        self._settle(zip(members, posted, strict=True), topics, left, self._stop(ends), report)

    def _extend(
        self,
        group: Delivery,
        behind: list[Subscription],
        topics: frozenset[str],
        left: Left,
        stops: float,
    ) -> Delivery:
        """Have more topics concern members; return their group without those left for later."""
        late = self._table.subscriptions.extend(
            behind, topics, each=self._posting.each, is_late=lambda: self._clock() > stops
        )
        left.late += late
        missing = frozenset(late)
        return group._replace(members=[one for one in group.members if one not in missing])

    def _shared(self, group: Delivery, topics: frozenset[str]) -> Delivery:
        """Return a group of which more topics are known to concern one, which is stored."""
        shared = group.topics | topics
        if shared != group.topics:
            self._table.topics.write_shared(group.name, Group(group.query.dump(), shared))
        return group._replace(topics=shared)

    def _settle(
        self,
        sent: Iterable[tuple[Subscription, Posted]],
        topics: Iterable[str],
        left: Left,
        stops: float,
        report: Report,
    ) -> None:
        """Note what became of messages."""
        by_result: dict[Posted, list[Subscription]] = {one: [] for one in Posted}
        for one, posted in sent:
            by_result[posted].append(one)
        throttled, denied = by_result[Posted.THROTTLED], by_result[Posted.DENIED]
        failed, refused = by_result[Posted.FAILED], by_result[Posted.REFUSED]
        report.posts += len(by_result[Posted.SENT])
        answered_ms = self._clock() * 1000 - ANSWERED_MS
        left.young += [one for one in by_result[Posted.SENT] if one.made_ms > answered_ms]
        report.throttled += len(throttled)
        report.failed += len(throttled) + len(denied) + len(failed) + len(refused)
        left.failed += failed
        left.faulted += [*throttled, *denied]
        left.late += by_result[Posted.LATE]
        reason = ("the state cannot be sent; subscribe again", faults.INTERNAL)
        self._end(refused, topics, reason, left, report, stops=stops)
        gone = by_result[Posted.GONE]
        report.gone += len(gone)

        def forget(one: Subscription) -> Exception | None:
            if self._clock() > stops:
                return None  # the next message finds it gone, too
            try:
                self.forget(one, topics)
            except Exception as error:  # noqa: BLE001 - the next message finds it gone, too
                return error
            return None

        report.note(error for error in self._posting.each(forget, gone) if error is not None)

    def _end(
        self,
        members: Iterable[Subscription],
        topics: Iterable[str],
        reason: tuple[str, str],
        left: Left,
        report: Report,
        *,
        stops: float,
    ) -> None:
        """End subscriptions alone, and say why, by message and code; after `stops` none."""
        text, code = reason
        error = {"message": text, "extensions": {"code": code}}

        def end(one: Subscription) -> bool | Exception | None:
            if self._clock() > stops:
                return None
            # Forgotten first: the client may use the id again when it hears of the end.
            try:
                if not self._table.subscriptions.unsubscribe(one.connection, one.id):
                    # A row that led here all the same; a client ignores the end of an unknown id.
                    self._table.topics.write(_removals(one, topics))
                message = protocol.error_message(one.id, [error])
                sent = self._posting.post(one.connection, message) is Posted.SENT
                if not sent:
                    # No silent end: the client notices that its connection is closed.
                    self._posting.close(one.connection)
            except Exception as fault:  # noqa: BLE001 - others must not wait for this one
                return fault
            return sent

        ending = list(members)
        for one, done in zip(ending, self._posting.each(end, ending), strict=True):
            if isinstance(done, Exception):
                report.note([done])
                left.faulted.append(one)
            elif done is None:
                left.late.append(one)
            else:
                report.posts += done

    def forget(self, one: Subscription, topics: Iterable[str]) -> None:
        """Forget a connection, and a subscription of it that its row may not know.

        While another call closes the connection that subscription stays: if that call ends before
        its work is done, the next message to it finds it gone.
        """
        if self._table.connections.close(one.connection):
            self._table.topics.write(_removals(one, topics))


def _removals(one: Subscription, topics: Iterable[str]) -> list[Item]:
    """Return requests that delete the rows of a subscription that its connection does not know."""
    return [removal(topic, one) for topic in direct(sorted({*topics, *one.also}))]


def _refusal(state: Evaluation) -> tuple[str, str] | None:
    """Return message and code of an operation that is not served any more; else None.

    The roles of now do not allow it, or the schema has changed since it was subscribed to.
    """
    for error in state.errors if state.data is None else ():
        code = error.get("extensions", {}).get("code", BAD_REQUEST)
        if code in {FORBIDDEN, UNAUTHENTICATED} or not state.executed:
            return error["message"], code
    return None
