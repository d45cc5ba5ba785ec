"""An order whose reservation was forgotten is settled all the same, late and rightly."""

from datetime import timedelta
from typing import Any

import pytest

from services.domain.documents import stock_rights
from services.domain.documents.stock import Stock
from services.domain.orders import facts as f
from services.storage import keys, parts
from tests.support.fulfilment import World
from tests.support.order_story import NOON, REGIONS, place, wanted

EU = REGIONS[0]
DAY = timedelta(days=1)
TWO, ONE = (wanted(("ring", pieces), method=f.AT_STORE) for pieces in (2, 1))


def stock(world: World) -> Stock:
    found: Any = world.replicas[EU].held(keys.stock("s1")).document
    assert isinstance(found, Stock)
    return found


def waiting(world: World) -> list[int]:
    """Positions of the reservations that the region's own part of the stock has."""
    own = world.replicas[EU].get(parts.own_part(keys.stock("s1"), EU))
    assert own is not None
    return sorted(Stock.load("s1", own.body).line("ring").slots[EU].held)


def forgotten(world: World) -> str:
    """An order of two pieces that is ready, and of which nobody says that it was collected."""
    name = place(world.replicas[EU], "operation-1", TWO).order.order_id
    world.work_everywhere()
    world.orders[EU].record(name, f.Accepted(), "ada")
    world.work_everywhere()
    assert waiting(world) == [2]
    world.tables.now_ms += 24 * 3_600_000
    place(world.replicas[EU], "operation-2", ONE, now=NOON + DAY)
    assert waiting(world) == [3], "the day after, only the order of that day waits"
    return name


@pytest.mark.parametrize("counted", [False, True])
@pytest.mark.parametrize(("end", "back"), [(f.Collected(), False), (f.Cancelled(), True)])
def test_it_is_collected_or_canceled_after_that(end: f.Data, *, back: bool, counted: bool) -> None:
    world = World(counted=5)
    name = forgotten(world)
    assert stock(world).left("ring") == 2
    if counted:  # two of the first order, which nobody took, are on the shelf, and one that waits
        now = world.tables.now_ms // 1000

        def count(current: Any, stamp: Any) -> Stock:
            return stock_rights.counted(current, "ring", 5, stamp, REGIONS, now)

        world.replicas[EU].change(keys.stock("s1"), count)
        assert stock(world).left("ring") == 4
    world.orders[EU].record(name, end, "ada")
    world.work_everywhere()
    settled = world.order(EU, name).facts[f"settled/{EU}"].data
    assert settled == f.Settled(given_back=back)
    # What a count took for gone, or found on the shelf, is not free a second time.
    left = (4 if counted else 2) + (2 if back and not counted else 0)
    assert stock(world).left("ring") == left
    assert waiting(world) == [3]
