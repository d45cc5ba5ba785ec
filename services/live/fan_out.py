"""Sends the new state of changed topics to their subscriptions.

The work of a change does not grow with its subscribers but for the posts: subscriptions with the
same operation, variables and rights are one group, and a group is evaluated once.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from graphql_schema.errors import FORBIDDEN, UNAUTHENTICATED
from services.domain.live import topics as naming
from services.domain.live.topics import MARKET, InvalidTopicMessageError, TopicMessage
from services.domain.queue_messages import AT_ONCE
from services.live import protocol
from services.live.evaluation import Evaluate, Evaluation, Rights
from services.live.posting import MAX_BYTES, Posted, Posting
from services.live.query import LiveQuery
from services.live.report import Report
from services.live.sockets import TOO_LARGE
from services.storage.live import LiveTable
from services.storage.live_records import Group, Subscription

# A window ends by the clock of the machine that saw the change; clocks of Lambda's machines differ
# by less.
_MARGIN_MS: Final = 20
_LONGEST_WAIT_MS: Final = naming.WINDOW_MS + 2 * _MARGIN_MS
_BUDGET_S: Final = 5.0  # of one topic; the Lambda has 25 seconds, for up to five topics
_PAUSE_S: Final = 0.5


class StateFailedError(RuntimeError):
    """The state of a topic cannot be read or sent now; its message comes again."""


class FanOut:
    """Works on the messages of the queue of topics."""

    def __init__(
        self,
        table: LiveTable,
        evaluate: Evaluate,
        rights: Rights,
        posting: Posting,
        send: Callable[[list[dict[str, Any]]], object],
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Prepare.

        Args:
            table: Connections and subscriptions.
            evaluate: Returns the state of a subscription.
            rights: Returns which roles of a person hold.
            posting: Reaches connections.
            send: Sends entries of one `SendMessageBatch` request to the queue of topics.
            clock: Returns Unix seconds.
            sleep: Waits some seconds.
        """
        self._table = table
        self._evaluate = evaluate
        self._rights = rights
        self._posting = posting
        self._send = send
        self._clock = clock
        self._sleep = sleep

    def answer(self, event: Mapping[str, Any], report: Report) -> dict[str, Any]:
        """Work on an event of the queue.

        Returns:
            The messages that shall come again: those of topics whose state cannot be read.
        """
        records: dict[str, list[str]] = {}
        until: dict[str, int] = {}
        begin: dict[str, int] = {}
        for record in event["Records"]:
            try:
                message: TopicMessage = naming.read(record["body"])
            except InvalidTopicMessageError as error:
                report.note([error])  # it would be no better the next time
                continue
            topic = message.topic
            records.setdefault(topic, []).append(record["messageId"])
            until[topic] = max(until.get(topic, 0), message.until_ms)
            begin[topic] = min(begin.get(topic, message.begin), message.begin)
        failed: list[str] = []
        for topic, messages in records.items():
            try:
                self._deliver(topic, until[topic], begin[topic], report)
            except Exception as error:  # noqa: BLE001 - other topics must not wait for this one
                report.note([error])
                failed += messages
        return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}

    def _deliver(self, topic: str, until_ms: int, begin: int, report: Report) -> None:
        report.topics += 1
        if topic.startswith(MARKET):
            self._relay(self._table.topics.watched(topic))
            return
        if not self._table.topics.is_watched(topic):
            return
        wait_ms = until_ms + _MARGIN_MS - self._clock() * 1000
        if wait_ms > 0:
            self._sleep(min(wait_ms, _LONGEST_WAIT_MS) / 1000)
        members: dict[str, list[Subscription]] = {}
        for one in self._table.topics.subscriptions(topic):
            members.setdefault(one.group, []).append(one)
        groups = [
            _Delivery(LiveQuery.load(group.query), group.topics, members[name])
            for name, group in self._table.topics.known_groups(members).items()
        ]
        groups.sort(key=_Delivery.place)
        ends = self._clock() + _BUDGET_S
        unreached: list[_Delivery] = []
        for at, group in enumerate(groups[begin:], begin):
            if self._clock() > ends and at > begin:
                # Another message goes on with the rest, after those of other topics.
                report.late += sum(len(one.members) for one in groups[at:])
                self._send([naming.entry(0, topic, int(self._clock() * 1000), at)])
                break
            unreached += self._attempt(group, report)
        if unreached:
            # At once here; the queue shows a message again after half a minute only.
            self._sleep(_PAUSE_S)
            again = [self._attempt(group, report) for group in unreached]
            if any(again):
                raise StateFailedError(f"the state of {topic} did not reach everybody")

    def _attempt(self, group: "_Delivery", report: Report) -> "list[_Delivery]":
        """Send a group its state; return what is to be sent again."""
        try:
            return [
                left
                for part in self._with_rights(group, report)
                if (left := self._deliver_group(part, report)).members
            ]
        except Exception as error:  # noqa: BLE001 - other groups must not wait for this one
            report.note([error])
            return [group]

    def _with_rights(self, group: "_Delivery", report: Report) -> "list[_Delivery]":
        """Split a group by the roles that its members have now; end what has expired."""
        now = self._clock()
        parts: dict[tuple[str, ...] | None, list[Subscription]] = {}
        for one in group.members:
            if one.until and one.until <= now:
                # Its rights ended; other subscriptions of the connection stay.
                self._end(one, "the token has expired; sign in again", UNAUTHENTICATED, report)
                continue
            held = None if group.query.roles is None else self._rights(one.subject, one.roles)
            parts.setdefault(held, []).append(one)
        return [
            group._replace(query=group.query._replace(roles=roles), members=members)
            for roles, members in parts.items()
        ]

    def _relay(self, watched: Iterable[str]) -> None:
        now_ms = int(self._clock() * 1000)
        entries = [naming.entry(at, one, now_ms) for at, one in enumerate(watched)]
        for at in range(0, len(entries), AT_ONCE):
            self._send(entries[at : at + AT_ONCE])

    def _deliver_group(self, group: "_Delivery", report: Report) -> "_Delivery":
        """Send a group its state; return the group with those members that it did not reach."""
        state = self._evaluate(group.query)
        report.evaluations += 1
        report.note(state.faults)
        if state.faults:
            return group
        refused = _refusal(state)
        if refused is not None:
            for one in group.members:
                self._end(one, *refused, report)
            return group._replace(members=[])
        if not state.topics <= group.topics:
            # Such as the market of a store that did not exist when it was subscribed to.
            shared = Group(group.query.dump(), state.topics | group.topics)
            self._table.extend(group.members, shared)
        payload = protocol.payload_of(state.data, state.errors)
        messages, members = [], []
        for one in group.members:
            message = protocol.next_message(one.id, payload)
            if len(message.encode()) > MAX_BYTES:
                text = f"the state has more than {MAX_BYTES} bytes; select less of it"
                self._end(one, text, TOO_LARGE, report)
                continue
            messages.append((one.connection, message))
            members.append(one)
        return group._replace(
            members=[
                one
                for one, posted in zip(members, self._posting.post_all(messages), strict=True)
                if not self._settled(group, one, posted, report)
            ]
        )

    def _end(self, one: Subscription, text: str, code: str, report: Report) -> None:
        error = {"message": text, "extensions": {"code": code}}
        posted = self._posting.post(one.connection, protocol.error_message(one.id, [error]))
        report.posts += posted is Posted.SENT
        self._table.unsubscribe(one.connection, one.id)

    def _settled(
        self, group: "_Delivery", one: Subscription, posted: Posted, report: Report
    ) -> bool:
        """Note what became of a message; whether it is not to be sent again."""
        if posted is Posted.SENT:
            report.posts += 1
        elif posted is Posted.GONE:
            report.gone += 1
            self._table.close(one.connection)
            for topic in group.topics:
                if not topic.startswith(MARKET):
                    self._table.topics.drop(topic, one)
        else:
            report.failed += 1
            report.throttled += posted is Posted.THROTTLED
            if posted is Posted.REFUSED:
                self._table.unsubscribe(one.connection, one.id)
                return True
            return False
        return True


class _Delivery(NamedTuple):
    """What is to be sent to whom: a group, or a part of one."""

    query: LiveQuery
    topics: frozenset[str]
    members: list[Subscription]

    def place(self) -> tuple[bool, int, str]:
        """Staff come first, then what most wait for: many operations delay those alone."""
        return self.query.roles is None, -len(self.members), self.query.group


def _refusal(state: Evaluation) -> tuple[str, str] | None:
    """Return message and code of a state that the roles of now do not allow; else None."""
    for error in state.errors if state.data is None else ():
        code = error.get("extensions", {}).get("code")
        if code in {FORBIDDEN, UNAUTHENTICATED}:
            return error["message"], code
    return None
