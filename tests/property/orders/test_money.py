"""Money is conserved in every interleaving of two regions, two clients and a bad provider."""

import os

import pytest

from tests.property.orders.money_world import Provider, World, check_always, check_settled
from tests.property.orders.samples import A, B

LOSSES = int(os.environ.get("CARTE_MODEL_LOSSES", "1"))

SCENARIOS = {
    "accepted in one region, cancelled in the other": ({(A, "accepted"), (B, "cancelled")}, LOSSES),
    "placed at two regions, accepted": ({(B, "placed"), (B, "accepted")}, LOSSES),
    "made in one region, cancelled in the other": (
        {(A, "accepted"), (A, "ready"), (B, "cancelled")},
        0,
    ),
    "accepted in one region, rejected in the other": ({(A, "accepted"), (B, "rejected")}, 0),
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


@pytest.mark.parametrize("fault", ["no idempotency key", "capture after void", "refund twice"])
def test_a_planted_fault_is_found(fault: str) -> None:
    with pytest.raises(AssertionError):  # noqa: PT012 - any scenario may find it
        for acts, losses in SCENARIOS.values():
            explore(frozenset(acts), losses, fault)
