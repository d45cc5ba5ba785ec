"""Facts of orders: guards, listing by store and day, open work by when it is due, forgetting."""

from datetime import timedelta
from typing import Any

import pytest

from services.domain.aws_regions import AWS_REGIONS
from services.domain.orders import facts as f
from services.domain.orders.contact import Contact
from services.domain.orders.identity import order_id
from services.domain.orders.listing import SHARDS, shard_of, utc_days
from services.domain.orders.part import OrderPart
from services.domain.orders.state import Status, fold
from services.domain.stamp import HybridClock, Stamp
from services.storage import keys
from services.storage.orders import BoardPlace, OrderRepository, TransitionRefusedError
from services.storage.replica import Listed
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


def test_a_store_sees_its_orders_of_a_day_as_they_were_placed(
    orders: OrderRepository, store: Table
) -> None:
    names = [place(store, f"operation-{at}").order.order_id for at in range(5)]
    assert [one.order_id for one in orders.board("s1", [DAY]).orders] == names
    assert orders.board("s1", ["2026-11-26", "2026-11-28"]).orders == []
    assert orders.board("s2", [DAY]).orders == []
    assert [fold(one).status for one in orders.board("s1", [DAY]).orders] == [Status.PLACED] * 5


def test_a_board_with_more_than_one_call_reads_is_read_on_and_no_order_is_torn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tables = GlobalTable(REGIONS)
    replicas = {name: MemoryReplica(tables, name) for name in REGIONS}
    write_store(replicas[EU])
    names = [
        place(
            replicas[EU], f"operation-{at}", wanted(("ring", 1), method=f.AT_STORE)
        ).order.order_id
        for at in range(7)
    ]
    tables.deliver_all()
    for name in names:
        OrderRepository(replicas[US], REGIONS).record(name, f.Accepted(), "ada")
    tables.deliver_all()
    orders = OrderRepository(replicas[AP], REGIONS)
    for most in (3, 4, 14, 15):
        monkeypatch.setattr("services.storage.orders.BOARD_AT_MOST", most)
        found, start, calls = [], None, 0
        while calls == 0 or start is not None:
            part = orders.board("s1", ["2026-11-26", DAY, "2026-11-28"], start)
            found += part.orders
            start, calls = part.rest, calls + 1
        assert [one.order_id for one in found] == names
        assert {fold(one).status for one in found} == {Status.ACCEPTED}
        assert calls == {3: 7, 4: 4, 14: 1, 15: 1}[most]


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


class LateIndex(MemoryReplica):
    """A replica whose indexes stop following the table where a test says so."""

    def stop(self) -> None:
        self._shown = dict(self._items)

    def listed(self, *given: Any, **named: Any) -> list[Listed]:
        now, self._items = self._items, self._shown
        try:
            return super().listed(*given, **named)
        finally:
            self._items = now


def test_a_till_sees_what_it_changed_though_the_index_does_not_show_it_yet() -> None:
    tables = GlobalTable(REGIONS)
    replica = LateIndex(tables, EU)
    write_store(replica)
    write_store(MemoryReplica(tables, US))
    at_store = wanted(("ring", 1), method=f.AT_STORE)
    first, second, third = (
        place(replica, f"operation-{at}", at_store).order.order_id for at in range(3)
    )
    replica.stop()
    orders = OrderRepository(replica, REGIONS)
    orders.record(first, f.Accepted(), "ada")
    new = place(replica, "operation-3", at_store).order.order_id

    def shown(store: str, *changed: str) -> dict[str, Status]:
        board = orders.board(store, [DAY], changed=changed).orders
        return {one.order_id: fold(one).status for one in board}

    placed = Status.PLACED
    assert shown("s1") == dict.fromkeys((first, second, third), placed)
    found = shown("s1", first, new, "b" * 26)
    assert list(found) == [first, second, third, new]
    assert found == {first: Status.ACCEPTED, second: placed, third: placed, new: placed}
    # An id is the guest's key to an order, but not one to the board of another store or day.
    assert shown("s2", first, new) == {}
    assert orders.board("s1", ["2026-11-26"], changed=[first]).orders == []


def test_a_board_goes_on_behind_all_items_of_an_order() -> None:
    """Also those that regions wrote since; part of an order would be another order."""
    tables = GlobalTable(REGIONS)
    replicas = {name: MemoryReplica(tables, name) for name in (EU, US)}
    write_store(replicas[EU])
    at_store = wanted(("ring", 1), method=f.AT_STORE)
    names = [place(replicas[EU], f"operation-{at}", at_store).order.order_id for at in range(3)]
    tables.deliver_all()
    orders = OrderRepository(replicas[EU], REGIONS)
    behind = orders.board("s1", [DAY]).entries[0].behind
    OrderRepository(replicas[US], REGIONS).record(names[0], f.Accepted(), "ada")
    tables.deliver_all()
    assert [one.order_id for one in orders.board("s1", [DAY], behind).orders] == names[1:]
    assert max(AWS_REGIONS) < "z"


