"""Money is conserved in every interleaving of two regions, two clients and a bad provider."""

import os
from dataclasses import replace

import pytest

from services.domain.orders import facts as f
from services.domain.orders.payment import MAX_ATTEMPTS
from services.domain.orders.payment_state import cards_left
from services.domain.orders.state import Status
from tests.property.orders.money_world import Provider, World, check_always, check_settled
from tests.property.orders.samples import TOTAL, A, B

LOSSES = int(os.environ.get("CARTE_MODEL_LOSSES", "1"))

SCENARIOS = {
    "accepted in one region, cancelled in the other": ({(A, "accepted"), (B, "cancelled")}, LOSSES),
    "placed at two regions, accepted": ({(B, "placed"), (B, "accepted")}, LOSSES),
    "made in one region, cancelled in the other": (
        {(A, "accepted"), (A, "ready"), (B, "cancelled")},
        0,
    ),
    "accepted in one region, rejected in the other": ({(A, "accepted"), (B, "rejected")}, 0),
    "accepted in one region, expired in the other": ({(A, "accepted")}, LOSSES),
    "placed by card in one region, accepted to be paid at the store in the other": (
        {(B, "placed at the store"), (B, "accepted")},
        LOSSES,
    ),
}


def explore(acts: frozenset[tuple[str, str]], losses: int, fault: str = "") -> int:
    """Check every state that can be reached; return how many there are."""
    start = World.start(acts, losses, fault)
    seen, ends = {start}, set[tuple[object, Provider]]()
    todo = [start]
    while todo:
        world = todo.pop()
        check_always(world)
        # How it ends depends on what is known and what the provider has, not on what may come.
        if (world.views, world.provider) not in ends:
            ends.add((world.views, world.provider))
            end = world.settled()
            check_always(end)
            check_settled(end)
        new = set(world.steps()) - seen
        seen |= new
        todo += new
    return len(seen)


@pytest.mark.parametrize("name", SCENARIOS)
def test_money_is_conserved(name: str) -> None:
    acts, losses = SCENARIOS[name]
    assert explore(frozenset(acts), losses) > 50


def test_a_capture_is_never_given_back_by_a_region_that_only_saw_the_deadline_pass() -> None:
    """A partition that outlasts the deadline, with the provider reachable from both sides."""
    world = World.start(frozenset(), 0)
    world = world.replicated(0)
    for duty in world.work(0):
        world = world.done(0, duty)
    world = world.replicated(0).recorded(0, f.Accepted())
    (capture,) = world.work(0)
    world = replace(world.done(0, capture), late=True)
    while due := world.work(1):  # cut off: B sees neither acceptance nor capture
        world = world.done(1, due[0])
    assert world.provider.refunds == ()
    end = world.settled()
    check_settled(end)
    assert (end.state().status, end.provider.net) == (Status.ACCEPTED, TOTAL)
    assert not end.state().is_unpaid


@pytest.mark.parametrize(("token", "paid"), [("pm_1", 0), ("pm_2", TOTAL)])
def test_goods_whose_money_was_released_are_paid_by_another_card_only(
    token: str, paid: int
) -> None:
    world = World.start(frozenset(), 0).replicated(0)
    (authorize,) = world.work(0)
    world = world.done(0, authorize).replicated(0)
    world = world.recorded(0, f.Accepted()).recorded(0, f.Ready())
    world = world.recorded(1, f.Cancelled())
    (void,) = world.work(1)
    end = world.done(1, void).settled()
    check_settled(end)
    assert (end.state().status, end.provider.net) == (Status.READY, 0)
    assert cards_left(end.state()) == MAX_ATTEMPTS - 1
    after = end.recorded(1, f.Offered(2, token)).settled()
    check_settled(after)
    assert (after.provider.net, after.state().is_unpaid) == (paid, not paid)
    # The guest hears that the other card was refused, though the order was accepted before it.
    assert ("declined" in after.state().holding) is (not paid)


@pytest.mark.parametrize("fault", ["no idempotency key", "capture after void", "refund twice"])
def test_a_planted_fault_is_found(fault: str) -> None:
    with pytest.raises(AssertionError):  # noqa: PT012 - any scenario may find it
        for acts, losses in SCENARIOS.values():
            explore(frozenset(acts), losses, fault)
