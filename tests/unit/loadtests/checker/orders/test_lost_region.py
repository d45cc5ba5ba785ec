"""Orders of a lost region are watched until the others have carried them on."""

import asyncio
from typing import Any

from loadtests.checker.graphql_client import UnansweredError
from loadtests.checker.orders.lost_region import watch
from loadtests.checker.orders.readings import unfinished
from services.domain.orders import facts
from tests.support.fulfilment import World
from tests.support.order_story import REGIONS, place

EU, US, AP = REGIONS
MINUTE = 60_000


class Api:
    """What the regions show of orders; a region that is `away` does not answer."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.away = ""

    async def status(self, region: str, order: str) -> str | None:
        if region == self.away:
            raise UnansweredError("TimeoutError")
        found = self.world.orders[region].read(order)
        return None if found is None else "PLACED"


def seen(world: World, api: Api, order: str) -> str:
    replicas: Any = world.replicas
    given: Any = api
    return asyncio.run(watch([order], EU, given, replicas, 0.0))[order]


def test_an_order_is_watched_until_the_other_regions_have_it_and_did_what_is_due() -> None:
    world = World()
    api = Api(world)
    order = place(world.replicas[EU]).order.order_id
    assert seen(world, api, order) == f"{US}, {AP} does not show it"
    world.tables.deliver_all()
    assert "not done: authorize" in seen(world, api, order)
    world.lose(EU)
    world.tables.now_ms += 3 * MINUTE
    for _ in range(3):
        world.sweep(US, AP)
    world.tables.deliver_all()
    assert seen(world, api, order) == ""
    api.away = AP
    assert seen(world, api, order) == f"{AP} does not show it"


def test_what_only_the_lost_region_may_do_is_not_waited_for() -> None:
    world = World()
    order = place(world.replicas[EU]).order.order_id
    world.work_everywhere()
    assert unfinished([world.order(EU, order)], REGIONS) == {}
    orders = world.orders[EU]
    for data in (facts.Cancelled(), facts.Voided(1, 300)):
        orders.record(order, data, "guest")
    for audience in ("guest", "store"):
        orders.record(order, facts.Notified(audience, "cancelled"), "carte")
    found = world.order(EU, order)
    # Each region closes the order for itself.
    assert unfinished([found], REGIONS)[order] == (f"close closed/{US}", f"close closed/{AP}")
    assert unfinished([found], REGIONS, US)[order] == (f"close closed/{AP}",)
