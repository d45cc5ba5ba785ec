"""A rush for the last pieces of a store, in all regions while nothing replicates.

Random guests meet that seldom: few of them want the same pieces while regions are apart.
"""

import asyncio
from typing import Final

from loadtests.checker.fault_lanes import FaultLanes
from loadtests.checker.orders.people import Person, Wish, insist
from loadtests.checker.schedule import FaultWindow

# Seconds after which the pause may end by itself.
_LIVES_S: Final = 120.0
_INSISTS_S: Final = 60.0


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
    async with lanes.hold(FaultWindow("replication-pause", 0.0, _LIVES_S, None, {})):
        answers = await asyncio.gather(*(insist(person, *one, _INSISTS_S) for one in wanted))
    return sum(outcome == "ok" for _, outcome in answers)
