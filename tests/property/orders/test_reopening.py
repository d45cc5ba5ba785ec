"""An order that regions gave up before they saw its acceptance: made in any region, never twice."""

import os
import random
from unittest.mock import patch

import pytest

from services.domain.orders import duties as due
from services.domain.orders import facts as f
from services.domain.orders import guards
from services.domain.orders.facts import Data
from services.domain.orders.guards import Verdict, has_closed, judge
from services.domain.orders.order import Order
from services.domain.orders.state import fold
from services.domain.stamp import COUNTER_BITS, Stamp
from tests.property.orders.regions_world import PLACED, REGIONS, C, World
from tests.property.orders.samples import A, B

SCHEDULES = int(os.environ.get("CARTE_MODEL_EXAMPLES", "120")) // 2
STEPS = 50
# What may happen in a schedule: all that can, or what leads to an acceptance that some did not see.
CASTS: tuple[tuple[Data, ...], ...] = (
    (
        *(f.Accepted(), f.Accepted(), f.Expired(), f.Expired(), f.Cancelled(), f.Rejected()),
        *(f.Ready(), f.Ready(), f.Collected(), PLACED),
    ),
    (f.Accepted(), f.Expired(), PLACED),
    (f.Accepted(), f.Expired(), f.Cancelled(), f.Ready()),
)


def test_no_pieces_of_goods_are_given_back_and_in_the_end_every_region_may_serve_the_order() -> (
    None
):
    reopened = served = returned = 0
    for seed in range(SCHEDULES):
        rng, world = random.Random(seed), World()
        acts = rng.choice(CASTS)
        try:
            for _ in range(STEPS):
                match rng.randrange(4):
                    case 0:
                        world.record(rng.choice(REGIONS), rng.choice(acts))
                    case 1:
                        world.work(rng.choice(REGIONS))
                    case _:
                        world.deliver(*rng.sample(REGIONS, 2))
            world.heal()
            world.check_healed()
            order = world.views[A]
            state = fold(order)
            if state.live and state.accepted and not state.goods:
                served += 1
                for region in REGIONS:
                    stamp = Stamp((world.time + 1) << COUNTER_BITS, region)
                    assert judge(order, f.Ready(), stamp, "x").verdict is Verdict.ALLOWED, region
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        reopened += bool(order.of_kind(f.Confirmed))
        returned += state.ended and all(data.given_back for _, data in order.of_kind(f.Settled))
    assert min(reopened, served, returned) > SCHEDULES // 50, (reopened, served, returned)


def story() -> World:
    """B gave up an order that A accepted; C, where the guest cancels, does not see B again."""
    world = World()
    for target in (B, C):
        world.deliver(A, target)
    assert world.record(A, f.Accepted())
    assert world.record(B, f.Expired())
    world.deliver(B, A)
    world.deliver(A, B)
    assert world.work(B)
    assert f"reopened/{B}" in world.views[B].facts
    world.record(B, f.Ready())
    assert world.record(C, f.Cancelled())
    world.deliver(C, A)
    while world.work(A):
        pass
    return world


def test_a_region_that_reopened_waits_for_one_that_has_not_closed() -> None:
    world = story()
    assert f"ready/{B}" not in world.views[B].facts
    assert world.views[A].facts[f"settled/{A}"].data == f.Settled(given_back=True)
    # Had A seen that B reopened, B might have served it, and A had kept the pieces.
    world = World()
    world.deliver(A, B)
    world.record(A, f.Accepted())
    world.record(B, f.Expired())
    world.deliver(A, B)
    world.work(B)
    world.deliver(B, A)
    assert world.work(A)
    world.deliver(A, B)
    assert world.record(B, f.Ready())
    world.deliver(A, C)
    world.deliver(B, C)
    assert not has_closed(world.views[C], B)


def _promises_nothing_once_reopened(order: Order, region: str) -> bool:
    return guards.has_given_up(order, region) and f"reopened/{region}" not in order.facts


def test_serving_it_without_a_confirmation_is_found() -> None:
    with (
        patch.object(guards, "has_closed", _promises_nothing_once_reopened),
        patch.object(due, "has_closed", _promises_nothing_once_reopened),
        pytest.raises(AssertionError, match="can be sold again"),
    ):
        story()
