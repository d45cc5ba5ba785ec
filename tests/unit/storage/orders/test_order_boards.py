"""The indexes of orders: boards by store and day, open work by when it is due."""

from datetime import timedelta
from typing import Any

import pytest

from services.domain.aws_regions import AWS_REGIONS
from services.domain.orders import facts as f
from services.domain.orders.identity import order_id
from services.domain.orders.listing import SHARDS, BoardPlace, shard_of, utc_days
from services.domain.orders.state import Status, fold
from services.domain.stamp import HybridClock
from services.storage.open_orders import OpenOrders
from services.storage.order_boards import OrderBoards
from services.storage.orders import OrderRepository
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
def boards(store: Table) -> OrderBoards:
    return OrderBoards(store, REGIONS)


@pytest.fixture
def open_orders(store: Table) -> OpenOrders:
    return OpenOrders(store)


def test_a_store_sees_its_orders_of_a_day_as_they_were_placed(
    boards: OrderBoards, store: Table
) -> None:
    names = [place(store, f"operation-{at}").order.order_id for at in range(5)]
    assert [one.order_id for one in boards.board("s1", [DAY]).orders] == names
    assert boards.board("s1", ["2026-11-26", "2026-11-28"]).orders == []
    assert boards.board("s2", [DAY]).orders == []
    assert [fold(one).status for one in boards.board("s1", [DAY]).orders] == [Status.PLACED] * 5


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
    boards = OrderBoards(replicas[AP], REGIONS)
    for most in (3, 4, 14, 15):
        monkeypatch.setattr("services.storage.order_boards.BOARD_AT_MOST", most)
        found, start, calls = [], None, 0
        while calls == 0 or start is not None:
            part = boards.board("s1", ["2026-11-26", DAY, "2026-11-28"], start)
            found += part.orders
            start, calls = part.rest, calls + 1
        assert [one.order_id for one in found] == names
        assert {fold(one).status for one in found} == {Status.ACCEPTED}
        assert calls == {3: 7, 4: 4, 14: 1, 15: 1}[most]


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
    boards = OrderBoards(replica, REGIONS)
    OrderRepository(replica, REGIONS).record(first, f.Accepted(), "ada")
    new = place(replica, "operation-3", at_store).order.order_id

    def shown(store: str, *changed: str) -> dict[str, Status]:
        board = boards.board(store, [DAY], changed=changed).orders
        return {one.order_id: fold(one).status for one in board}

    placed = Status.PLACED
    assert shown("s1") == dict.fromkeys((first, second, third), placed)
    found = shown("s1", first, new, "b" * 26)
    assert list(found) == [first, second, third, new]
    assert found == {first: Status.ACCEPTED, second: placed, third: placed, new: placed}
    # An id is the guest's key to an order, but not one to the board of another store or day.
    assert shown("s2", first, new) == {}
    assert boards.board("s1", ["2026-11-26"], changed=[first]).orders == []


def test_a_board_goes_on_behind_all_items_of_an_order() -> None:
    """Also those that regions wrote since; part of an order would be another order."""
    tables = GlobalTable(REGIONS)
    replicas = {name: MemoryReplica(tables, name) for name in (EU, US)}
    write_store(replicas[EU])
    at_store = wanted(("ring", 1), method=f.AT_STORE)
    names = [place(replicas[EU], f"operation-{at}", at_store).order.order_id for at in range(3)]
    tables.deliver_all()
    boards = OrderBoards(replicas[EU], REGIONS)
    behind = boards.board("s1", [DAY]).entries[0].behind
    OrderRepository(replicas[US], REGIONS).record(names[0], f.Accepted(), "ada")
    tables.deliver_all()
    assert [one.order_id for one in boards.board("s1", [DAY], behind).orders] == names[1:]
    assert max(AWS_REGIONS) < "z"


