"""Facts of orders: guards, items of regions, forgetting."""

import pytest

from services.domain.orders import facts as f
from services.domain.orders.contact import KEPT_S, Contact
from services.domain.orders.part import OrderPart
from services.domain.orders.state import Status, fold
from services.domain.stamp import HybridClock, Stamp
from services.storage import keys
from services.storage.order_boards import OrderBoards
from services.storage.orders import OrderRepository, TransitionRefusedError
from services.storage.table import Table
from tests.support.mrec import GlobalTable, MemoryReplica
from tests.support.order_story import NOON, REGIONS, place, wanted, write_store

EU, US, AP = REGIONS
NOON_MS = int(NOON.timestamp() * 1000)
DAY = "2026-11-27"


@pytest.fixture
def store(table: Table) -> Table:
    table.clock = HybridClock(EU, lambda: NOON_MS)
    table.pause = lambda _: None
    write_store(table)
    return table


@pytest.fixture
def orders(store: Table) -> OrderRepository:
    return OrderRepository(store, REGIONS)


def paid(orders: OrderRepository, store: Table, name: str = "operation-1") -> str:
    order = place(store, name).order
    orders.record(order.order_id, f.Authorized(1, 300), "provider")
    return order.order_id


def test_an_order_goes_its_way_and_each_step_is_one_write(
    orders: OrderRepository, store: Table
) -> None:
    name = paid(orders, store)
    for data, status in (
        (f.Accepted(), Status.ACCEPTED),
        (f.Ready(), Status.READY),
        (f.Collected(), Status.COLLECTED),
    ):
        assert fold(orders.record(name, data, "ada")).status is status
    found = orders.read(name)
    assert found is not None
    assert [fact.kind for fact in found.history()] == [
        *("placed", "authorized", "accepted", "ready", "collected")
    ]
    assert [fact.author for fact in found.history()][2:] == ["ada"] * 3


def test_what_the_guards_refuse_is_not_written(orders: OrderRepository, store: Table) -> None:
    name = place(store).order.order_id
    before = store.get(keys.facts(name, EU), consistent=True)
    with pytest.raises(TransitionRefusedError, match="the card is not authorized yet"):
        orders.record(name, f.Accepted(), "ada")
    assert store.get(keys.facts(name, EU), consistent=True) == before
    with pytest.raises(TransitionRefusedError, match="no such order"):
        orders.record("a" * 26, f.Accepted(), "ada")


def test_a_step_that_is_repeated_changes_nothing(orders: OrderRepository, store: Table) -> None:
    name = paid(orders, store)
    first = orders.record(name, f.Accepted(), "ada")
    before = store.get(keys.facts(name, EU), consistent=True)
    assert orders.record(name, f.Accepted(), "bob") == first
    assert store.get(keys.facts(name, EU), consistent=True) == before


def test_an_item_keeps_a_fact_that_another_region_recorded_earlier() -> None:
    """Else the stream Lambda joins it again and the next write drops it again, for ever."""
    tables = GlobalTable(REGIONS)
    replicas = {name: MemoryReplica(tables, name) for name in (EU, US)}
    repositories = {name: OrderRepository(one, REGIONS) for name, one in replicas.items()}
    write_store(replicas[EU])
    name = place(replicas[EU], "operation-1", wanted(("ring", 1))).order.order_id
    tables.deliver_all()
    # As a webhook and the answer to the request may come; the second one is also stamped later.
    first = repositories[EU].record(name, f.Authorized(1, 150, "pi_1"), "provider")
    replicas[US].clock.tick(*first.stamps())
    repositories[US].record(name, f.Authorized(1, 150, "pi_1"), "provider")
    tables.deliver_all()
    before = replicas[US].get(keys.facts(name, US))
    repositories[US].record(name, f.Notified("guest", "placed"), "carte")
    after = replicas[US].get(keys.facts(name, US))
    assert before is not None
    assert after is not None
    kept = OrderPart.load(name, after.body).order.facts
    assert OrderPart.load(name, before.body).order.facts.items() <= kept.items()
    assert kept["authorized/1"].stamp.region == US
    shown = repositories[US].refresh(name)
    assert shown.facts["authorized/1"].stamp.region == EU
    assert replicas[US].get(keys.facts(name, US)) == after


