"""The stream Lambda names the orders whose facts changed, and nothing else."""

from typing import Any

import pytest

from services.convergence.batch import Batches
from services.convergence.order_changes import OrderChanges
from services.convergence.repair import Outcome
from services.domain.orders import facts as f
from tests.support.fulfilment import World
from tests.support.order_story import REGIONS, place, wanted

EU, US, _ = REGIONS


def named(world: World, region: str, changes: OrderChanges) -> None:
    for change in world.tables.regions[region].stream:
        changes.look_at(change)
    world.tables.regions[region].stream.clear()


def test_a_new_fact_names_its_order_in_every_region_it_reaches() -> None:
    world = World()
    sent: list[dict[str, Any]] = []
    name = place(world.replicas[EU]).order.order_id
    world.tables.deliver_all()
    for region in REGIONS:
        changes = OrderChanges(region, sent.extend)
        named(world, region, changes)
        assert changes.flush() == 1
        assert changes.flush() == 0
    assert [one["MessageGroupId"] for one in sent] == [name] * 3


def test_an_order_that_is_only_listed_elsewhere_is_not_named() -> None:
    world = World()
    at_store = wanted(("flat-white", 1), method=f.AT_STORE)
    name = place(world.replicas[EU], want=at_store).order.order_id
    world.tables.deliver_all()
    for audience in ("guest", "store"):
        world.orders[US].record(name, f.Notified(audience, "placed"), "carte")
    world.tables.deliver_all()
    world.tables.regions[EU].stream.clear()
    world.orders[EU].refresh(name)
    assert world.tables.regions[EU].stream
    changes = OrderChanges(EU, lambda _: None)
    named(world, EU, changes)
    assert changes.flush() == 0


def test_messages_of_one_revision_are_the_same_and_of_two_are_not() -> None:
    world = World()
    sent: list[dict[str, Any]] = []
    name = place(world.replicas[EU]).order.order_id
    (one,) = [c for c in world.tables.regions[EU].stream if c.key.sk.startswith("FACTS")]
    world.orders[EU].record(name, f.Cancelled(), "guest")
    for change in (one, one, world.tables.regions[EU].stream[-1]):
        changes = OrderChanges(EU, sent.extend)
        changes.look_at(change)
        changes.flush()
    first, second, third = (entry["MessageDeduplicationId"] for entry in sent)
    assert first == second != third


def test_a_queue_that_fails_does_not_stop_repairs(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: object) -> None:
        raise ConnectionError("the queue does not answer")

    log: list[str] = []
    changes = OrderChanges(EU, fails)
    monkeypatch.setattr(changes, "_waiting", {"a": {}})
    repairer: Any = type("Repairer", (), {"settle": lambda *_: Outcome(None)})()
    answer = Batches(EU, repairer, orders=changes, log=log.append).answer({"Records": []})
    assert answer == {"batchItemFailures": []}
    assert '"Faults":1' in log[0]


def test_of_other_regions_only_what_may_matter_here_names_an_order() -> None:
    world = World()
    name = place(world.replicas[EU]).order.order_id
    world.tables.deliver_all()
    changes = OrderChanges(EU, lambda _: None)
    named(world, EU, changes)
    assert changes.flush() == 1
    for data, count in (
        (f.Notified("guest", "placed"), 0),
        (f.Authorized(1, 300), 0),
        (f.Authorized(2, 300), 1),
        (f.Cancelled(), 1),
    ):
        world.orders[US].record(name, data, "ada")
        world.tables.deliver_all()
        named(world, EU, changes)
        assert changes.flush() == count
