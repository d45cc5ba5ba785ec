"""Actions of staff on documents with stamps ahead of the clock: none keeps another out."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from services.domain.documents.action import RETENTION_S, StaffAction
from services.domain.documents.assortment import Assortment
from services.domain.edits import edit_assortment
from services.domain.orders import facts as f
from services.domain.orders.order import Order
from services.domain.orders.part import OrderPart
from services.domain.stamp import COUNTER_BITS, MAX_AHEAD_MS, HybridClock, Stamp
from services.storage import bulk, keys
from services.storage.actions import ActionRepository
from services.storage.operations import Edited, Operation, OperationRepository
from services.storage.orders import OrderRepository, StaffStep
from services.storage.replica import Write
from services.storage.table import Table
from tests.support.moto_table import process_of
from tests.support.order_story import NOON, REGIONS, place, write_store

EU = REGIONS[0]
NOW_MS = int(NOON.timestamp() * 1000)
AHEAD = {"followed": MAX_AHEAD_MS // 2, "not followed": 2 * MAX_AHEAD_MS}
STORES = [str(number) for number in range(1, 15)]


@pytest.fixture
def now() -> Iterator[int]:
    """The wall clock of a region, which goes on by a millisecond whenever it is read."""
    return itertools.count(NOW_MS)


def process(table: Table, now: Iterator[int]) -> Table:
    """Another process of the table's region; its clock has seen nothing yet."""
    made = process_of(table.region)
    made.clock = HybridClock(table.region, lambda: next(now))
    made.pause = lambda _: None
    return made


def price(table: Table, store_id: str, value: int = 150) -> None:
    """Set a price in a store, as one manager of all stores."""

    def edit(current: Any, stamp: Stamp) -> Edited:
        lines = {"glazed": {"price": value}}
        edited, changes = edit_assortment(current, store_id, lines, ("glazed",), stamp)
        return Edited(edited, None, changes)

    document = keys.assortment(store_id)
    name = f"{store_id}-{value}"
    OperationRepository(table).apply(
        Operation(name, "updateAssortment", name, "ada", document, by_staff=True), edit
    )


def imported(table: Table, ahead_ms: int) -> None:
    """Make stores in one batch, with a clock that is ahead."""
    table.clock = HybridClock(table.region, lambda: NOW_MS + ahead_ms)
    makes: dict[keys.Key, bulk.Make] = {
        keys.assortment(one): lambda stamp, one=one: Assortment(one, {}).assign(  # type: ignore[misc]
            {"glazed": {"price": 100}}, stamp
        )
        for one in STORES
    }
    (made,) = bulk.create(table, [makes])
    assert len(made.created) == len(STORES)


def actions(table: Table) -> list[StaffAction]:
    return [action for _, action in ActionRepository(table).of_person("ada")]


@pytest.mark.parametrize("ahead", AHEAD)
def test_a_person_edits_all_stores_of_an_import_whose_clock_was_ahead(
    table: Table, now: Iterator[int], ahead: str
) -> None:
    """All of them have one stamp, so that the next one of each is the same."""
    imported(table, AHEAD[ahead])
    one = process(table, now)
    for store in STORES[:-1]:
        price(one, store)
    # Another process of the region knows nothing of the stamps that the first one made.
    price(process(table, now), STORES[-1])
    found = actions(table)
    assert [action.document[0] for action in found] == [f"STORE#{one}" for one in STORES[::-1]]
    for action in found:
        assert NOW_MS <= action.stamp.unix_ms < NOW_MS + 60_000, "when it was, not what it wrote"
    for row in table.partition(keys.actions_partition("ada")):
        assert row.expires == NOW_MS // 1000 + RETENTION_S


def test_a_repeated_operation_is_one_action(table: Table, now: Iterator[int]) -> None:
    imported(table, AHEAD["not followed"])
    for _ in range(2):
        price(process(table, now), "1")
    assert len(actions(table)) == 1


def test_actions_of_one_document_stand_newest_first_among_those_of_the_version_before(
    table: Table, now: Iterator[int]
) -> None:
    imported(table, 0)
    one = process(table, now)
    price(one, "1", 150)
    (before,) = actions(table)
    # The version before gave an action the stamp of the document that it changed.
    older = Stamp(before.stamp.time - 1, EU)
    body = {**before.dump(), "at": str(older), "op": "older"}
    table.write(Write(keys.action("ada", older), body, older, None))
    for value in (160, 170):
        price(one, "1", value)
    ids = [action.operation_id for action in actions(table)]
    assert ids == ["1-170", "1-160", "1-150", "older"]
    pages = ActionRepository(table)
    place_of_first = next(pages.of_person("ada"))[0]
    rest = [action.operation_id for _, action in pages.of_person("ada", place_of_first)]
    assert rest == ids[1:]


@pytest.mark.parametrize("ahead", AHEAD)
def test_a_person_carries_on_all_orders_with_one_stamp_ahead(
    table: Table, now: Iterator[int], ahead: str
) -> None:
    table.clock = HybridClock(EU, lambda: NOW_MS)
    table.pause = lambda _: None
    write_store(table)
    stamp = Stamp(NOW_MS + AHEAD[ahead] << COUNTER_BITS, EU)
    names = [place(table, f"operation-{at}").order.order_id for at in range(12)]
    for name in names:
        key = keys.facts(name, EU)
        stored = table.get(key, consistent=True)
        assert stored is not None
        order = Order.load(name, stored.body).with_fact(
            f.Fact(stamp, "provider", f.Authorized(1, 300))
        )
        part = OrderPart.of(order, stamp, REGIONS)
        table.write(Write(key, part.dump(), stamp, stored.rev))
    one = process(table, now)
    for at, name in enumerate(names):
        used = one if at < len(names) - 1 else process(table, now)
        step = StaffStep("acceptOrder", f"accept-{at}", None)
        OrderRepository(used, REGIONS).record(name, f.Accepted(), "ada", step)
    assert [action.operation_id for action in actions(table)] == [
        f"accept-{at}" for at in reversed(range(len(names)))
    ]
