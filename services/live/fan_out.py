"""Sends the new state of changed topics to their subscriptions.

The work of a change does not grow with its subscribers but for the posts: subscriptions with the
same operation, variables and rights are one group, and a group is evaluated once.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from services.domain.live import topics as naming
from services.domain.live.topics import (
    LAST_ATTEMPT,
    LAST_CHECK,
    MARKET,
    ORDERS,
    InvalidTopicMessageError,
    SentState,
    TopicMessage,
)
from services.domain.queue_messages import AT_ONCE
from services.live import protocol
from services.live.deliveries import Delivery, Left, Sent, Waiting, digest_of, joined, names_of
from services.live.evaluation import Evaluate, Rights
from services.live.group_sending import LEAST_S, GroupSender
from services.live.posting import Posting
from services.live.query import LiveQuery
from services.live.report import Report
from services.storage.capacity import Capacity
from services.storage.live_records import Subscription
from services.storage.live_table import LiveTable

# A window ends by the clock of the machine that saw the change; clocks of Lambda's machines differ
# by less.
_MARGIN_MS: Final = 20
_LONGEST_WAIT_MS: Final = naming.WINDOW_MS + 2 * _MARGIN_MS
_BUDGET_S: Final = 5.0  # of one topic
# The Lambda has 25 seconds. Topics are begun in the first eight; after seventeen no table is
# read any more, and what was begun by then may take four.
_BATCH_BUDGET_S: Final = 8.0
_TABLES_S: Final = 17.0
_RELAYED_AT_ONCE: Final = 320  # topics
_READ_AT_ONCE: Final = 100  # groups, each with a document of a client; one request
_PAUSE_S: Final = 0.5
# Boards are read through an index that follows the table, mostly within milliseconds.
_INDEX_S: Final = 1.0


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
        """Take what evaluates states and sends them; nothing is read or sent yet.

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
        self._sender = GroupSender(table, evaluate, rights, posting, clock)
        self._posting = posting
        self._send = send
        self._clock = clock
        self._sleep = sleep

    def answer(self, event: Mapping[str, Any], report: Report) -> dict[str, Any]:
        """Work on an event of the queue.

        Returns:
            The messages that shall come again: those of topics whose state cannot be read, and
            follow-ups that are not due.
        """
        with Capacity(time.monotonic() + _TABLES_S):
            return self._answer(event, report)

    def _answer(self, event: Mapping[str, Any], report: Report) -> dict[str, Any]:
        records: dict[TopicMessage, list[str]] = {}
        for record in event["Records"]:
            try:
                message = naming.read(record["body"])
            except InvalidTopicMessageError as error:
                report.note([error])  # it would be no better the next time
                continue
            records.setdefault(message, []).append(record["messageId"])
        failed: list[str] = []
        boards: dict[TopicMessage, list[Sent]] = {}
        records = joined(records)
        ends = self._clock() + _BATCH_BUDGET_S
        stops = self._clock() + _TABLES_S
        for message, ids in records.items():
            if message.attempt and message.until_ms > self._clock() * 1000:
                failed += ids  # it is due when the queue shows it again
                continue
            try:
                if self._clock() > ends:
                    self._postpone(message)
                    continue
                if message.sent:
                    self._compare(message, stops, report)
                    continue
                sent = self._deliver(message, stops, report)
                is_board = message.topic.startswith(ORDERS) and not message.attempt
                if is_board and message.checks < LAST_CHECK and sent:
                    boards[message] = sent
            except Exception as error:  # noqa: BLE001 - other topics must not wait for this one
                report.note([error])
                failed += ids
        failed += [one for board in self._changed(boards, stops, report) for one in records[board]]
        return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}

    def _postpone(self, message: TopicMessage) -> None:
        """Put a message at the end of its group: those before it took all the time."""
        if message.sent:
            self._put_off(message, message.sent)
        elif message.names is not None:
            self._pass_on(message, message.names, message.attempt)
        elif message.after:
            rest = naming.market_rest(message.topic, self._after_ms(message), message.after)
            self._send([rest])
        else:
            self._send_again(message)

    def _pass_on(self, message: TopicMessage, names: Collection[str], attempt: int) -> None:
        """Have the state of a topic sent to those who are named by another message."""
        checks = 0 if attempt else message.checks
        for entry in naming.rest(
            message.topic, self._after_ms(message), names, attempt, checks=checks
        ):
            self._send([entry])

    def _put_off(self, message: TopicMessage, sent: Sequence[SentState]) -> None:
        """Have states that were sent compared with those of now by another message.

        What was put off again and again is sent once more, and compared no more: in the group of
        the topic, where no older state comes after it.
        """
        if message.checks >= LAST_CHECK:
            self._pass_on(message, {one.group for one in sent}, 0)
            return
        after_ms, checks = self._after_ms(message), message.checks + 1
        for entry in naming.comparisons(message.topic, after_ms, sent, checks):
            self._send([entry])

    def _send_again(self, message: TopicMessage) -> None:
        """Have the state of a topic sent to all of it by another message."""
        self._send([naming.entry(0, message.topic, self._after_ms(message))])

    def _after_ms(self, message: TopicMessage) -> int:
        """Return the time, no earlier than the end of a message's window.

        What a machine whose clock lags sends after the message is in no window before.
        """
        return max(int(self._clock() * 1000), message.until_ms)

    def _changed(
        self, boards: Mapping[TopicMessage, list[Sent]], stops: float, report: Report
    ) -> list[TopicMessage]:
        """Send boards again that are others when the index has followed the table.

        Returns:
            Those that could not be read.
        """
        unread: list[TopicMessage] = []
        if boards:
            self._sleep(_INDEX_S)
        for message, sent in boards.items():
            try:
                self._send_changed(message, sent, stops, report)
            except Exception as error:  # noqa: BLE001 - others must not wait for this one
                report.note([error])
                unread.append(message)
        return unread

    def _send_changed(
        self, message: TopicMessage, sent: Sequence[Sent], stops: float, report: Report
    ) -> None:
        """Have the state of a topic sent again if it is another one than was sent.

        Where there is no time to find that out, or a fault, another message has it found out.
        """
        for at, one in enumerate(sent):
            if self._clock() > stops:
                self._put_off(message, [later.sent_state for later in sent[at:]])
                return
            state = self._evaluate(one.query)
            if state.faults:
                report.note(state.faults)
                self._put_off(message, [one.sent_state])
            elif digest_of(state.data) != one.digest:
                self._send_again(message)
                return

    def _compare(self, message: TopicMessage, stops: float, report: Report) -> None:
        """Do what `_send_changed` does for the states that a message says were sent."""
        self._wait_for_window(message)
        if self._clock() > stops:
            self._put_off(message, message.sent)
            return
        known = self._table.topics.known_groups(one.group for one in message.sent)
        sent = [
            Sent(
                one.group,
                LiveQuery.load(known[one.group].query)._replace(roles=one.roles),
                one.digest,
            )
            for one in message.sent
            if one.group in known
        ]
        self._send_changed(message, sent, stops, report)

    def _wait_for_window(self, message: TopicMessage) -> None:
        """Look at nothing before the window of a message has ended."""
        wait_ms = message.until_ms + _MARGIN_MS - self._clock() * 1000
        if wait_ms > 0:
            self._sleep(min(wait_ms, _LONGEST_WAIT_MS) / 1000)

    def _deliver(self, message: TopicMessage, stops: float, report: Report) -> list[Sent]:
        """Send the state of a topic to those whom it concerns; return what was sent.

        Args:
            message: What the queue says of the topic.
            stops: Unix seconds after which no state is compared any more.
            report: Counts.
        """
        report.topics += 1
        # Also where nobody watches yet: who does before the window ends reads a state that lacks
        # the window's later changes, and the queue has no further message about them.
        self._wait_for_window(message)
        if message.topic.startswith(MARKET):
            self._relay(message)
            return []
        ends = self._clock() + _BUDGET_S
        waiting = self._waiting(message)
        left = Left()
        groups = self._attempt_all(message.topic, waiting, left, ends, report)
        if left.unreached and self._clock() <= ends:
            # At once here; a follow-up comes after half a minute only.
            self._sleep(_PAUSE_S)
            left = self._attempt_again(groups, left, ends, report)
        # Their first state, which is the answer of another Lambda, may come after this one.
        self._pass_on(message, names_of(waiting, left.young), max(1, message.attempt))
        topics = {group.name: group.rows_of for group in groups}
        self._follow_up(message, waiting, left, topics, report)
        if message.attempt:
            # A follow-up is in a group of its own: a change's state may have been sent before it.
            self._send_changed(message, left.sent, stops, report)
        return left.sent

    def _attempt_again(
        self, groups: Iterable[Delivery], before: Left, ends: float, report: Report
    ) -> Left:
        """Send their states to those who were not reached, as long as there is time."""
        unreached, left = before.unreached, Left(before.late, before.sent, before.young)
        for group in groups:
            members = [one for one in group.members if one in unreached]
            if not members:
                continue
            if self._clock() > ends:
                left.keep(members, before)
            else:
                self._sender.attempt(group._replace(members=members), left, ends, report)
        return left

    def _attempt_all(
        self, topic: str, waiting: Sequence[Waiting], left: Left, ends: float, report: Report
    ) -> list[Delivery]:
        """Send groups their states as long as there is time; return those that were begun."""
        begun: list[Delivery] = []
        for at, group in enumerate(self._groups(topic, waiting)):
            if self._clock() > ends and begun:
                left.late += [one for later in waiting[at:] for one in later.members]
                break
            if group is not None:
                begun.append(group)
                self._sender.attempt(group, left, ends, report)
        return begun

    def _waiting(self, message: TopicMessage) -> list[Waiting]:
        """Return to whom a state is to be sent, by group, in the order of sending."""
        members: dict[str, list[Subscription]] = {}
        names = message.names
        for one in self._table.topics.subscriptions(message.topic):
            if names is None or one.group in names or one.name in names:
                members.setdefault(one.group, []).append(one)
        groups = [
            Waiting(name, held, whole=names is None or name in names)
            for name, held in members.items()
        ]
        return sorted(groups, key=Waiting.place)

    def _groups(self, topic: str, waiting: Sequence[Waiting]) -> Iterator[Delivery | None]:
        """Yield what is to be sent to each group, read a few at a time; None: it has expired."""
        for begin in range(0, len(waiting), _READ_AT_ONCE):
            page = waiting[begin : begin + _READ_AT_ONCE]
            known = self._table.topics.known_groups(one.name for one in page)
            for one in page:
                group = known.get(one.name)
                if group is None:
                    yield None
                    continue
                query = LiveQuery.load(group.query)
                yield Delivery(one.name, query, group.topics, one.members, topic)

    def _follow_up(
        self,
        message: TopicMessage,
        waiting: list[Waiting],
        left: Left,
        topics: Mapping[str, frozenset[str]],
        report: Report,
    ) -> None:
        """Have further messages reach those whom this one did not.

        Raises:
            StateFailedError: They were not reached again and again, for faults of the service.
        """
        if left.late:
            # After those of other topics.
            report.late += len(left.late)
            self._pass_on(message, names_of(waiting, left.late), message.attempt)
        attempt = message.attempt + 1
        if attempt <= LAST_ATTEMPT:
            self._pass_on(message, names_of(waiting, [*left.failed, *left.faulted]), attempt)
            return
        stops = self._clock() + LEAST_S

        def give_up(one: Subscription) -> bool:
            if self._clock() > stops:
                return False
            self._give_up(one, topics[one.group])
            return True

        done = self._posting.each(give_up, left.failed)
        late = [one for one, ended in zip(left.failed, done, strict=True) if not ended]
        self._pass_on(message, names_of(waiting, late), message.attempt)
        closed = {one.connection for one in left.failed} - {one.connection for one in late}
        report.closed[protocol.TRY_AGAIN_LATER] += len(closed)
        if left.faulted:
            # What they missed they get when they come again: a ping finds their connections lost.
            lost = sorted({one.connection for one in left.faulted})
            disown = self._table.connections.disown
            self._posting.each(lambda one: None if self._clock() > stops else disown(one), lost)
            raise StateFailedError(f"the state of {message.topic} did not reach everybody")

    def _give_up(self, one: Subscription, topics: Iterable[str]) -> None:
        """Close a connection that takes no messages, so that its client comes anew for its state.

        One that stays open for all that finds out by a ping.
        """
        self._sender.forget(one, topics)
        text = "Messages do not arrive; connect again"
        self._posting.post(one.connection, protocol.farewell(protocol.TRY_AGAIN_LATER, text))
        self._posting.close(one.connection)

    def _relay(self, message: TopicMessage) -> None:
        """Pass a market's change on to the topics that are watched."""
        ends = self._clock() + _BUDGET_S
        watched = self._table.topics.watched(message.topic, message.after)
        while wave := list(islice(watched, _RELAYED_AT_ONCE)):
            requests = [
                [
                    naming.relayed(at, one, message)
                    for at, one in enumerate(wave[begin : begin + AT_ONCE])
                ]
                for begin in range(0, len(wave), AT_ONCE)
            ]
            self._posting.each(self._send, requests)
            if self._clock() > ends:
                rest = naming.market_rest(message.topic, self._after_ms(message), wave[-1])
                self._send([rest])
                return