def test_forgetting_removes_personal_data_for_ever(orders: OrderRepository, store: Table) -> None:
    name = place(store).order.order_id
    assert orders.forget(name)
    stored = store.get(keys.person(name), consistent=True)
    assert stored is not None
    assert stored.expires
    assert "Ada" not in repr(stored)
    assert not orders.forget(name)
    assert not orders.forget("a" * 26)


@pytest.mark.parametrize("left_ms", [0, 1])
def test_data_that_is_not_here_is_forgotten_unless_it_has_expired(left_ms: int) -> None:
    """DynamoDB deletes what expired: nothing is written that it would have to delete again."""
    tables = GlobalTable(REGIONS)
    replicas = {name: MemoryReplica(tables, name) for name in REGIONS}
    write_store(replicas[EU])
    order = place(replicas[EU]).order
    on_the_way = [key for key, _ in tables.pending[EU, US]]
    tables.deliver((EU, US), on_the_way.index(keys.facts(order.order_id, EU)))
    until = order.of_kind(f.Placed)[0][1].pickup_at + KEPT_S
    tables.now_ms = until * 1000 - left_ms
    assert OrderRepository(replicas[US], REGIONS).forget(order.order_id) is (left_ms > 0)
    stored = replicas[US].get(keys.person(order.order_id))
    assert (stored and stored.expires) == (until if left_ms else None)


def test_what_was_forgotten_in_one_region_stays_so_in_all() -> None:
    tables = GlobalTable(REGIONS)
    replicas = {name: MemoryReplica(tables, name) for name in REGIONS}
    write_store(replicas[EU])
    tables.deliver_all()
    name = place(replicas[EU]).order.order_id
    tables.deliver_all()
    assert OrderRepository(replicas[US], REGIONS).forget(name)
    tables.deliver_all()
    for replica in replicas.values():
        contact = OrderRepository(replica, REGIONS).contact(name)
        assert contact is not None
        assert contact.forgotten


def test_every_region_records_in_an_item_of_its_own_and_all_see_one_history() -> None:
    tables = GlobalTable(REGIONS)
    replicas = {name: MemoryReplica(tables, name) for name in REGIONS}
    write_store(replicas[EU])
    tables.deliver_all()
    repositories = {name: OrderRepository(replicas[name], REGIONS) for name in REGIONS}
    name = place(replicas[EU], want=wanted(("ring", 1), method=f.AT_STORE)).order.order_id
    tables.deliver_all()
    repositories[US].record(name, f.Accepted(), "ada")
    repositories[AP].record(name, f.Cancelled(), "guest")
    tables.deliver_all()
    found = [repositories[region].read(name) for region in REGIONS]
    assert found[0] == found[1] == found[2]
    assert found[0] is not None
    assert fold(found[0]).status is Status.CANCELLED
    for region in REGIONS:
        on_board = OrderBoards(replicas[region], REGIONS).board("s1", [DAY]).orders
        assert on_board == [found[0]]
        # The board's item of a region that wrote before the others is brought up to date.
        repositories[region].refresh(name)
    assert replicas[EU].get(keys.facts(name, EU)) is not None


@pytest.mark.parametrize("at", [0, 99])
@pytest.mark.parametrize("region", REGIONS)
def test_a_concurrent_placement_does_not_bring_back_what_was_forgotten(
    region: str, at: int
) -> None:
    given = Contact("a", Stamp(at, region), {"name": "Ada"}, {0: "no nuts"})
    forgotten = Contact("a", Stamp(50, US), {"name": "Ada"}).forget()
    for joined in (given.merge(forgotten), forgotten.merge(given)):
        assert joined.forgotten
        assert "Ada" not in repr(joined)
