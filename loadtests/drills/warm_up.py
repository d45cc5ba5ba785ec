"""Before the traffic: the stores are everywhere, and the Lambdas have been called at once before.

Each concurrent call of a Lambda that was not called like that before starts another worker. What
users would see of that is no part of a drill; on AWS it is what provisioned concurrency is for.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from loadtests.drills.exceptions import DrillError
from services.local.check import looking
from services.local.check.graph import Graph, UnansweredError
from services.local.check.settings import CheckError
from services.local.check.world import World
from services.local.layout import CloudLayout

# At once, to each region: a few more than a drill's clients cause.
_AT_ONCE: Final = 5
_QUICK_S: Final = 1.0
_PATIENCE_S: Final = 30.0


def warm_up(layout: CloudLayout, world: World, token: str) -> None:
    """Wait until every region shows the stores and answers several requests at once quickly.

    Raises:
        DrillError: one does not show them in time.
    """
    try:
        asyncio.run(_warm_up(layout, world, token))
    except CheckError as error:
        raise DrillError(error.message, error.hint) from error


async def _warm_up(layout: CloudLayout, world: World, token: str) -> None:
    async with Graph(layout, token, through_edge=False) as graph:
        await looking.wait_ready(graph, world, layout.region_names)
        # One region after the other: starting all workers at once would look like an outage.
        for region in layout.region_names:
            await _until_quick(graph, region, world.stores[:_AT_ONCE])


async def _until_quick(graph: Graph, region: str, stores: Sequence[str]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        began = time.monotonic()
        asked = [graph.view(region, store) for store in stores]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        failed = any(isinstance(one, UnansweredError) for one in answers)
        if not failed and time.monotonic() - began < _QUICK_S:
            return
