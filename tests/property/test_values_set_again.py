"""What somebody sets stands, also where it stood already and an older opposite is on its way."""

import random
from abc import ABC, abstractmethod
from itertools import permutations
from typing import TYPE_CHECKING, Final, cast

import pytest

from services.convergence.repair import Repairer
from services.domain.documents.catalog import CatalogVersion
from services.domain.documents.profile import StoreProfile
from services.domain.documents.subscriber import Subscriber
from services.domain.edits import edit_store
from services.domain.mail_reservation import Reservation
from services.domain.stamp import Stamp
from services.domain.stock_alerts.opt_out import link, token_of
from services.domain.stock_alerts.subscribing import Subscription, subscribe
from services.storage import keys
from services.storage.kinds import Document, Settings
from services.storage.operations import OperationRepository
from services.storage.people_notices import PeopleNotices
from services.storage.publishing import CatalogPublisher
from services.storage.regions import RegionRepository
from services.storage.replica import Write
from services.storage.subscribers import SubscriberRepository
from tests.support.alerts import NO_QUIET
from tests.support.chain import PROFILE
from tests.support.mrec import GlobalTable, MemoryReplica

if TYPE_CHECKING:
    from services.storage.table import Table

REGIONS: Final = ("us-east-1", "eu-west-1", "ap-southeast-1")
DAY: Final = "2023-12-24"


class Kind(ABC):
    """A value that somebody sets and takes back, in any region."""

    @abstractmethod
    def set(self, replica: MemoryReplica, *, value: bool) -> None: ...

    @abstractmethod
    def is_set(self, replica: MemoryReplica) -> bool: ...


class Drain(Kind):
    def set(self, replica: MemoryReplica, *, value: bool) -> None:
        RegionRepository(cast("Table", replica)).set_drained("ap-southeast-1", drained=value)

    def is_set(self, replica: MemoryReplica) -> bool:
        drained = replica.held(keys.drain("ap-southeast-1")).document
        return isinstance(drained, Settings) and bool(drained["drained"])


class Subscribed(Kind):
    """Ended by the store's manager."""

    wanted = Subscription("1", "counter@example.org", "en", NO_QUIET)

    def set(self, replica: MemoryReplica, *, value: bool) -> None:
        repository, identity = SubscriberRepository(replica), self.wanted.subscriber_id
        if value:
            repository.enlist("1", identity)
        elif self.ends(replica):
            return

        def edit(current: Document | None, stamp: Stamp) -> Subscriber:
            before = current if isinstance(current, Subscriber) else None
            if not value:
                return (before or Subscriber(identity, {})).unsubscribed(stamp, ["1"])
            return subscribe(
                before, self.wanted, stamp, link_key="ab" * 16, out=(), keeps_settings=False
            )

        replica.change(keys.subscriber(identity), edit)
        if not value:
            repository.strike("1", identity)

    def ends(self, replica: MemoryReplica) -> bool:  # noqa: ARG002 - for the kind below
        return False

    def is_set(self, replica: MemoryReplica) -> bool:
        repository = SubscriberRepository(replica)
        found = bool(repository.of_store("1"))
        assert bool(repository.ids_of("1")) == found, "it takes a place of the list"
        return found


class OptedOut(Subscribed):
    """Ended by the link in a mail."""

    def ends(self, replica: MemoryReplica) -> bool:
        held = SubscriberRepository(replica).held(self.wanted.subscriber_id)
        token = held and token_of(link("", held.subscriber).partition("=")[2])
        return bool(token and SubscriberRepository(replica).opt_out(token))


class ClosedDay(Kind):
    """Opened again with all days at once."""

    def set(self, replica: MemoryReplica, *, value: bool) -> None:
        def edit(current: Document | None, stamp: Stamp) -> StoreProfile:
            before = current if isinstance(current, StoreProfile) else None
            fields = {**({} if before else PROFILE), "closed_days": [DAY] if value else None}
            return edit_store(before, "1", fields, stamp, again=True)[0]

        replica.change(keys.profile("1"), edit)

    def is_set(self, replica: MemoryReplica) -> bool:
        profile = replica.held(keys.profile("1")).document
        assert isinstance(profile, StoreProfile)
        return profile["closed:12-24"] is not None


class Mailed(Kind):
    """What a person was mailed about a role."""

    def set(self, replica: MemoryReplica, *, value: bool) -> None:
        PeopleNotices(replica).record("ada", {"admin": value})

    def is_set(self, replica: MemoryReplica) -> bool:
        return bool(PeopleNotices(replica).held("ada").settings["admin"])


class InForce(Kind):
    """Which of two published versions of a catalog is in force."""

    versions = {value: str(Stamp(1 + value, "origin")) for value in (False, True)}  # noqa: RUF012

    def set(self, replica: MemoryReplica, *, value: bool) -> None:
        for one in self.versions.values():
            key = keys.version("us", Stamp.parse(one))
            if replica.get(key) is None:
                body = CatalogVersion("us", one, "USD", {}, ()).dump()
                replica.write(Write(key, body, replica.clock.tick(), None))
        publisher = CatalogPublisher(cast("Table", replica))

        def edit(current: Document | None, stamp: Stamp) -> Document:
            wanted = self.versions[value]
            edited = publisher.rollback("us", current, stamp, version=wanted, author="ada")
            assert [one.value for one in edited.changes] == [wanted]
            return edited.document

        replica.change(keys.pointer("us"), edit)

    def is_set(self, replica: MemoryReplica) -> bool:
        pointer = replica.held(keys.pointer("us")).document
        assert isinstance(pointer, Settings)
        return bool(pointer[keys.POINTER] == self.versions[True])


KINDS: Final = (InForce(), Drain(), Subscribed(), OptedOut(), ClosedDay(), Mailed())


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("seed", range(60))
def test_of_opposites_the_one_that_was_set_last_stands(kind: Kind, seed: int) -> None:
    """Clocks are right, and a minute lies between two people: the last one is no matter of luck."""
    chance = random.Random(seed)
    table = GlobalTable(REGIONS)
    replicas = {name: MemoryReplica(table, name) for name in REGIONS}
    kind.set(replicas["us-east-1"], value=True)
    table.deliver_all()
    value = True
    for _ in range(chance.randrange(1, 7)):
        table.now_ms += 60_000
        value = chance.random() < 0.5
        kind.set(replicas[chance.choice(REGIONS)], value=value)
        for pair in permutations(REGIONS, 2):
            for _ in range(chance.choice((0, 0, 1, 9))):
                table.deliver(pair, chance.randrange(9))
    read = dict.fromkeys(REGIONS, 0)
    for _ in range(20):
        table.deliver_all()
        for name, region in table.regions.items():
            repairer = Repairer(replicas[name], OperationRepository(replicas[name]))
            batch = region.stream[read[name] :]
            read[name] += len(batch)
            for change in batch:
                repairer.settle(change)
    assert [kind.is_set(one) for one in replicas.values()] == [value] * 3


def test_an_end_of_all_subscriptions_is_one_also_where_none_has_arrived() -> None:
    """An address that somebody subscribes anew elsewhere, before it opts out, gets no mail."""
    out = Subscriber("a", {}).unsubscribed(Stamp(2 << 16, "eu-west-1"))
    anew = Subscriber("a", {}).subscribed(
        Stamp(1 << 16, "us-east-1"),
        mail="counter@example.org",
        language="en",
        quiet=(0, 0),
        link_key="ab",
        store_id="1",
        out=(),
        keeps_settings=False,
    )
    assert out.merge(anew).mail is None
    assert out.merge(anew).reservation == Reservation()
