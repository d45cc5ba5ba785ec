"""Schedules that once looked harmless, step by step on a global table in memory."""

import pytest

from services.convergence.repair import Outcome, Repairer
from services.domain.documents.operation import OperationRecord
from services.domain.documents.stock import Stock
from services.domain.edits import edit_assortment
from services.domain.stamp import Stamp
from services.domain.stock_edits import sell
from services.storage import keys
from services.storage.kinds import Document
from services.storage.operations import Edited, Operation, OperationRepository
from services.storage.orders import OrderRepository
from services.storage.replica import Write
from tests.support.mrec import GlobalTable, MemoryReplica
from tests.support.order_story import place, write_store

AP, EU, US = "ap-southeast-1", "eu-west-1", "us-east-1"
STOCK = keys.stock("1")
SALE = Operation("sale-1", "recordSale", "input", "till", STOCK)


class World:
    """Three regions, a process and a stream Lambda in each."""

    def __init__(self) -> None:
        self.table = GlobalTable((AP, EU, US))
        self.replicas = {name: MemoryReplica(self.table, name) for name in (AP, EU, US)}
        self.repairers = {
            name: Repairer(replica, OperationRepository(replica))
            for name, replica in self.replicas.items()
        }

    def sell(self, region: str, operation: Operation = SALE, pieces: int = 5) -> None:
        def edit(current: Document | None, stamp: Stamp) -> Edited:
            before = current if isinstance(current, Stock) else None
            return Edited(sell(before, "1", {"glazed": pieces}, stamp.region), [], (), sold)

        sold = {"glazed": pieces}
        OperationRepository(self.replicas[region]).apply(operation, edit)

    def price(self, region: str, item: str, price: int) -> None:
        self.replicas[region].change(
            keys.assortment("1"),
            lambda current, stamp: edit_assortment(
                current,  # type: ignore[arg-type]
                "1",
                {item: {"price": price}},
                (),
                stamp,
            )[0],
        )

    def settle(self, region: str, record: int = -1) -> Outcome:
        """Give a region's Lambda one record of its stream."""
        return self.repairers[region].settle(self.table.regions[region].stream[record])

    def deliver(self, source: str, target: str) -> None:
        while self.table.pending[source, target]:
            self.table.deliver((source, target), 0)

    def heal(self) -> None:
        read = dict.fromkeys(self.replicas, 0)
        while any(self.table.pending.values()) or any(
            read[name] < len(region.stream) for name, region in self.table.regions.items()
        ):
            for source, target in self.table.pending:
                self.deliver(source, target)
            for name, region in self.table.regions.items():
                for change in region.stream[read[name] :]:
                    read[name] += 1
                    self.repairers[name].settle(change)

    def sold(self) -> int:
        document = self.replicas[AP].held(STOCK).document
        assert isinstance(document, Stock)
        return sum(slot.net for slot in document.lines["glazed"].slots.values())


@pytest.fixture
def world() -> World:
    return World()


def sale_of_two_regions_undone_in_europe(world: World) -> int:
    """Returns which record of Europe's stream made it take its effect back."""
    world.sell(EU)
    world.table.now_ms += 1
    world.sell(AP)
    world.deliver(EU, US)
    world.deliver(AP, US)
    world.deliver(AP, EU)
    (overwritten,) = (
        at
        for at, change in enumerate(world.table.regions[EU].stream)
        if change.old and change.key.sk == keys.OPERATION
    )
    assert world.settle(EU, overwritten).repaired == "OperationRecord"
    assert world.settle(EU, -1) == Outcome(undone=True)
    return next(
        at
        for at in range(overwritten + 1, len(world.table.regions[EU].stream))
        if world.table.regions[EU].stream[at].key.sk == keys.OPERATION
    )


def flag_comes_back_unset(world: World) -> None:
    """A fast third region repairs the record too, and its write replaces Europe's flag."""
    world.table.regions[US].skew_ms = 10_000
    for at in range(len(world.table.regions[US].stream)):
        world.settle(US, at)
    world.deliver(US, EU)
    record = world.replicas[EU].get(keys.operation(SALE.id))
    assert record is not None
    document = record.document()
    assert isinstance(document, OperationRecord)
    assert document.surplus_in(EU) is not None


