"""Two regions place an order under one `operationId`: whose notes and name the kitchen sees."""

from collections.abc import Mapping

import pytest

from graphql_schema.orders.types import Order, OrderContact
from services.convergence.repair import Repairer
from services.domain.orders.contact import Contact
from services.domain.orders.facts import AT_STORE, Accepted
from services.domain.orders.placing import Wanted
from services.domain.orders.state import fold
from services.storage import keys
from services.storage.operations import OperationRepository
from services.storage.orders import OrderRepository
from tests.support.mrec import GlobalTable, MemoryReplica
from tests.support.order_story import REGIONS, place, wanted, write_store

EU, US, AP = REGIONS
THREE = wanted(("ring", 1), ("flat-white", 1), ("ring", 2), method=AT_STORE)
TWO = wanted(("flat-white", 2), ("ring", 1), method=AT_STORE)


class World:
    """Three regions that have seen the store; the ways between them are cut."""

    def __init__(self) -> None:
        self.tables = GlobalTable(REGIONS)
        self.replicas = {name: MemoryReplica(self.tables, name) for name in REGIONS}
        write_store(self.replicas[EU])
        self.tables.deliver_all()
        self.orders = {name: OrderRepository(one, REGIONS) for name, one in self.replicas.items()}
        self.read = dict.fromkeys(REGIONS, 0)

    def place(self, region: str, want: Wanted, notes: Mapping[int, str]) -> str:
        return place(self.replicas[region], want=want, notes=notes).order.order_id

    def heal(self) -> None:
        while any(self.tables.pending.values()):
            self.tables.deliver_all()
            self.repair()

    def repair(self) -> None:
        for region, replica in self.replicas.items():
            repairer = Repairer(replica, OperationRepository(replica))
            for change in self.tables.regions[region].stream[self.read[region] :]:
                self.read[region] += 1
                repairer.settle(change)

    def shown(self, region: str, name: str) -> OrderContact:
        order = self.orders[region].read(name)
        assert order is not None
        found = Order.of(order, None, self.orders[region].contact(name))
        assert found is not None
        assert found.contact is not None
        assert all(one.line < len(found.lines) for one in found.contact.line_notes)
        return found.contact


def notes_of(contact: OrderContact) -> dict[int, str]:
    return {one.line: one.note for one in contact.line_notes}


def accepted_in_eu(world: World, name: str, contact: Contact) -> Order:
    """Return an order whose placement in the higher region counts, with a contact that is given."""
    world.orders[EU].record(name, Accepted(), "ada")
    world.heal()
    order = world.orders[US].read(name)
    assert order is not None
    assert fold(order).placed_in == EU
    shown = Order.of(order, None, contact)
    assert shown is not None
    return shown


@pytest.mark.parametrize("accepted_in", [AP, EU])
@pytest.mark.parametrize("slow", [AP, EU])
def test_the_notes_are_those_of_the_input_that_counts(accepted_in: str, slow: str) -> None:
    """Whichever of the two items of personal data is the later by the clocks of the regions."""
    world = World()
    world.tables.regions[slow].skew_ms = -60_000
    given = {AP: {2: "no nuts"}, EU: {0: "oat milk", 1: "no sugar"}}
    name = world.place(AP, THREE, given[AP])
    assert world.place(EU, TWO, given[EU]) == name
    world.orders[accepted_in].record(name, Accepted(), "ada")
    world.heal()
    for region in REGIONS:
        assert notes_of(world.shown(region, name)) == given[accepted_in], region
    assert world.orders[US].forget(name)
    world.heal()
    for region, replica in world.replicas.items():
        contact = world.orders[region].contact(name)
        assert contact is not None
        assert contact.forgotten
        for private in ("Ada", "nuts", "milk"):
            assert private not in repr(replica.get(keys.person(name)))


def test_notes_at_lines_of_another_input_are_not_shown() -> None:
    """So did earlier versions of carte store it: the contact of the lower region alone."""
    world = World()
    name = world.place(AP, THREE, {2: "no nuts"})
    alone = world.orders[AP].contact(name)
    assert alone is not None
    world.place(EU, TWO, {0: "oat milk"})
    shown = accepted_in_eu(world, name, alone)
    assert shown.contact is None


def test_of_one_input_in_two_regions_either_regions_notes_are_shown() -> None:
    world = World()
    notes = {1: "oat milk"}
    name = world.place(AP, THREE, notes)
    alone = world.orders[AP].contact(name)
    assert alone is not None
    world.place(EU, THREE, notes)
    shown = accepted_in_eu(world, name, alone)
    assert shown.contact is not None
    assert notes_of(shown.contact) == notes == notes_of(world.shown(US, name))


def test_what_both_regions_were_given_is_stored_and_read_again() -> None:
    world = World()
    name = world.place(AP, THREE, {2: "no nuts"})
    world.place(EU, TWO, {})
    world.heal()
    contact = world.orders[US].contact(name)
    assert contact is not None
    assert [one.stamp.region for one in contact.each()] == [AP, EU]
    assert Contact.load(name, contact.dump()) == contact
