"""Joins of what regions did with pickup slots, and facts of an order in their order."""

import pytest

from services.domain.documents.stock_line import Return, Slot
from services.domain.orders import facts as f
from services.domain.orders.facts import Fact
from services.domain.orders.order import Order
from services.domain.orders.slot_use import SlotUse
from services.domain.rights.account import Account, Epoch, Part
from services.domain.rights.returned import NOTHING
from services.domain.stamp import Stamp

EU, US = "eu-west-1", "us-east-1"


def use(**parts: dict[str, Part]) -> SlotUse:
    return SlotUse("de-1", "2026-11-28", parts)


def test_the_slots_of_a_day_are_those_of_all_regions_each_in_its_later_version() -> None:
    here = use(noon={EU: Part(version=2, sold=2)}, evening={EU: Part(version=1, sold=1)})
    there = use(noon={US: Part(version=1, sold=5), EU: Part(version=1, sold=1)})
    later = use(night={US: Part(version=7, sold=3)})
    joined = use(
        noon={EU: Part(version=2, sold=2), US: Part(version=1, sold=5)},
        evening={EU: Part(version=1, sold=1)},
        night={US: Part(version=7, sold=3)},
    )
    for parts in ([here, there, later], [later, there, here], [there, here, later, there]):
        assert SlotUse.joined("de-1", "2026-11-28", parts) == joined
    assert SlotUse.joined("de-1", "2026-11-28", []) == use()


def test_a_later_version_stands_whatever_its_numbers_are() -> None:
    earlier, later = Part(version=9, sold=9, wanted=9), Part(version=10, sold=9)
    assert earlier.merge(later) == later.merge(earlier) == later


def test_of_two_counts_at_one_stamp_every_region_takes_the_same() -> None:
    one, other = (Epoch(Stamp(5, EU), counted, counted, {EU: counted}) for counted in (3, 4))
    later = Epoch(Stamp(6, EU), 1, 1, {EU: 1})
    assert one.merge(other) == other.merge(one)
    assert one.merge(later) == later.merge(one) == later
    assert Account(one).merge(Account()).epoch == Account().merge(Account(one)).epoch == one


@pytest.mark.parametrize(
    "slot",
    [
        Slot(7),
        Slot(7, returns={"op": Return(1, {EU: 3})}),
        Slot(7, given={US: 2}),
        Slot(7, held={3: (2, 1_800_000_000)}),
        Slot(7, wanted=4),
        Slot(7, version=4),
        Slot(7, back=NOTHING.taking_back(3, 1)),
    ],
)
def test_whatever_a_region_did_with_an_item_is_read_back_as_it_was_written(slot: Slot) -> None:
    assert Slot.load(EU, slot.dump()) == slot


def test_facts_are_read_by_their_stamps_whatever_their_order_in_the_document() -> None:
    late, early = (Fact(Stamp(at, region), "x", f.Accepted()) for at, region in ((9, EU), (2, US)))
    between = Fact(Stamp(5, EU), "x", f.Ready())
    order = Order("a" * 26, {one.id: one for one in (late, between, early)})
    assert [fact for fact, _ in order.of_kind(f.Accepted)] == [early, late]
    assert order.history() == [early, between, late]


def test_what_a_caller_does_to_its_list_of_facts_does_not_change_the_order() -> None:
    order = Order.of("a" * 26, [Fact(Stamp(2, US), "x", f.Accepted())])
    order.history().clear()
    order.of_kind(f.Accepted).clear()
    assert len(order.history()) == len(order.of_kind(f.Accepted)) == 1
    more = order.with_fact(Fact(Stamp(3, EU), "x", f.Accepted()))
    assert len(more.history()) == len(more.of_kind(f.Accepted)) == 2