def test_an_effect_is_taken_back_once_though_the_records_flag_was_overwritten(
    world: World,
) -> None:
    again = sale_of_two_regions_undone_in_europe(world)
    flag_comes_back_unset(world)
    assert not world.settle(EU, again).undone
    world.heal()
    assert world.sold() == 5


def test_also_without_its_mark_it_is_taken_back_once_because_it_names_its_sale(
    world: World,
) -> None:
    def without_mark(write: Write) -> Write | None:
        return None if write.key.sk.startswith(keys.UNDONE_PREFIX) else write

    world.replicas[EU].fault = without_mark
    again = sale_of_two_regions_undone_in_europe(world)
    flag_comes_back_unset(world)
    assert world.settle(EU, again).undone
    world.heal()
    assert world.sold() == 5


def test_a_sale_between_an_overwrite_and_its_repair_counts(world: World) -> None:
    world.sell(EU, pieces=5)
    world.table.regions[US].skew_ms = 10_000
    world.sell(US, Operation("sale-2", "recordSale", "other", "till", STOCK), pieces=7)
    world.deliver(US, EU)
    world.sell(EU, Operation("sale-3", "recordSale", "third", "till", STOCK), pieces=1)
    world.heal()
    assert world.sold() == 13


def test_a_repair_that_loses_again_is_made_again(world: World) -> None:
    world.price(EU, "glazed", 150)
    world.table.regions[US].skew_ms = 10_000
    world.price(US, "latte", 320)
    world.deliver(US, EU)
    assert world.settle(EU).repaired == "Assortment"
    # Before the repair arrives there, the fast region writes once more, on what it knows.
    world.table.now_ms += 1
    world.price(US, "latte", 330)
    world.deliver(US, EU)
    assert world.settle(EU).repaired == "Assortment"
    world.heal()
    document = world.replicas[AP].held(keys.assortment("1")).document
    assert document is not None
    assert document.dump()["e"].keys() == {"glazed", "latte"}


def test_regions_that_repair_the_same_loss_do_not_answer_each_other(world: World) -> None:
    world.price(EU, "glazed", 150)
    world.table.now_ms += 1
    world.price(US, "latte", 320)
    world.deliver(EU, AP)
    world.deliver(US, AP)
    world.deliver(US, EU)
    assert world.settle(EU).repaired
    assert world.settle(AP).repaired
    world.heal()
    regions = world.table.regions.values()
    written = {
        change.new.rev
        for region in regions
        for change in region.stream
        if change.new and change.key == keys.assortment("1")
    }
    assert len(written) == 4, "two edits and two repairs; one repair wins, nobody writes a third"
    assert len({region.items[keys.assortment("1")].rev for region in regions}) == 1


@pytest.mark.parametrize("slow", [0, 60_000])
def test_who_is_forgotten_before_the_personal_data_arrived_is_forgotten_everywhere(
    slow: int, world: World
) -> None:
    """Whichever of the two items is the later by the clocks of the regions."""
    replicas = world.replicas
    write_store(replicas[EU])
    world.heal()
    world.table.regions[US].skew_ms = -slow
    name = place(replicas[EU], regions=(AP, EU, US)).order.order_id
    person, facts = keys.person(name), keys.facts(name, EU)
    on_the_way = [key for key, _ in world.table.pending[EU, US]]
    world.table.deliver((EU, US), on_the_way.index(facts))
    before = replicas[EU].get(person)
    world.table.now_ms += 1000
    orders = {region: OrderRepository(one, (AP, EU, US)) for region, one in replicas.items()}
    assert orders[US].contact(name) is None
    assert orders[US].forget(name)
    assert not orders[US].forget(name)
    world.heal()
    for region, replica in replicas.items():
        contact = orders[region].contact(name)
        assert contact is not None, region
        assert contact.forgotten, region
        stored = replica.get(person)
        assert stored is not None
        assert before is not None
        assert stored.expires == before.expires
        assert "Ada" not in repr(stored)
