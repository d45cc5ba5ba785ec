"""Lists that follow from documents: what a region makes of them, change by change."""

from typing import Final

import pytest

from services.convergence.repair import Repairer
from services.domain.documents.directory import DirectoryShard, shard_of
from services.domain.documents.profile import StoreProfile
from services.domain.documents.subscriber import Subscriber
from services.domain.edits import edit_store
from services.domain.mail_reservation import RESERVED_MS, Reservation
from services.domain.stamp import Stamp
from services.domain.stock_alerts.opt_out import link, token_of
from services.domain.stock_alerts.subscribing import Subscription, subscribe
from services.storage import keys
from services.storage.kinds import Document
from services.storage.listing import Listing
from services.storage.operations import OperationRepository
from services.storage.subscribers import SubscriberRepository
from tests.support.alerts import NO_QUIET
from tests.support.chain import PROFILE
from tests.support.mrec import GlobalTable, MemoryReplica

HERE: Final = "us-east-1"
THERE: Final = "eu-west-1"
WANTED: Final = Subscription("1", "counter@example.org", "en", NO_QUIET)
IDENTITY: Final = WANTED.subscriber_id
DOCUMENT: Final = keys.subscriber(IDENTITY)
LIST: Final = keys.alerted("1")


class World:
    """Two regions with their stream Lambdas; the clocks are right."""

    def __init__(self) -> None:
        self.table = GlobalTable((HERE, THERE))
        self.replicas = {name: MemoryReplica(self.table, name) for name in (HERE, THERE)}
        self.subscribers = {name: SubscriberRepository(one) for name, one in self.replicas.items()}
        self._read = dict.fromkeys(self.replicas, 0)

    def settle(self, region: str) -> None:
        """Look at the changes of a region, those that this makes included."""
        replica, stream = self.replicas[region], self.table.regions[region].stream
        while self._read[region] < len(stream):
            self._read[region] += 1
            change = stream[self._read[region] - 1]
            Repairer(replica, OperationRepository(replica)).settle(change)

    def settle_all(self) -> None:
        for _ in range(9):
            self.table.deliver_all()
            for region in self.replicas:
                self.settle(region)

    def arrive(self, key: keys.Key) -> None:
        """Let what was written here of an item arrive there, before all else."""
        way = self.table.pending[HERE, THERE]
        for at in [at for at, (one, _) in enumerate(way) if one == key][::-1]:
            self.table.deliver((HERE, THERE), at)

    def set(self, region: str, **fields: object) -> None:
        def edit(current: Document | None, stamp: Stamp) -> StoreProfile:
            before = current if isinstance(current, StoreProfile) else None
            return edit_store(before, "1", fields, stamp, again=True)[0]

        self.table.now_ms += 1
        self.replicas[region].change(keys.profile("1"), edit)

    def listed(self) -> list[str]:
        """Return the markets in which stores are listed here."""
        shards = [one.document() for one in self.replicas[HERE].partition(keys.DIRECTORY)]
        return [one.market for one in shards if isinstance(one, DirectoryShard) and one.entries()]

    def subscribe(self, region: str) -> None:
        def edit(current: Document | None, stamp: Stamp) -> Subscriber:
            before = current if isinstance(current, Subscriber) else None
            return subscribe(
                before, WANTED, stamp, link_key="ab" * 16, out=(), keeps_settings=False
            )

        self.subscribers[region].enlist("1", IDENTITY)
        self.replicas[region].change(DOCUMENT, edit)

    def unsubscribe(self, region: str) -> None:
        """End the subscription in the document alone."""

        def edit(current: Document | None, stamp: Stamp) -> Subscriber:
            assert isinstance(current, Subscriber)
            return current.unsubscribed(stamp)

        self.replicas[region].change(DOCUMENT, edit)

    def subscriber(self, region: str) -> Subscriber:
        held = self.subscribers[region].held(IDENTITY)
        assert held is not None
        return held.subscriber

    def ids(self) -> list[list[str]]:
        return [one.ids_of("1") for one in self.subscribers.values()]


def test_a_store_that_was_hidden_while_its_row_was_on_its_way_is_taken_out() -> None:
    """Who writes the row has read the profile before, and the hiding has found no row."""
    world = World()
    world.set(HERE, **{**PROFILE, "hidden": False})
    replica = world.replicas[HERE]
    shard = keys.directory(shard_of(str(PROFILE["market"]), "1"))
    replica.change(shard, lambda _, __: DirectoryShard(shard.sk, {}))
    world.settle(HERE)

    def hide() -> None:
        world.set(HERE, hidden=True)
        world.settle(HERE)

    replica.interloper = hide
    Listing(replica).list_store("1", again=True)
    assert world.listed() == [PROFILE["market"]]
    world.settle(HERE)
    assert world.listed() == []


