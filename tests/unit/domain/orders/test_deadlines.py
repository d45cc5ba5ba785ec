"""Until when a store may accept an order, and by which clock that is judged."""

from datetime import datetime, timedelta

import pytest

from services.domain.orders import facts as f
from services.domain.orders.duties import open_work
from services.domain.orders.duty import DutyKind
from services.domain.orders.facts import Fact, Placed
from services.domain.orders.guards import EXPIRY_GRACE_MS, Verdict, judge
from services.domain.orders.order import Order
from services.domain.orders.placing import reserve
from services.domain.orders.state import ACCEPT_WITHIN_MS, fold
from services.domain.stamp import COUNTER_BITS, Stamp
from tests.support.order_story import NOON, REGIONS, RULES, catalog, documents, wanted

EU = REGIONS[0]
HOURS = "Mo-Su 07:00-20:00"


def placed_at(now: datetime, pickup: datetime | None = None) -> Placed:
    slot = str(int(pickup.timestamp())) if pickup else None
    want = wanted(("ring", 2), slot_id=slot)
    store = documents(hours=HOURS)
    return reserve(want, store, catalog(), {}, RULES, REGIONS, region=EU, now=now).placed


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def order(*facts: tuple[f.Data, datetime]) -> Order:
    return Order.of(
        "a" * 26, (Fact(Stamp(ms(at) << COUNTER_BITS, EU), "x", one) for one, at in facts)
    )


def test_a_closed_store_may_accept_until_ten_minutes_after_it_opens() -> None:
    night, opens = NOON.replace(hour=23), NOON.replace(hour=7) + timedelta(days=1)
    placed = placed_at(night, opens + timedelta(minutes=30))
    assert placed.accept_by == ms(opens) + ACCEPT_WITHIN_MS


def test_a_closed_store_has_to_accept_before_it_begins_with_the_order() -> None:
    night, opens = NOON.replace(hour=23), NOON.replace(hour=7) + timedelta(days=1)
    placed = placed_at(night, opens + timedelta(minutes=15))
    assert placed.accept_by == ms(opens + timedelta(minutes=15)) - 490_000


def test_an_open_store_may_accept_for_ten_minutes() -> None:
    assert placed_at(NOON).accept_by == ms(NOON) + ACCEPT_WITHIN_MS


@pytest.mark.parametrize(
    ("authorized", "until"),
    [(timedelta(seconds=5), 605), (timedelta(seconds=599), 1199), (timedelta(minutes=15), 1200)],
)
def test_a_card_that_is_authorized_late_puts_the_deadline_off(
    authorized: timedelta, until: int
) -> None:
    known = order((placed_at(NOON), NOON), (f.Authorized(1, 300), NOON + authorized))
    deadline = ms(NOON) + until * 1000
    assert fold(known).accept_until == deadline
    (expire,) = (one for one in open_work(known, REGIONS) if one.kind is DutyKind.EXPIRE)
    assert expire.due_at == deadline + EXPIRY_GRACE_MS


def test_a_deadline_is_judged_by_the_wall_clock_not_by_a_stamp_that_runs_ahead() -> None:
    known = order((placed_at(NOON), NOON), (f.Authorized(1, 300), NOON))
    ahead = Stamp(ms(NOON + timedelta(minutes=25)) << COUNTER_BITS, EU)
    now = ms(NOON + timedelta(minutes=9))
    assert judge(known, f.Accepted(), ahead, "x", now).verdict is Verdict.ALLOWED
    assert judge(known, f.Expired(), ahead, "x", now).verdict is Verdict.REFUSED


def test_an_order_by_card_that_costs_nothing_can_be_accepted() -> None:
    free = Placed("f", "s1", "EUR", (), 0, f.CARD, "pm_1", 900, ms(NOON) + ACCEPT_WITHIN_MS)
    known = order((free, NOON))
    stamp = Stamp(ms(NOON) + 1 << COUNTER_BITS, EU)
    assert judge(known, f.Accepted(), stamp, "x").verdict is Verdict.ALLOWED
    assert not [one for one in open_work(known, REGIONS) if one.kind is DutyKind.AUTHORIZE]
