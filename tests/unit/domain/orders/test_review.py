"""The review of a large order goes on in other regions while the one that placed it is lost."""

from dataclasses import replace

import pytest

from services.domain.orders import facts as f
from services.domain.orders.duties import duties
from services.domain.orders.duty import Duty, DutyKind
from services.domain.orders.facts import Data, Fact
from services.domain.orders.guards import EXPIRY_GRACE_MS, Verdict, judge
from services.domain.orders.order import Order
from services.domain.orders.state import Status, fold
from services.domain.orders.takeover import performs
from services.domain.stamp import COUNTER_BITS, Stamp
from tests.property.orders.samples import ACCEPT_BY, ORDER, TOTAL, A, B, placed

C = "sa-east-1"
REGIONS = (A, B, C)
LATE = ACCEPT_BY + EXPIRY_GRACE_MS


def at(ms: int, region: str) -> Stamp:
    return Stamp(ms << COUNTER_BITS, region)


def large(*data: tuple[Data, Stamp]) -> Order:
    """A large order that region A placed, with further facts."""
    return Order.of(
        ORDER,
        [
            Fact(at(1, A), "guest", replace(placed(), review=True)),
            *(Fact(s, "m", d) for d, s in data),
        ],
    )


def expiry(order: Order) -> list[Duty]:
    return [one for one in duties(order, LATE, REGIONS) if one.kind is DutyKind.EXPIRE]


def test_the_store_cannot_accept_before_a_manager_of_any_region_approved() -> None:
    authorized = (f.Authorized(1, TOTAL), at(2, A))
    waiting = large(authorized)
    assert judge(waiting, f.Accepted(), at(4, B), "store").verdict is Verdict.REFUSED
    assert judge(waiting, f.Approved(), at(3, C), "manager").verdict is Verdict.ALLOWED
    approved = large(authorized, (f.Approved(), at(3, C)))
    assert judge(approved, f.Accepted(), at(4, B), "store").verdict is Verdict.ALLOWED


@pytest.mark.parametrize("approved", [False, True])
def test_the_deadline_is_kept_by_another_region_when_the_first_is_lost(*, approved: bool) -> None:
    order = large(*([(f.Approved(), at(3, C))] if approved else []))
    (duty,) = expiry(order)
    assert duty.responsible == A
    assert performs(duty, A, frozenset(REGIONS), REGIONS, LATE)
    living = frozenset({B, C})
    assert sum(performs(duty, one, living, REGIONS, LATE) for one in (B, C)) == 1


def test_two_regions_that_expire_an_order_at_once_leave_one_expired_order() -> None:
    once = large((f.Expired(), at(LATE, A)))
    twice = large((f.Expired(), at(LATE, A)), (f.Expired(), at(LATE + 1, B)))
    assert fold(once).status is fold(twice).status is Status.EXPIRED
    assert expiry(twice) == []