def test_a_row_that_another_region_took_out_by_an_older_profile_is_set() -> None:
    world = World()
    world.set(HERE, **{**PROFILE, "hidden": False})
    Listing(world.replicas[HERE]).list_store("1", again=True)
    world.table.deliver_all()
    world.set(THERE, hidden=True)
    world.table.deliver_all()
    world.set(HERE, hidden=False)
    Listing(world.replicas[THERE]).list_store("1", again=True)
    world.settle(HERE)
    world.table.cuts.add((HERE, THERE))  # so that only this region can put it right
    for at in (0, 0):
        world.table.deliver((THERE, HERE), at)
    assert world.listed() == []
    world.settle(HERE)
    assert world.listed() == [PROFILE["market"]]


def test_a_hidden_store_that_moves_makes_no_shards() -> None:
    world = World()
    world.set(HERE, **{**PROFILE, "hidden": True, "market": "de"})
    world.set(HERE, market="fr")
    world.settle(HERE)
    assert world.replicas[HERE].partition(keys.DIRECTORY) == []
    world.set(HERE, hidden=False)
    world.settle(HERE)
    assert world.listed() == ["fr"]


@pytest.mark.parametrize("region", [HERE, THERE])
def test_who_subscribes_anew_while_it_is_struck_off_elsewhere_is_listed(region: str) -> None:
    """Either region puts it right: one by the subscription that appears, one by the list."""
    world = World()
    world.subscribe(HERE)
    world.table.deliver_all()
    for name in world.replicas:
        world.settle(name)
    world.unsubscribe(HERE)
    world.table.now_ms += 1_000
    world.subscribe(THERE)
    world.table.now_ms += 1_000
    world.subscribers[HERE].strike("1", IDENTITY)
    for name in world.replicas:
        world.settle(name)
    world.table.deliver_all()
    assert world.subscriber(region).stores == ["1"]
    assert world.ids() == [[], []]
    world.settle(region)
    world.table.deliver_all()
    assert world.ids() == [[IDENTITY], [IDENTITY]]


def test_who_opted_out_stays_on_no_list_where_the_list_arrives_first() -> None:
    world = World()
    world.subscribe(HERE)
    world.settle_all()
    token = token_of(link("", world.subscriber(HERE)).partition("=")[2])
    assert token is not None
    world.table.now_ms += 1_000
    assert world.subscribers[HERE].opt_out(token)
    world.settle(HERE)
    world.arrive(LIST)
    world.settle(THERE)
    assert world.ids() == [[], [IDENTITY]], "there it still subscribes"
    world.settle_all()
    assert world.subscriber(THERE).stores == []
    assert world.ids() == [[], []]


def test_who_just_subscribes_is_not_struck_off_before_its_document_is_written() -> None:
    world = World()
    world.subscribe(HERE)
    world.settle_all()
    world.unsubscribe(HERE)
    world.settle_all()
    assert world.ids() == [[], []]
    world.subscribers[HERE].enlist("1", IDENTITY)
    world.settle_all()
    assert world.ids() == [[IDENTITY], [IDENTITY]]


def test_a_reservation_that_is_no_longer_held_is_given_back_without_a_write() -> None:
    """Otherwise the claim of another process beats the mail that this one has recorded."""
    world = World()
    world.subscribe(HERE)
    world.settle_all()

    def reserve(region: str, holder: str) -> Reservation:
        held = world.subscribers[region].held(IDENTITY)
        assert held is not None
        taken = world.subscribers[region].reserve(held, world.table.now_ms, holder)
        assert taken is not None
        return taken

    mine = reserve(HERE, "here")
    world.settle_all()
    world.table.now_ms += RESERVED_MS + 1
    reserve(THERE, "there")
    world.settle_all()
    world.table.now_ms += 1_000
    world.subscribers[THERE].mailed(IDENTITY, {}, [world.table.now_ms])
    world.table.now_ms += 1_000
    before = world.table.regions[HERE].items[DOCUMENT]
    world.subscribers[HERE].give_back(IDENTITY, mine)
    assert world.table.regions[HERE].items[DOCUMENT] == before
    world.settle_all()
    assert [world.subscriber(one).reservation for one in (HERE, THERE)] == [Reservation()] * 2


def test_of_a_reservation_only_what_differs_is_set() -> None:
    reservation = Reservation(5, "a", 1)
    first = Subscriber("a", {}).reserved(reservation, Stamp(1 << 16, HERE))
    assert first.reserved(reservation, Stamp(2 << 16, HERE)) == first