def test_a_later_page_has_an_order_that_the_index_does_not_show_yet() -> None:
    replica = LateIndex(GlobalTable(REGIONS), EU)
    write_store(replica)
    at_store = wanted(("ring", 1), method=f.AT_STORE)
    first, second = (place(replica, f"operation-{at}", at_store).order.order_id for at in range(2))
    replica.stop()
    new = place(replica, "operation-3", at_store).order.order_id
    boards = OrderBoards(replica, REGIONS)

    def behind(start: BoardPlace | None) -> list[str]:
        board = boards.board("s1", [DAY], start, [first, new])
        return [one.order_id for one in board.orders]

    places = [one.behind for one in boards.board("s1", [DAY], None, [new]).entries]
    assert [behind(start) for start in (None, *places)] == [
        [first, second, new],
        [second, new],
        [new],
        [],
    ]


def placed_twice(*, cancelled: bool) -> tuple[dict[str, MemoryReplica], str, list[str]]:
    """Return replicas, an order that its guest repeated in another region, and all orders.

    The first region accepts it before it hears of the repetition.

    Args:
        cancelled: The guest cancels it where it was repeated, before that region hears of anything.
    """
    tables = GlobalTable(REGIONS)
    replicas = {name: MemoryReplica(tables, name) for name in REGIONS}
    for replica in replicas.values():
        write_store(replica)
    at_store = wanted(("ring", 1), method=f.AT_STORE)
    names = []
    for at in range(3):
        tables.now_ms += 1_000
        names.append(place(replicas[EU], f"operation-{at}", at_store).order.order_id)
    tables.now_ms += 1_000
    assert not place(replicas[US], "operation-0", at_store).repeated
    tables.now_ms += 1_000
    names.append(place(replicas[EU], "operation-3", at_store).order.order_id)
    OrderRepository(replicas[EU], REGIONS).record(names[0], f.Accepted(), "ada")
    if cancelled:
        OrderRepository(replicas[US], REGIONS).record(names[0], f.Cancelled(), f.GUEST)
    tables.deliver_all()
    return replicas, names[0], names


def statuses(boards: OrderBoards, start: BoardPlace | None) -> dict[str, Status]:
    """Return where the orders of the board stand that stand behind a place."""
    part = boards.board("s1", [DAY], start)
    found = boards.standing(part.entries, "s1", [DAY], start)
    return {one.order.order_id: fold(one.order).status for one in found}


def test_an_order_that_two_regions_placed_is_shown_once_wherever_a_page_begins() -> None:
    """The region of the repetition lists it by its own stamp until it has the other placement."""
    replicas, name, names = placed_twice(cancelled=False)
    for replica in replicas.values():
        boards = OrderBoards(replica, REGIONS)
        part = boards.board("s1", [DAY])
        assert part.is_whole
        assert [one.order_id for one in part.orders] == names
        assert fold(part.orders[0]).status is Status.ACCEPTED
        for at, entry in enumerate(part.entries, 1):
            rest = boards.board("s1", [DAY], entry.behind)
            assert not rest.is_whole
            # The facts of the second place alone.
            assert (name in [one.order_id for one in rest.orders]) is (at < 4)
            assert list(statuses(boards, entry.behind)) == names[at:]
    # It stands at one place as soon as the region of the repetition has worked on it.
    OrderRepository(replicas[US], REGIONS).refresh(name)
    board = OrderBoards(replicas[US], REGIONS).board("s1", [DAY])
    assert [one.order_id for one in board.orders] == names
    assert {one.behind == one.last for one in board.entries} == {True}


def test_an_order_in_two_parts_of_a_long_board_is_shown_in_the_first_with_all_facts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    replicas, name, names = placed_twice(cancelled=True)
    boards = OrderBoards(replicas[US], REGIONS)
    assert fold(boards.board("s1", [DAY]).orders[0]).status is Status.CANCELLED
    for most in range(1, 6):
        monkeypatch.setattr("services.storage.order_boards.BOARD_AT_MOST", most)
        found: list[str] = []
        start = None
        while True:
            part = boards.board("s1", [DAY], start)
            shown = statuses(boards, start)
            found += shown
            assert shown.get(name, Status.CANCELLED) is Status.CANCELLED, most
            if part.rest is None:
                break
            start = part.rest
        assert found == names, most