def test_a_later_page_has_an_order_that_the_index_does_not_show_yet() -> None:
    replica = LateIndex(GlobalTable(REGIONS), EU)
    write_store(replica)
    at_store = wanted(("ring", 1), method=f.AT_STORE)
    first, second = (place(replica, f"operation-{at}", at_store).order.order_id for at in range(2))
    replica.stop()
    new = place(replica, "operation-3", at_store).order.order_id
    orders = OrderRepository(replica, REGIONS)

    def behind(start: BoardPlace | None) -> list[str]:
        board = orders.board("s1", [DAY], start, [first, new])
        return [one.order_id for one in board.orders]

    places = [one.behind for one in orders.board("s1", [DAY], None, [new]).entries]
    assert [behind(start) for start in (None, *places)] == [
        [first, second, new],
        [second, new],
        [new],
        [],
    ]


def test_a_local_day_is_looked_for_in_the_days_of_utc_that_it_touches() -> None:
    start = NOON.replace(hour=0)
    assert list(utc_days(start, start + timedelta(days=1))) == ["2026-11-26", "2026-11-27"]
    assert list(utc_days(NOON, NOON + timedelta(seconds=1))) == ["2026-11-27"]


def everything_due(orders: OrderRepository, until_ms: int) -> list[str]:
    found = [one for shard in range(SHARDS) for one in orders.overdue(shard, until_ms)]
    return [one.order_id for one in found]


def test_open_work_is_found_by_when_it_is_due(orders: OrderRepository, store: Table) -> None:
    name = place(store).order.order_id
    (found,) = orders.overdue(shard_of(name), NOON_MS + 60_000)
    assert (found.order_id, found.due_ms) == (name, NOON_MS)
    assert orders.overdue(shard_of(name), NOON_MS + 60_000, after=found.place) == []
    assert everything_due(orders, NOON_MS + 60_000) == [name]
    assert everything_due(orders, NOON_MS) == []


def test_an_order_of_which_nothing_is_due_is_not_open_work(
    orders: OrderRepository, store: Table
) -> None:
    name = paid(orders, store)
    orders.record(name, f.Accepted(), "ada")
    far = NOON_MS + 10**9
    assert everything_due(orders, far) == [name]  # the money and the notice
    orders.record(name, f.Captured(1, 300), "provider")
    assert everything_due(orders, far) == [name]
    orders.record(name, f.Notified("guest", "accepted"), "carte")
    assert everything_due(orders, far) == []
    for data in (f.Ready(), f.Collected()):
        orders.record(name, data, "ada")
    assert everything_due(orders, far) == [name]  # the reservation; that it is ready is overtaken
    orders.record(name, f.Settled(given_back=False), "carte")
    assert everything_due(orders, far) == []
    assert [one.order_id for one in orders.board("s1", [DAY]).orders] == [name]


def test_forgetting_removes_personal_data_for_ever(orders: OrderRepository, store: Table) -> None:
    name = place(store).order.order_id
    assert orders.forget(name)
    stored = store.get(keys.person(name), consistent=True)
    assert stored is not None
    assert stored.expires
    assert "Ada" not in repr(stored)
    assert not orders.forget(name)
    assert not orders.forget("a" * 26)


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
        on_board = repositories[region].board("s1", [DAY]).orders
        assert on_board == [found[0]]
        # The board's item of a region that wrote before the others is brought up to date.
        repositories[region].refresh(name)
    assert replicas[EU].get(keys.facts(name, EU)) is not None


def test_open_work_of_another_region_is_found_here_and_refreshing_takes_it_off() -> None:
    tables = GlobalTable(REGIONS)
    replicas = {name: MemoryReplica(tables, name) for name in REGIONS}
    write_store(replicas[EU])
    tables.deliver_all()
    here, there = (OrderRepository(replicas[name], REGIONS) for name in (US, EU))
    name = place(replicas[EU], want=wanted(("ring", 1), method=f.AT_STORE)).order.order_id
    tables.deliver_all()
    far = NOON_MS * 2
    assert everything_due(here, far) == [name]
    here.record(name, f.Accepted(), "ada")
    here.record(name, f.Collected(), "ada")
    topics = [("guest", "placed"), ("guest", "accepted"), ("store", "placed")]
    for audience, topic in topics:
        here.record(name, f.Notified(audience, topic), "carte")
    tables.deliver_all()
    there.record(name, f.Settled(given_back=False), "carte")
    tables.deliver_all()
    assert everything_due(there, far) == [name]
    here.refresh(name)
    tables.deliver_all()
    assert everything_due(there, far) == []


def test_orders_are_spread_over_the_shards() -> None:
    names = [order_id(f"operation-{at}") for at in range(3_200)]
    counts = [0] * SHARDS
    for name in names:
        counts[shard_of(name)] += 1
    assert min(counts) > 140


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
