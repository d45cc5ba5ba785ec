"""Sends the new state of changed topics to their subscriptions.

The work of a change does not grow with its subscribers but for the posts: subscriptions with the
same operation, variables and rights are one group, and a group is evaluated once.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from services.domain.live import topics as naming
from services.domain.live.topics import MARKET, InvalidTopicMessageError, TopicMessage
from services.live import protocol
from services.live.evaluation import Evaluate
from services.live.posting import MAX_BYTES, Posted, Posting
from services.live.query import LiveQuery
from services.live.report import Report
from services.live.sockets import TOO_LARGE
from services.storage.live import Group, LiveTable, Subscription

# A window ends by the clock of the machine that saw the change; clocks of Lambda's machines differ
# by less.
_MARGIN_MS: Final = 20
_LONGEST_WAIT_MS: Final = naming.WINDOW_MS + 2 * _MARGIN_MS
_BUDGET_S: Final = 5.0  # of one topic; the Lambda has 25 seconds, for up to five topics
_PAUSE_S: Final = 0.5
UNAUTHENTICATED: Final = "UNAUTHENTICATED"


class StateFailedError(RuntimeError):
    """The state of a topic cannot be read or sent now; its message comes again."""


class FanOut:
    """Works on the messages of the queue of topics."""

    def __init__(
        self,
        table: LiveTable,
        evaluate: Evaluate,
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
            posting: Reaches connections.
            send: Sends entries of one `SendMessageBatch` request to the queue of topics.
            clock: Returns Unix seconds.
            sleep: Waits some seconds.
        """
        self._table = table
        self._evaluate = evaluate
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
        for record in event["Records"]:
            try:
                message: TopicMessage = naming.read(record["body"])
            except InvalidTopicMessageError as error:
                report.note([error])  # it would be no better the next time
                continue
            records.setdefault(message.topic, []).append(record["messageId"])
            until[message.topic] = max(until.get(message.topic, 0), message.until_ms)
        failed: list[str] = []
        for topic, messages in records.items():
            try:
                try:
                    self._deliver(topic, until[topic], report)
                except StateFailedError:
                    # At once here; the queue shows a message again after half a minute only.
                    self._sleep(_PAUSE_S)
                    self._deliver(topic, until[topic], report)
            except Exception as error:  # noqa: BLE001 - other topics must not wait for this one
                report.note([error])
                failed += messages
        return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}

    def _deliver(self, topic: str, until_ms: int, report: Report) -> None:
        report.topics += 1
        if topic.startswith(MARKET):
            self._relay(self._table.watched(topic))
            return
        if not self._table.is_watched(topic):
            return
        wait_ms = until_ms + _MARGIN_MS - self._clock() * 1000
        if wait_ms > 0:
            self._sleep(min(wait_ms, _LONGEST_WAIT_MS) / 1000)
        groups: dict[str, list[Subscription]] = {}
        for one in self._table.subscriptions(topic):
            groups.setdefault(one.group, []).append(one)
        known = self._table.known_groups(groups)
        ends = self._clock() + _BUDGET_S
        # What most wait for comes first: whoever makes up many operations delays their own.
        for name, members in sorted(groups.items(), key=lambda one: -len(one[1])):
            if self._clock() > ends:
                report.late += len(members)
            elif name in known:
                self._deliver_group(topic, known[name], members, report)

    def _relay(self, watched: Iterable[str]) -> None:
        now_ms = int(self._clock() * 1000)
        entries = [naming.entry(at, one, now_ms) for at, one in enumerate(watched)]
        for at in range(0, len(entries), naming.AT_ONCE):
            self._send(entries[at : at + naming.AT_ONCE])

    def _deliver_group(
        self, topic: str, group: Group, members: list[Subscription], report: Report
    ) -> None:
        now = self._clock()
        expired = [one for one in members if one.until and one.until <= now]
        for one in expired:
            # Its rights ended; other subscriptions of the connection stay.
            self._end(one, "the token has expired; sign in again", UNAUTHENTICATED, report)
        members = [one for one in members if one not in expired] if expired else members
        if not members:
            return
        state = self._evaluate(LiveQuery.load(group.query))
        report.evaluations += 1
        report.note(state.faults)
        if state.faults:
            raise StateFailedError(f"the state of {topic} cannot be read now")
        payload = protocol.payload_of(state.data, state.errors)
        if len(payload.encode()) > MAX_BYTES - 2 * protocol.MAX_ID:
            for one in members:
                text = f"the state has more than {MAX_BYTES} bytes; select less of it"
                self._end(one, text, TOO_LARGE, report)
            return
        if not state.topics <= group.topics:
            # Such as the market of a store that did not exist when it was subscribed to.
            self._table.follow(members, Group(group.query, state.topics | group.topics))
        messages = ((one.connection, protocol.next_message(one.id, payload)) for one in members)
        failed_before = report.failed
        for one, posted in zip(members, self._posting.post_all(messages), strict=True):
            self._note(topic, one, posted, report)
        if report.failed > failed_before:
            # To those who have it already it says nothing new.
            raise StateFailedError(f"the state of {topic} did not reach everybody")

    def _end(self, one: Subscription, text: str, code: str, report: Report) -> None:
        error = {"message": text, "extensions": {"code": code}}
        posted = self._posting.post(one.connection, protocol.error_message(one.id, [error]))
        report.posts += posted is Posted.SENT
        self._table.unsubscribe(one.connection, one.id)

    def _note(self, topic: str, one: Subscription, posted: Posted, report: Report) -> None:
        if posted is Posted.SENT:
            report.posts += 1
        elif posted is Posted.GONE:
            report.gone += 1
            self._table.close(one.connection)
            self._table.drop(topic, one)
        else:
            report.failed += 1
