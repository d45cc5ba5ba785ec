"""An order that regions gave up before they saw its acceptance: made in any region, never twice."""

import os
import random
from unittest.mock import patch

import pytest

from services.domain.orders import duties as due
from services.domain.orders import facts as f
from services.domain.orders import guards
from services.domain.orders.contradictions import GOODS
from services.domain.orders.duties import DutyKind, open_work
from services.domain.orders.facts import Data, Fact
from services.domain.orders.guards import EXPIRY_GRACE_MS, Verdict, has_closed, judge
from services.domain.orders.order import Order
from services.domain.orders.state import fold
from services.domain.stamp import COUNTER_BITS, Stamp
from services.storage.order_duties import KINDS, _fact_of
from tests.property.orders.samples import ACCEPT_BY, ORDER, A, B, placed

C = "us-east-1"
REGIONS = (A, B, C)
SCHEDULES = int(os.environ.get("CARTE_MODEL_EXAMPLES", "120")) // 2
STEPS = 50
LATE = ACCEPT_BY + EXPIRY_GRACE_MS
PLACED = placed(method=f.AT_STORE)
# What may happen in a schedule: all that can, or what leads to an acceptance that some did not see.
CASTS: tuple[tuple[Data, ...], ...] = (
    (
        *(f.Accepted(), f.Accepted(), f.Expired(), f.Expired(), f.Cancelled(), f.Rejected()),
        *(f.Ready(), f.Ready(), f.Collected(), PLACED),
    ),
    (f.Accepted(), f.Expired(), PLACED),
    (f.Accepted(), f.Expired(), f.Cancelled(), f.Ready()),
)


class World:
    """Three regions; each has its own facts, and what has arrived of the others'."""

    def __init__(self) -> None:
        self.views = dict.fromkeys(REGIONS, Order(ORDER, {}))
        self.time = 0
        self.record(A, PLACED)

    def record(self, region: str, data: Data) -> bool:
        """Record a fact if the guard lets it; whether it did."""
        self.time += 1
        order, stamp = self.views[region], Stamp(self.time << COUNTER_BITS, region)
        # Clocks differ: one region expires what another one still accepts.
        now = LATE if isinstance(data, f.Expired) else 0
        if judge(order, data, stamp, "x", now).verdict is not Verdict.ALLOWED:
            return False
        self.views[region] = order.with_fact(
            Fact(stamp, "x", guards.as_recorded(order, data, region))
        )
        self.check()
        return True

    def deliver(self, source: str, target: str) -> None:
        """Let the item of a region arrive in another, as it is now."""
        self.views[target] = self.views[target].merge(self.views[source].part_of(source))

    def work(self, region: str) -> bool:
        """Do one thing that is due here; whether there was any."""
        for duty in open_work(self.views[region], REGIONS):
            if duty.only == region and duty.kind in KINDS:
                settles = duty.kind is DutyKind.SETTLE
                return self.record(
                    region, f.Settled(duty.given_back) if settles else _fact_of(duty)
                )
        return False

    def heal(self) -> None:
        """Let everything arrive, and do all that is due."""
        while True:
            before = self.views
            self.views = dict(before)
            for source in REGIONS:
                for target in REGIONS:
                    self.deliver(source, target)
            worked = [region for region in REGIONS if self.work(region)]
            if not worked and self.views == before:
                return

    def truth(self) -> Order:
        """All facts of all regions."""
        found = Order(ORDER, {})
        for region, view in self.views.items():
            found = found.merge(view.part_of(region))
        return found

    def check(self) -> None:
        """Goods that went out, or will, have pieces that nobody else may sell."""
        order = self.truth()
        if any(fact.kind in GOODS for fact in order.facts.values()):
            holders = {fact.stamp.region for fact, _ in order.of_kind(f.Placed)}
            back = {fact.stamp.region for fact, data in order.of_kind(f.Settled) if data.given_back}
            assert holders - back, "goods are handed out, and their pieces can be sold again"


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
