"""What happens in a region while it counts: whichever is written first, nothing is sold twice."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from services.convergence.repair import Change
from services.convergence.stock_rights import RightsMovement
from services.domain.documents import stock_rights
from services.domain.documents.stock import Stock
from services.domain.documents.stock_rights import account_of
from services.storage import parts
from services.storage.operations import Edited, Operation, OperationRepository
from services.storage.replica import Held, Replica
from tests.property.orders.counter_world import fails, run
from tests.property.orders.stock_world import ITEM
from tests.property.orders.table_world import KEY, TableWorld, in_two_items
from tests.support.mrec import GlobalTable, MemoryReplica

SCHEDULES = int(os.environ.get("CARTE_MODEL_EXAMPLES", "120"))
STEPS = 60


def test_a_count_and_what_its_region_does_meanwhile_are_in_one_order() -> None:
    accepted = raced = 0
    for seed in range(SCHEDULES):
        try:
            world = run(seed, STEPS, kind=TableWorld)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        assert isinstance(world, TableWorld)
        accepted, raced = accepted + world.accepted, raced + world.raced
    assert min(accepted, raced) > 5 * SCHEDULES, "the schedules are idle"


_change = Replica.change


def _counts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Held, "beside", lambda *_: {})


def _grants_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(self: Replica, key: Any, edit: Any, **_: Any) -> Any:
        return _change(self, key, edit)

    monkeypatch.setattr(Replica, "change", change)


@pytest.mark.parametrize("plant", [_counts_alone, _grants_alone])
def test_a_planted_fault_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    assert any(fails(seed, STEPS, kind=TableWorld) for seed in range(SCHEDULES))


class Store:
    """A store whose stock two regions know; the second one has asked for rights."""

    def __init__(self) -> None:
        self.tables = GlobalTable(("eu", "us"))
        self.replicas = {name: MemoryReplica(self.tables, name) for name in ("eu", "us")}
        self.count(self.replicas["eu"], 400)
        self.tables.deliver_all()
        us = self.replicas["us"]
        in_two_items(us, lambda stock: stock.sold(ITEM, 39, "us"))
        self.move(us)
        self.tables.deliver_all()

    def count(self, replica: Replica, pieces: int) -> None:
        def edit(current: Any, stamp: Any) -> Edited:
            stock = current or Stock("s1", {})
            nearest = ("eu", "us")
            return Edited(stock_rights.counted(stock, ITEM, pieces, stamp, nearest, 0), None)

        name = f"count-{pieces}"
        operation = Operation(name, "recordStockCount", "f", "till", KEY)
        OperationRepository(replica).apply(operation, edit)

    def move(self, replica: Replica) -> None:
        part = parts.own_part(KEY, "us")
        new = replica.get(part)
        assert new is not None
        RightsMovement(replica).look_at(Change(part, None, new))

    def sellable(self) -> int:
        """Return what the regions accept in all, once everything has arrived."""
        self.tables.deliver_all()
        stock = self.replicas["us"].held(KEY).document
        assert isinstance(stock, Stock)
        account = account_of(stock.line(ITEM))
        return sum(max(0, account.rights(region) or 0) for region in ("eu", "us"))

    def reserve(self, replica: Replica, pieces: int) -> None:
        def edit(stock: Stock) -> Stock:
            return stock_rights.reserved(stock, ITEM, pieces, replica.region, 10**9)[0]

        in_two_items(replica, edit)


def test_a_count_that_comes_between_a_grant_and_its_writing_is_in_force_for_it() -> None:
    store = Store()
    mover = MemoryReplica(store.tables, "eu")
    mover.interloper = lambda: store.count(store.replicas["eu"], 3)
    store.move(mover)
    assert store.sellable() == 3


def test_a_grant_that_comes_between_a_count_and_its_writing_is_known_to_it() -> None:
    store = Store()
    counter = MemoryReplica(store.tables, "eu")
    counter.interloper = lambda: store.move(store.replicas["eu"])
    store.count(counter, 30)
    assert store.sellable() <= 36  # us got them before the count, and may have promised them


def test_a_reservation_that_comes_between_a_count_and_its_writing_is_known_to_it() -> None:
    store = Store()
    counter = MemoryReplica(store.tables, "eu")
    counter.interloper = lambda: store.reserve(store.replicas["eu"], 36)
    store.count(counter, 40)
    assert store.sellable() == 4
    count = store.replicas["eu"].held(KEY).document.line(ITEM).count.value  # type: ignore[union-attr]  # counted
    assert (count.seen["eu"], count.reserved) == (36, 36)
