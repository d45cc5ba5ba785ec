"""The sweeper: finds overdue work in pages, looks at what stays due less and less often."""

from typing import Any

import orjson
import pytest

from services.domain.orders import facts as f
from services.fulfilment import sweeping
from services.fulfilment.sweeping import Sweep, Sweeper
from services.storage.living_regions import LivingRegions
from services.storage.regions import RegionStates
from tests.support.fulfilment import NOON_MS, World
from tests.support.order_story import REGIONS, place, wanted

EU, US, AP = REGIONS


class _Heard:
    """Heartbeats as they arrived."""

    def __init__(self, states: RegionStates) -> None:
        self._states = states

    def states(self) -> RegionStates:
        return self._states


ALL = frozenset(REGIONS)
MINUTE = 60_000
ONE = wanted(("flat-white", 1), method=f.AT_STORE)


def placed(world: World, count: int) -> set[str]:
    return {place(world.replicas[EU], f"operation-{at}", ONE).order.order_id for at in range(count)}


def test_all_that_is_overdue_is_queued_a_page_at_a_time(monkeypatch: Any) -> None:
    monkeypatch.setattr(sweeping, "PAGE", 2)
    world = World()
    names = placed(world, 15)
    sent: list[dict[str, Any]] = []
    done = Sweeper(world.open_orders[EU], sent.extend).sweep(NOON_MS + MINUTE, ALL)
    assert {one["MessageGroupId"] for one in sent} == names
    assert (done.found, done.sent, done.oldest_ms) == (15, 15, MINUTE)


def test_work_that_stays_due_is_looked_at_after_one_two_four_minutes() -> None:
    world = World()
    placed(world, 1)
    sweeper = Sweeper(world.open_orders[EU], lambda _: None)
    looked = [at for at in range(1, 16) if sweeper.sweep(NOON_MS + at * MINUTE, ALL).sent]
    assert looked == [1, 2, 4, 8]


def test_a_region_that_is_lost_makes_all_work_be_looked_at_again() -> None:
    world = World()
    placed(world, 1)
    sweeper = Sweeper(world.open_orders[EU], lambda _: None)
    for at in range(1, 9):
        sweeper.sweep(NOON_MS + at * MINUTE, ALL)
    assert sweeper.sweep(NOON_MS + 9 * MINUTE, ALL).sent == 0
    assert sweeper.sweep(NOON_MS + 9 * MINUTE, ALL - {US}).sent == 1


def test_a_sweep_without_time_says_so_and_the_next_begins_elsewhere() -> None:
    world = World()
    placed(world, 3)
    done = Sweeper(world.open_orders[EU], lambda _: None).sweep(NOON_MS + MINUTE, ALL, lambda: 0)
    assert done.unfinished
    assert done.sent == 0


def test_a_region_whose_writes_stop_arriving_is_silent() -> None:
    heard = {EU: NOON_MS, US: NOON_MS - 400_000, "gone-1": 0}
    states = RegionStates(heard, frozenset())
    living = LivingRegions(_Heard(states), EU, REGIONS)
    assert living(NOON_MS) == {EU}
    assert living.silent_s(NOON_MS) == 400, "AP was never heard, and gone-1 was removed"
    assert living.unheard() == 1, "AP"
    done = Sweep(silent_s=living.silent_s(NOON_MS), unheard=living.unheard())
    line = orjson.loads(done.line(EU, NOON_MS, frozenset()))
    assert (line["RegionSilentSeconds"], line["RegionsUnheard"]) == (400, 1)
    metrics = line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    assert {"RegionSilentSeconds", "RegionsUnheard"} <= {one["Name"] for one in metrics}


def test_what_was_queued_just_now_is_left_to_the_stream() -> None:
    world = World()
    placed(world, 1)
    assert Sweeper(world.open_orders[EU], lambda _: None).sweep(NOON_MS + 29_000, ALL).found == 0


def test_what_the_queue_did_not_take_is_queued_by_the_next_sweep() -> None:
    world = World()
    names = placed(world, 25)
    sent: list[dict[str, Any]] = []
    fails = [False, True]

    def send(entries: list[dict[str, Any]]) -> None:
        if fails and fails.pop(0):
            raise RuntimeError("the queue took 0 of 10")
        sent.extend(entries)

    sweeper = Sweeper(world.open_orders[EU], send)
    with pytest.raises(RuntimeError, match="took 0"):
        sweeper.sweep(NOON_MS + MINUTE, ALL)
    # Lambda repeats an asynchronous invocation that raised, sooner than the next minute.
    sweeper.sweep(NOON_MS + MINUTE + 20_000, ALL)
    assert {one["MessageGroupId"] for one in sent} == names
