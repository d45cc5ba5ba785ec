"""Judges a large order by itself: it passes, it is refused, or it is left to a manager.

What is looked at is in the order's facts and in the use of the store's pickup slots, of all regions
as far as they have arrived: no other order is read, and nothing about the guest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from services.domain.orders.facts import Placed
from services.domain.orders.slot_use import SlotUse, slot_epoch
from services.domain.orders.state import OrderState
from services.domain.quotes.limits import OrderLimits
from services.domain.quotes.pickup import SLOT_PREFIX, PickupRules, utc_day


class RiskVerdict(Enum):
    """What becomes of a large order."""

    PASS = "pass"  # noqa: S105 - no password
    WAIT = "wait"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Assessment:
    """The result of a risk check.

    Attributes:
        verdict: What becomes of the order.
        reason: Why, a text for the store without personal data.
    """

    verdict: RiskVerdict
    reason: str


@dataclass(frozen=True, slots=True)
class RiskRules:
    """From where on a large order is left to a manager.

    Attributes:
        times: So many times the total, or the pieces, from which an order counts as large.
        busy: Share of the places before the pickup that other orders have taken.
        slots: Pickup slots that are looked at: that of the order and those before it.
    """

    times: int = 3
    busy: float = 0.5
    slots: int = 4


RULES: Final = RiskRules()


def days_of_review(placed: Placed, pickup: PickupRules, rules: RiskRules = RULES) -> list[str]:
    """Return the days of UTC whose pickup slots `assess` looks at."""
    return sorted({utc_day(start) for start in _slots(placed, pickup, rules)})


def assess(  # noqa: PLR0917 - what a risk check depends on
    state: OrderState,
    use: Mapping[str, SlotUse],
    regions: Sequence[str],
    limits: OrderLimits,
    pickup: PickupRules,
    rules: RiskRules = RULES,
) -> Assessment:
    """Return what becomes of a large order.

    Args:
        state: Where the order stands; a placement has arrived.
        use: The use of the store's slots on `days_of_review`.
        regions: All regions of the deployment.
        limits: From which size on an order is large.
        pickup: How many orders the kitchen makes in a slot, and how long a piece takes.
        rules: From where on a manager decides.

    Raises:
        ValueError: No placement has arrived.
    """
    placed = state.placement
    if placed is None:
        raise ValueError("an order without a placement cannot be judged")
    pieces = sum(line.quantity for line in placed.lines)
    starts = _slots(placed, pickup, rules)
    places = pickup.orders_per_slot * len(starts)
    free = 1 + sum(_free(start, use, regions, pickup) for start in starts)  # its own place
    # The kitchen's time: a place of a slot is as much of the slot as each of its orders gets.
    has_s = free * pickup.slot_s // pickup.orders_per_slot
    needs_s = pieces * pickup.piece_s
    if starts and needs_s > has_s:
        reason = (
            f"the kitchen has {has_s} s before the pickup, and {pieces} pieces take {needs_s} s"
        )
        return Assessment(RiskVerdict.REFUSE, reason)
    large = limits.review_total.get(placed.currency)
    doubts = [
        doubt
        for doubt, applies in (
            ("nothing is paid yet", not state.payment.by_card),
            ("the total is high", large is None or placed.total >= rules.times * large),
            ("there are many pieces", pieces >= rules.times * limits.review_pieces),
            ("many orders are due then", free <= places * (1 - rules.busy)),
        )
        if applies
    ]
    if doubts:
        return Assessment(RiskVerdict.WAIT, "a manager decides: " + ", ".join(doubts))
    return Assessment(RiskVerdict.PASS, "the risk check found nothing")


def _slots(placed: Placed, pickup: PickupRules, rules: RiskRules) -> list[int]:
    """Return when the slots begin that are looked at, Unix seconds; none without a slot."""
    chosen = [
        int(one.counter.removeprefix(SLOT_PREFIX))
        for one in placed.reserved
        if one.counter.startswith(SLOT_PREFIX)
    ]
    return [start - at * pickup.slot_s for start in chosen for at in range(rules.slots)]


def _free(
    start: int, use: Mapping[str, SlotUse], regions: Sequence[str], pickup: PickupRules
) -> int:
    """Return the places of a slot that no order has taken."""
    day = use.get(utc_day(start))
    if day is None:
        return pickup.orders_per_slot
    epoch = slot_epoch(pickup.orders_per_slot, regions)
    return max(0, day.account(f"{SLOT_PREFIX}{start}", epoch).left() or 0)
