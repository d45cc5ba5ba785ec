"""What a change is to send to whom, and whom it has not reached yet."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson

from services.domain.live.topics import SentState, TopicMessage
from services.live.query import LiveQuery
from services.storage.live_records import Subscription


class Waiting(NamedTuple):
    """Who is to be sent a state: a group, or, where it is not `whole`, a part of one.

    Attributes:
        name: Of the group.
        members: The subscriptions to which its state is sent.
        whole: Whether these are all of the group.
    """

    name: str
    members: list[Subscription]
    whole: bool

    def place(self) -> tuple[bool, int, str]:
        """Staff come first, then what most wait for: many operations delay those alone."""
        return not self.members[0].until, -len(self.members), self.name


class Delivery(NamedTuple):
    """What is to be sent to whom.

    Attributes:
        name: Of the group.
        query: What is evaluated for it.
        topics: Those whose changes concern one of the group; which of them concern a member, but
            for those of markets, its row says.
        members: The subscriptions to which its state is sent.
        topic: The one that changed, whose rows are those of the members.
    """

    name: str
    query: LiveQuery
    topics: frozenset[str]
    members: list[Subscription]
    topic: str

    @property
    def rows_of(self) -> frozenset[str]:
        """Topics that may have rows of the members, whatever their connections know."""
        return self.topics | {self.topic}

    def without(self, topics: frozenset[str]) -> list[Subscription]:
        """Return the members that changes of some topics, none of a market, do not all find."""
        others = topics - {self.topic}
        return [one for one in self.members if not others.issubset(one.also)] if others else []


class Sent(NamedTuple):
    """A state that was sent.

    Attributes:
        group: Name of the group whose state it is.
        query: What was evaluated.
        digest: Of the state; see `digest_of`.
    """

    group: str
    query: LiveQuery
    digest: str

    @property
    def sent_state(self) -> SentState:
        """As a message says it."""
        return SentState(self.group, self.query.roles, self.digest)


class Left:
    """Whom a change has not reached yet.

    Attributes:
        late: Those for whom there was no time.
        failed: Those whose connections took no message.
        faulted: Those whom a fault of the service kept from the state.
        sent: The states that were sent.
        young: Those who were sent a state before they may have had the first one.
    """

    def __init__(
        self,
        late: Iterable[Subscription] = (),
        sent: Iterable[Sent] = (),
        young: Iterable[Subscription] = (),
    ) -> None:
        self.late: list[Subscription] = list(late)
        self.failed: list[Subscription] = []
        self.faulted: list[Subscription] = []
        self.sent: list[Sent] = list(sent)
        self.young: list[Subscription] = list(young)

    @property
    def unreached(self) -> frozenset[Subscription]:
        """Those who are to be tried again."""
        return frozenset([*self.failed, *self.faulted])

    def keep(self, members: Iterable[Subscription], before: "Left") -> None:
        """Take over what has kept some from their states, where they are not tried again."""
        failed = frozenset(before.failed)
        for one in members:
            (self.failed if one in failed else self.faulted).append(one)


def digest_of(data: Any) -> str:
    """Return the same text for equal states, given for JSON, and for no others."""
    return hashlib.sha256(orjson.dumps(data, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def names_of(groups: Iterable[Waiting], members: Iterable[Subscription]) -> list[str]:
    """Name subscriptions; groups of which there are all are named as such."""
    named = set(members)
    names: list[str] = []
    for group in groups:
        held = [one for one in group.members if one in named]
        if group.whole and held and len(held) == len(group.members):
            names.append(group.name)
        else:
            names += [one.name for one in held]
    return names


def joined(records: Mapping[TopicMessage, list[str]]) -> dict[TopicMessage, list[str]]:
    """Join the messages of a topic, but for its follow-ups and comparisons.

    Those that go on with a market at another place stay apart: joined with each further change of
    the market they would begin anew, and not come to its end.

    Args:
        records: Each message to the ids under which the queue sent it.
    """
    found: dict[TopicMessage, list[str]] = {}
    by_place: dict[tuple[str, str], TopicMessage] = {}
    for message, ids in records.items():
        place = (message.topic, message.after)
        apart = message.attempt > 0 or bool(message.sent)
        before = None if apart else by_place.get(place)
        if before is not None:
            names = None
            if before.names is not None and message.names is not None:
                names = before.names | message.names
            until = max(before.until_ms, message.until_ms)
            ids = [*found.pop(before), *ids]  # noqa: PLW2901
            checks = min(before.checks, message.checks)
            message = message._replace(until_ms=until, names=names, checks=checks)  # noqa: PLW2901
        if not apart:
            by_place[place] = message
        found[message] = ids
    return found
