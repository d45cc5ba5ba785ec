"""Placing an order: two requests, all or nothing, once in a region and once in all of them."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from services.domain.documents.stock import Stock
from services.domain.orders.facts import AT_STORE, Placed
from services.domain.orders.identity import order_id
from services.domain.orders.state import Status, fold
from services.domain.quotes.pickup import PickupRules, slots
from services.domain.quotes.quote import opening_of
from services.domain.quotes.refusals import OrderRefusedError, PriceChanged, SlotFull, SoldOut
from services.domain.stamp import COUNTER_BITS, MAX_AHEAD_MS, Stamp
from services.storage import keys
from services.storage.capacity import Capacity
from services.storage.exceptions import (
    ContentionError,
    NoSuchStoreError,
    OperationIdReusedError,
    RevisionMovedError,
)
from services.storage.orders import OrderRepository
from services.storage.replica import Replica
from services.storage.stores import StoreRows
from services.storage.table import Table
from tests.support.chain import set_stock
from tests.support.mrec import GlobalTable, MemoryReplica
from tests.support.order_story import NOON, REGIONS, RULES, documents, place, wanted, write_store

EU, US, AP = REGIONS


@pytest.fixture
def store(table: Table) -> Table:
    write_store(table)
    table.pause = lambda _: None
    return table


def world(counted: dict[str, int] | None = None) -> tuple[GlobalTable, dict[str, MemoryReplica]]:
    """Three regions that have all seen the store."""
    tables = GlobalTable(REGIONS)
    replicas = {name: MemoryReplica(tables, name) for name in REGIONS}
    write_store(replicas[EU], counted)
    tables.deliver_all()
    return tables, replicas


def test_an_order_is_placed_with_two_requests(store: Table) -> None:
    with Capacity() as used:
        found = place(store)
    assert used.requests == 2
    assert not found.repeated
    state = fold(found.order)
    assert state.status is Status.PLACED
    assert state.placement is not None
    assert (state.placement.total, state.placement.currency) == (300, "EUR")
    assert state.placement.pickup_at == int(NOON.timestamp()) + 490
    assert OrderRepository(store, REGIONS).read(order_id("operation-1")) == found.order


def test_a_repetition_finds_the_order_and_writes_nothing(store: Table) -> None:
    first = place(store)
    before = store.partition(keys.order_partition(first.order.order_id), consistent=True)
    with Capacity() as used:
        again = place(store)
    assert again.repeated
    assert again.order == first.order
    assert used.requests == 1
    assert store.partition(keys.order_partition(first.order.order_id), consistent=True) == before


def test_another_order_under_the_same_id_is_refused(store: Table) -> None:
    place(store)
    with pytest.raises(OperationIdReusedError):
        place(store, want=wanted(("ring", 3)))


def test_what_is_refused_writes_nothing(store: Table) -> None:
    with pytest.raises(OrderRefusedError) as refused:
        place(store, want=wanted(("ring", 2), expected_total=1))
    assert isinstance(refused.value.refusals[0], PriceChanged)
    assert OrderRepository(store, REGIONS).read(order_id("operation-1")) is None
    assert OrderRepository(store, REGIONS).contact(order_id("operation-1")) is None


def test_a_store_that_does_not_exist_is_named(table: Table) -> None:
    with pytest.raises(NoSuchStoreError, match="s1"):
        place(table)


def test_personal_data_is_apart_and_expires(store: Table) -> None:
    order = place(store).order
    stored = store.get(keys.person(order.order_id), consistent=True)
    assert stored is not None
    assert stored.expires == int(NOON.timestamp()) + 490 + 30 * 24 * 3600
    contact = OrderRepository(store, REGIONS).contact(order.order_id)
    assert contact is not None
    assert contact.values == {"name": "Ada", "mail": "ada@example.org"}
    assert contact.notes == {0: "no nuts"}
    facts = store.partition(
        keys.order_partition(order.order_id), prefix=keys.FACTS_PREFIX, consistent=True
    )
    assert len(facts) == 1
    for private in ("Ada", "ada@", "nuts"):
        assert private not in repr(facts)


def test_a_damaged_store_puts_no_order_into_the_future_and_counts_it(store: Table) -> None:
    """What is due for an order goes by its stamps: it would be paid and shown years later."""
    set_stock(store, "s1", {"ring": 5})
    ahead = store.clock.now_ms() + 1000 * MAX_AHEAD_MS
    damaged = str(Stamp(ahead << COUNTER_BITS, AP))
    partition = keys.store_partition("s1")
    for row in store.partition(partition, consistent=True):
        store.put(row.key, row.body, rev=Stamp.parse(damaged), replaces=row.rev)
    order = place(store).order
    assert all(one.unix_ms <= store.clock.now_ms() for one in order.stamps())
    second = place(store, "operation-2").order  # its rows are there now, and replaced
    assert all(one.unix_ms <= store.clock.now_ms() for one in second.stamps())
    held = store.held(keys.stock("s1")).document
    assert isinstance(held, Stock)
    assert held.left("ring") == 1


def test_someone_faster_is_seen_and_the_order_decided_anew(
    store: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    transact = store.transact_while

    def slower(writes: Any, standing: Any) -> None:
        if not seen:
            seen.append("first")
            place(store, "operation-2")
        transact(writes, standing)

    monkeypatch.setattr(store, "transact_while", slower)
    order = place(store).order
    placed = [data for _, data in order.of_kind(Placed)]
    assert placed[0].reserved[0].position == 2  # after the other order's place in the slot


def test_an_order_that_is_always_overtaken_is_given_up(
    store: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved(*_: object) -> None:
        raise RevisionMovedError("somebody was faster")

    monkeypatch.setattr(store, "transact_while", moved)
    with pytest.raises(ContentionError):
        place(store)


def fill(replica: Replica, count: int, rules: PickupRules, slot_id: str | None = None) -> list[int]:
    """Place orders until the kitchen is full; returns when each is ready."""
    ready = []
    for at in range(count):
        want = wanted(("ring", 1), slot_id=slot_id, method=AT_STORE)
        order = place(replica, f"operation-{at}", want, rules=replace(RULES, pickup=rules)).order
        ready.append(order.of_kind(Placed)[0][1].pickup_at)
    return ready


def test_an_order_as_soon_as_possible_takes_the_first_slot_with_a_place(store: Table) -> None:
    rules = PickupRules(orders_per_slot=10)
    ready = fill(store, 8, rules)
    # The nearest region has six of ten places of a slot.
    assert len(set(ready[:6])) == 1
    assert ready[6] == ready[7] > ready[5]


def test_a_chosen_slot_that_is_full_is_refused(store: Table) -> None:
    rules = PickupRules(orders_per_slot=10)
    slot = slots(opening_of(documents()), NOON.date(), NOON, rules)[4]
    fill(store, 6, rules, slot.id)
    with pytest.raises(OrderRefusedError) as refused:
        place(
            store,
            "operation-9",
            wanted(("ring", 1), slot_id=slot.id),
            rules=replace(RULES, pickup=rules),
        )
    assert [type(one) for one in refused.value.refusals] == [SlotFull]


@pytest.mark.parametrize("order", list(permutations(REGIONS)))
def test_regions_that_are_cut_off_never_fill_a_slot_beyond_its_places(
    order: tuple[str, ...],
) -> None:
    _, replicas = world()
    rules = PickupRules(orders_per_slot=10)
    slot = slots(opening_of(documents()), NOON.date(), NOON, rules)[4]
    placed = 0
    for name in order:
        for at in range(12):
            want = wanted(("ring", 1), slot_id=slot.id)
            try:
                place(replicas[name], f"{name}-{at}-x", want, rules=replace(RULES, pickup=rules))
            except OrderRefusedError:
                continue
            placed += 1
    assert placed == 10


def test_one_operation_at_three_regions_at_once_is_one_order() -> None:
    tables, replicas = world()
    for name in REGIONS:
        assert not place(replicas[name]).repeated
    tables.deliver_all()
    states = []
    for name in REGIONS:
        order = OrderRepository(replicas[name], REGIONS).read(order_id("operation-1"))
        assert order is not None
        assert len(order.of_kind(Placed)) == 3
        states.append(fold(order))
    assert states[0] == states[1] == states[2]
    assert states[0].placed_in == AP
    assert len(states[0].overruled) == 2
    for name in REGIONS:
        assert place(replicas[name]).repeated


def test_a_repetition_in_another_region_finds_the_order_once_it_was_replicated() -> None:
    tables, replicas = world()
    first = place(replicas[US])
    tables.deliver_all()
    again = place(replicas[AP])
    assert again.repeated
    assert again.order == first.order


def left(replica: Replica, item: str = "ring") -> int | None:
    rows = replica.partition(keys.store_partition("s1"), consistent=True)
    found = StoreRows("s1", rows).documents()
    assert found is not None
    assert found.stock is not None
    return found.stock.left(item)


@pytest.mark.parametrize("counting", REGIONS)
def test_the_first_count_holds_what_was_ordered_before_it(counting: str) -> None:
    """Whether the region that counts has heard of the orders yet or not."""
    tables, replicas = world()
    for name in REGIONS:
        place(replicas[name], f"{name}-before", wanted(("ring", 2)))
    if counting == AP:
        tables.deliver_all()
    set_stock(replicas[counting], "s1", {"ring": 40})
    tables.deliver_all()
    assert {left(replica) for replica in replicas.values()} == {34}


def test_an_order_reserves_its_pieces(table: Table) -> None:
    write_store(table, {"ring": 5})
    with Capacity() as used:
        order = place(table, want=wanted(("ring", 1), ("ring", 2), ("flat-white", 1))).order
    assert used.requests == 2
    reserved = order.of_kind(Placed)[0][1].reserved
    assert [(one.counter, one.pieces, one.position) for one in reserved[1:]] == [
        ("ring", 3, 3),
        ("flat-white", 1, 1),
    ]
    assert left(table) == 2
    with pytest.raises(OrderRefusedError) as refused:
        place(table, "operation-2", wanted(("ring", 3)))
    assert [(type(one), getattr(one, "left", None)) for one in refused.value.refusals] == [
        (SoldOut, 2)
    ]
    assert left(table) == 2


def test_a_count_between_reading_and_writing_is_not_overlooked(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_store(table, {"ring": 5})
    table.pause = lambda _: None
    transact, seen = table.transact_while, list[str]()

    def slower(writes: Any, standing: Any) -> None:
        if not seen:
            seen.append("counted")
            set_stock(table, "s1", {"ring": 1})
        transact(writes, standing)

    monkeypatch.setattr(table, "transact_while", slower)
    with pytest.raises(OrderRefusedError) as refused:
        place(table, want=wanted(("ring", 3)))
    assert isinstance(refused.value.refusals[0], SoldOut)
    assert left(table) == 1


@pytest.mark.parametrize("order", list(permutations(REGIONS)))
def test_the_last_piece_is_sold_once_by_regions_that_are_cut_off(order: tuple[str, ...]) -> None:
    tables, replicas = world({"ring": 1})
    placed = 0
    for name in order:
        for at in range(3):
            try:
                place(replicas[name], f"{name}-{at}-x", wanted(("ring", 1)))
            except OrderRefusedError:
                continue
            placed += 1
    assert placed == 1
    tables.deliver_all()
    assert {left(replica) for replica in replicas.values()} == {0}


@pytest.mark.parametrize("fault", ["facts", "slots", "person"])
def test_a_write_that_is_left_out_of_the_transaction_is_found(
    fault: str, store: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests above see each of the three items: without one, something of it is missing."""
    transact = store.transact_while
    part = {"facts": keys.FACTS_PREFIX, "person": keys.PERSON, "slots": EU}[fault]

    def incomplete(writes: Any, standing: Any) -> None:
        kept = [one for one in writes if not one.key.sk.startswith(part)]
        assert len(kept) == len(writes) - 1
        transact(kept, standing)

    monkeypatch.setattr(store, "transact_while", incomplete)
    order = place(store).order
    repository = OrderRepository(store, REGIONS)
    day = slots(opening_of(documents()), NOON.date(), NOON, RULES.pickup)[0].utc_day
    there = {
        "facts": repository.read(order.order_id) is not None,
        "person": repository.contact(order.order_id) is not None,
        "slots": store.get(keys.slots("s1", day, EU), consistent=True) is not None,
    }
    assert there == {name: name != fault for name in there}
