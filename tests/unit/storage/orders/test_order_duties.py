"""Duties that need the table alone: pieces come back once, and only when every region knows."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import orjson
import pytest

from services.domain.orders import facts as f
from services.domain.orders.duties import duties
from services.domain.orders.duty import DutyKind
from services.domain.orders.placing import Wanted
from services.domain.orders.slot_use import SlotUse
from services.domain.orders.state import ACCEPT_WITHIN_MS, Status, fold
from services.domain.quotes.refusals import OrderRefusedError
from services.domain.rights.account import Account
from services.domain.stamp import HybridClock
from services.storage import keys
from services.storage.order_duties import KINDS, OrderDuties
from services.storage.orders import OrderRepository
from services.storage.replica import Replica
from services.storage.stores import StoreRows
from services.storage.table import Table
from tests.support.mrec import GlobalTable, MemoryReplica
from tests.support.order_story import NOON, REGIONS, place, wanted, write_store

EU, US, AP = REGIONS
NOON_MS = int(NOON.timestamp() * 1000)
DAY = NOON.date().isoformat()
TWO = wanted(("ring", 2), method=f.AT_STORE)


class World:
    """Three regions with a store that has five rings, and what is performed in each."""

    def __init__(self) -> None:
        self.tables = GlobalTable(REGIONS)
        self.tables.now_ms = NOON_MS
        self.replicas = {name: MemoryReplica(self.tables, name) for name in REGIONS}
        write_store(self.replicas[EU], {"ring": 5})
        self.tables.deliver_all()
        self.orders = {name: OrderRepository(one, REGIONS) for name, one in self.replicas.items()}

    def perform(self, region: str, name: str, now_ms: int = NOON_MS) -> list[DutyKind]:
        return performed(self.replicas[region], self.orders[region], name, now_ms)

    def perform_everywhere(self, name: str, now_ms: int = NOON_MS) -> None:
        for _ in range(3):
            for region in REGIONS:
                self.perform(region, name, now_ms)
            self.tables.deliver_all()


def performed(replica: Replica, orders: OrderRepository, name: str, now_ms: int) -> list[DutyKind]:
    """Perform what the table alone needs, until nothing is due; return what was performed."""
    done: list[DutyKind] = []
    while True:
        order = orders.read(name)
        assert order is not None
        due = [
            one
            for one in duties(order, now_ms, orders.regions)
            if one.kind in KINDS and one.only in {"", replica.region}
        ]
        if not due:
            return done
        OrderDuties(replica, orders).perform(name, due[0])
        done.append(due[0].kind)


def placed_until_full(replica: Replica, want: Wanted) -> list[str]:
    """Place orders until no slot has a place left; returns their ids, at most 200."""
    found: list[str] = []
    while len(found) < 200:
        try:
            placed = place(replica, f"operation-{len(found)}", want)
        except OrderRefusedError:
            break
        found.append(placed.order.order_id)
    return found


def stock(replica: Replica) -> Any:
    rows = replica.partition(keys.store_partition("s1"), consistent=True)
    documents = StoreRows("s1", rows).documents()
    assert documents is not None
    return documents.stock


def test_pieces_of_a_cancelled_order_are_free_again_when_every_region_has_closed_it() -> None:
    world = World()
    name = place(world.replicas[EU], want=TWO).order.order_id
    world.tables.deliver_all()
    world.orders[EU].record(name, f.Cancelled(), "guest")
    world.tables.deliver_all()
    assert stock(world.replicas[EU]).left("ring") == 3
    assert world.perform(EU, name) == []
    assert world.perform(US, name) == [DutyKind.CLOSE]
    world.tables.deliver_all()
    assert world.perform(EU, name) == []
    assert world.perform(AP, name) == [DutyKind.CLOSE]
    world.tables.deliver_all()
    assert world.perform(EU, name) == [DutyKind.SETTLE]
    world.tables.deliver_all()
    assert {stock(one).left("ring") for one in world.replicas.values()} == {5}
    for region in REGIONS:
        assert world.perform(region, name) == []
    assert {stock(one).left("ring") for one in world.replicas.values()} == {5}


@pytest.mark.parametrize("order", list(permutations(REGIONS)))
def test_of_two_placements_the_one_that_does_not_count_gives_back_at_once(
    order: tuple[str, ...],
) -> None:
    world = World()
    one = wanted(("flat-white", 1), method=f.AT_STORE)
    for region in order[:2]:
        name = place(world.replicas[region], want=one).order.order_id
    world.tables.deliver_all()
    loser, winner = max(order[:2]), min(order[:2])
    assert world.perform(loser, name) == [DutyKind.SETTLE]
    assert world.perform(winner, name) == []


def test_goods_that_were_collected_are_no_longer_held() -> None:
    world = World()
    name = place(world.replicas[EU], want=TWO).order.order_id
    for data in (f.Accepted(), f.Ready(), f.Collected()):
        world.orders[EU].record(name, data, "ada")
    assert stock(world.replicas[EU]).line("ring").slots[EU].held
    assert world.perform(EU, name) == [DutyKind.SETTLE]
    assert not stock(world.replicas[EU]).line("ring").slots[EU].held
    assert stock(world.replicas[EU]).left("ring") == 3


def test_an_order_that_nobody_accepts_expires_and_its_pieces_come_back() -> None:
    world = World()
    name = place(world.replicas[EU], want=TWO).order.order_id
    world.tables.deliver_all()
    assert world.perform(EU, name, NOON_MS + ACCEPT_WITHIN_MS) == []
    world.tables.now_ms = late = NOON_MS + ACCEPT_WITHIN_MS + 61_000
    world.perform_everywhere(name, late)
    found = world.orders[US].read(name)
    assert found is not None
    assert fold(found).status is Status.EXPIRED
    assert {stock(one).left("ring") for one in world.replicas.values()} == {5}


def test_a_place_in_a_slot_is_given_back_too() -> None:
    world = World()
    want = wanted(("flat-white", 1), method=f.AT_STORE)
    names = placed_until_full(world.replicas[AP], want)
    assert 0 < len(names) < 200
    world.orders[AP].record(names[0], f.Cancelled(), "guest")
    world.tables.deliver_all()
    with pytest.raises(OrderRefusedError):
        place(world.replicas[AP], "operation-a", want)
    world.perform_everywhere(names[0])
    assert not place(world.replicas[AP], "operation-a", want).repeated


@pytest.mark.parametrize("rows", ["new", "old"])
def test_orders_that_are_placed_and_cancelled_do_not_fill_the_item_of_a_slot(rows: str) -> None:
    """Each `placeOrder` reads and writes it."""
    tables = GlobalTable(REGIONS)
    tables.now_ms = NOON_MS
    replica = MemoryReplica(tables, EU)
    write_store(replica)
    orders = OrderRepository(replica, (EU,))
    want, key = wanted(("flat-white", 1), method=f.AT_STORE), keys.slots("s1", DAY, EU)
    sizes, places = [], []

    def placed(number: int) -> str:
        order = place(replica, f"operation-{number}", want, regions=(EU,)).order
        return order.order_id

    placed(0)
    if rows == "old":  # as earlier versions of carte stored two places that were given back
        stored = replica.get(key)
        assert stored is not None
        ((counter, parts),) = SlotUse.load("s1", DAY, stored.body).parts.items()
        part = replace(parts[EU], sold=3, returns={2: 1, 3: 1}, version=5)
        use = SlotUse("s1", DAY, {counter: {EU: part}})
        replica.put(key, use.dump(), rev=replica.next_stamp(stored, None), replaces=stored.rev)
    for number in range(1, 40):
        name = placed(number)
        if number != 20:  # one of them stands
            orders.record(name, f.Cancelled(), "guest")
            assert performed(replica, orders, name, NOON_MS) == [DutyKind.SETTLE]
        stored = replica.get(key)
        assert stored is not None
        (parts,) = SlotUse.load("s1", DAY, stored.body).parts.values()
        places.append(Account(parts=parts).used(EU))
        sizes.append(len(orjson.dumps(stored.body)))
    assert places == [1] * 19 + [2] * 20
    assert max(sizes) < sizes[0] + 16


def test_an_order_and_its_end_keep_what_a_newer_version_stored_beside_the_slots() -> None:
    tables = GlobalTable(REGIONS)
    tables.now_ms = NOON_MS
    replica = MemoryReplica(tables, EU)
    write_store(replica)
    orders = OrderRepository(replica, (EU,))
    want, key = wanted(("flat-white", 1), method=f.AT_STORE), keys.slots("s1", DAY, EU)

    def beside(after: str) -> object:
        stored = replica.get(key)
        assert stored is not None, after
        return stored.body.get("later")

    place(replica, "operation-0", want, regions=(EU,))
    stored = replica.get(key)
    assert stored is not None
    rev = replica.next_stamp(stored, None)
    replica.put(key, {**stored.body, "later": [1]}, rev=rev, replaces=stored.rev)
    name = place(replica, "operation-1", want, regions=(EU,)).order.order_id
    assert beside("an order") == [1]
    orders.record(name, f.Cancelled(), "guest")
    assert performed(replica, orders, name, NOON_MS) == [DutyKind.SETTLE]
    assert beside("its end") == [1]


def test_settling_is_one_transaction_with_the_fact_that_says_so(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.clock = HybridClock(EU, lambda: NOON_MS)
    table.pause = lambda _: None
    write_store(table, {"ring": 5})
    orders = OrderRepository(table, (EU,))
    name = place(table, want=TWO, regions=(EU,)).order.order_id
    orders.record(name, f.Cancelled(), "guest")

    def fails(_: object) -> None:
        raise ConnectionError("the table is away")

    with monkeypatch.context() as away:
        away.setattr(table, "transact", fails)
        with pytest.raises(ConnectionError):
            performed(table, orders, name, NOON_MS)
    assert stock(table).left("ring") == 3
    assert performed(table, orders, name, NOON_MS) == [DutyKind.SETTLE]
    assert stock(table).left("ring") == 5
