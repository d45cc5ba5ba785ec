"""The risk check of a large order: what passes, what a manager decides, what cannot be made."""

from dataclasses import replace

import pytest

from services.domain.orders import facts as f
from services.domain.orders.duties import duties
from services.domain.orders.duty import DutyKind
from services.domain.orders.facts import Data, Fact, Reserved
from services.domain.orders.order import Order
from services.domain.orders.risk import Assessment, RiskVerdict, assess, days_of_review
from services.domain.orders.slot_use import SlotUse
from services.domain.orders.state import fold
from services.domain.quotes.limits import OrderLimits
from services.domain.quotes.line import Line
from services.domain.quotes.pickup import PickupRules, utc_day
from services.domain.rights.account import Part
from services.domain.stamp import COUNTER_BITS, Stamp
from tests.property.orders.samples import ORDER, A, B, placed

REGIONS = (A, B)
START = 1_764_288_000  # midnight of UTC: slots before it are of another day
SLOT = f"slot:{START}"
LIMITS, RULES = OrderLimits(), PickupRules()


def large(pieces: int = 80, total: int = 20_000, method: str = f.CARD) -> f.Placed:
    lines = (Line("glazed", pieces, 250, total, 0),)
    token = "pm_1" if method == f.CARD else ""
    given = replace(placed(method=method), lines=lines, total=total, token=token)
    return replace(given, reserved=(Reserved(SLOT, 1, 1),), review=True)


def order_of(*data: Data) -> Order:
    stamps = (Stamp(at << COUNTER_BITS, A) for at in range(1, 9))
    return Order.of(
        ORDER, [Fact(stamp, "x", one) for stamp, one in zip(stamps, data, strict=False)]
    )


def taken(orders: int, before: int = 0) -> dict[str, SlotUse]:
    """The use of slots where so many orders have a place in the one that is so many before."""
    start = START - before * RULES.slot_s
    day = utc_day(start)
    return {day: SlotUse("s1", day, {f"slot:{start}": {B: Part(sold=orders)}})}


def judged(order: f.Placed, use: dict[str, SlotUse] | None = None) -> Assessment:
    return assess(fold(order_of(order)), use or {}, REGIONS, LIMITS, RULES)


def test_a_large_order_that_is_paid_and_can_be_made_passes() -> None:
    assert judged(large()).verdict is RiskVerdict.PASS
    assert judged(large(), taken(20)).verdict is RiskVerdict.PASS


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (large(method=f.AT_STORE), "nothing is paid yet"),
        (large(total=45_000), "the total is high"),
        (replace(large(), currency="SEK"), "the total is high"),
        (large(pieces=216), "there are many pieces"),
    ],
)
def test_a_manager_decides_where_there_is_a_doubt(order: f.Placed, why: str) -> None:
    found = judged(order)
    assert (found.verdict, found.reason) == (RiskVerdict.WAIT, f"a manager decides: {why}")


def test_a_manager_decides_where_many_orders_are_due_then_also_of_another_day() -> None:
    busy = taken(20) | taken(20, before=1)
    assert busy.keys() == set(days_of_review(large(), RULES))
    found = judged(large(pieces=72), busy)
    assert found.verdict is RiskVerdict.PASS  # 41 of 80 places are free, its own included
    more = {day: replace(use, parts={**use.parts}) for day, use in busy.items()}
    earlier = START - 2 * RULES.slot_s
    day = utc_day(earlier)
    more[day] = replace(more[day], parts={**more[day].parts, f"slot:{earlier}": {A: Part(sold=1)}})
    found = judged(large(pieces=72), more)
    assert (found.verdict, "many orders" in found.reason) == (RiskVerdict.WAIT, True)


def test_what_the_kitchen_cannot_make_is_refused() -> None:
    order = large(pieces=500)
    assert judged(order).verdict is RiskVerdict.WAIT
    use = {
        day: SlotUse("s1", day, {
            f"slot:{START - at * RULES.slot_s}": {B: Part(sold=9)} for at in range(4)
        })
        for day in days_of_review(order, RULES)
    }  # fmt: skip
    found = judged(order, use)
    assert found.verdict is RiskVerdict.REFUSE
    assert found.reason == "the kitchen has 2025 s before the pickup, and 500 pieces take 2500 s"


def due(*data: Data) -> list[DutyKind]:
    kinds = [one.kind for one in duties(order_of(*data), 10**14, REGIONS)]
    return [one for one in kinds if one is DutyKind.REVIEW]


def test_it_is_due_once_when_the_order_is_paid_for_and_nobody_has_decided() -> None:
    card, held = large(), f.Authorized(1, 20_000)
    assert due(card) == []
    assert due(card, held) == due(large(method=f.AT_STORE)) == [DutyKind.REVIEW]
    assert due(replace(card, review=False), held) == []
    for done in (f.Assessed("x"), f.Approved(), f.Rejected(), f.Cancelled()):
        assert due(card, held, done) == []
