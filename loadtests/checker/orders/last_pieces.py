"""A rush for the last pieces of a store, in all regions while nothing replicates.

Random guests meet that seldom: few of them want the same pieces while regions are apart.
"""

import asyncio
import time
from typing import Final

from loadtests.checker.fault_lanes import FaultLanes
from loadtests.checker.history import OperationOutcome
from loadtests.checker.orders.people import Person, Wish
from loadtests.checker.schedule import FaultWindow

# Seconds after which the pause may end by itself.
_LIVES_S: Final = 120.0
_INSISTS_S: Final = 60.0
_PAUSE_S: Final = 0.5


async def rush(person: Person, lanes: FaultLanes) -> int:
    """Order every piece of the contested store in each region, while replication is paused.

    Args:
        person: Orders.
        lanes: Pause replication.

    Returns:
        How many orders were acknowledged.

    Raises:
        CarteError: The pause could not be set or healed.
    """
    shops = person.shops
    wish = Wish(shops.contested, shops.counted)
    wanted = [(region, wish) for region in person.regions for _ in range(shops.pieces)]
    until = time.monotonic() + _INSISTS_S
    async with lanes.hold(FaultWindow("replication-pause", 0.0, _LIVES_S, None, {})):
        answers = await asyncio.gather(*(_insist(person, *one, until) for one in wanted))
    return answers.count("ok")


async def _insist(person: Person, region: str, wish: Wish, until: float) -> OperationOutcome:
    """Order, and repeat in the same region what has no answer."""
    order, outcome = await person.buy(region, wish)
    while outcome == "unknown" and time.monotonic() < until:
        await asyncio.sleep(_PAUSE_S)
        outcome = await person.repeat(order, region)
    return outcome