def test_a_till_that_changed_an_order_of_two_places_sees_it_once() -> None:
    replicas, name, names = placed_twice(cancelled=False)
    boards = OrderBoards(replicas[AP], REGIONS)
    first = boards.board("s1", [DAY], changed=[name])
    assert [one.order_id for one in first.orders] == names
    behind = first.entries[0].behind
    later = boards.board("s1", [DAY], behind, [name])
    assert [one.order_id for one in later.orders] == names[1:]


def test_a_local_day_is_looked_for_in_the_days_of_utc_that_it_touches() -> None:
    start = NOON.replace(hour=0)
    assert list(utc_days(start, start + timedelta(days=1))) == ["2026-11-26", "2026-11-27"]
    assert list(utc_days(NOON, NOON + timedelta(seconds=1))) == ["2026-11-27"]


def everything_due(open_orders: OpenOrders, until_ms: int) -> list[str]:
    found = [one for shard in range(SHARDS) for one in open_orders.overdue(shard, until_ms)]
    return [one.order_id for one in found]


def test_open_work_is_found_by_when_it_is_due(open_orders: OpenOrders, store: Table) -> None:
    name = place(store).order.order_id
    (found,) = open_orders.overdue(shard_of(name), NOON_MS + 60_000)
    assert (found.order_id, found.due_ms) == (name, NOON_MS)
    assert open_orders.overdue(shard_of(name), NOON_MS + 60_000, after=found.place) == []
    assert everything_due(open_orders, NOON_MS + 60_000) == [name]
    assert everything_due(open_orders, NOON_MS) == []


def test_an_order_of_which_nothing_is_due_is_not_open_work(
    open_orders: OpenOrders, store: Table
) -> None:
    orders = OrderRepository(store, REGIONS)
    name = place(store).order.order_id
    orders.record(name, f.Authorized(1, 300), "provider")
    orders.record(name, f.Accepted(), "ada")
    far = NOON_MS + 10**9
    assert everything_due(open_orders, far) == [name]  # the money and the notice
    orders.record(name, f.Captured(1, 300), "provider")
    assert everything_due(open_orders, far) == [name]
    orders.record(name, f.Notified("guest", "accepted"), "carte")
    assert everything_due(open_orders, far) == []
    for data in (f.Ready(), f.Collected()):
        orders.record(name, data, "ada")
    assert everything_due(open_orders, far) == [
        name
    ]  # the reservation; that it is ready is overtaken
    orders.record(name, f.Settled(given_back=False), "carte")
    assert everything_due(open_orders, far) == []
    boards = OrderBoards(store, REGIONS)
    assert [one.order_id for one in boards.board("s1", [DAY]).orders] == [name]


def test_open_work_of_another_region_is_found_here_and_refreshing_takes_it_off() -> None:
    tables = GlobalTable(REGIONS)
    replicas = {name: MemoryReplica(tables, name) for name in REGIONS}
    write_store(replicas[EU])
    tables.deliver_all()
    here, there = (OrderRepository(replicas[name], REGIONS) for name in (US, EU))
    listed_here, listed_there = (OpenOrders(replicas[name]) for name in (US, EU))
    name = place(replicas[EU], want=wanted(("ring", 1), method=f.AT_STORE)).order.order_id
    tables.deliver_all()
    far = NOON_MS * 2
    assert everything_due(listed_here, far) == [name]
    here.record(name, f.Accepted(), "ada")
    here.record(name, f.Collected(), "ada")
    topics = [("guest", "placed"), ("guest", "accepted"), ("store", "placed")]
    for audience, topic in topics:
        here.record(name, f.Notified(audience, topic), "carte")
    tables.deliver_all()
    there.record(name, f.Settled(given_back=False), "carte")
    tables.deliver_all()
    assert everything_due(listed_there, far) == [name]
    here.refresh(name)
    tables.deliver_all()
    assert everything_due(listed_there, far) == []


def test_orders_are_spread_over_the_shards() -> None:
    names = [order_id(f"operation-{at}") for at in range(3_200)]
    counts = [0] * SHARDS
    for name in names:
        counts[shard_of(name)] += 1
    assert min(counts) > 140
