"""A region that is lost right after it acknowledged orders: the others carry them on.

Random faults meet that seldom: a region does its work within a second, and is frozen for a few. So
the region's fulfilment Lambda gets no messages while the orders are placed; when they have been
replicated, the region is frozen for as long as health checks and heartbeats need to show it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

from loadtests.checker.blocking_calls import call
from loadtests.checker.fault_lanes import FaultLanes
from loadtests.checker.graphql_client import UnansweredError
from loadtests.checker.orders.api import OrdersApi
from loadtests.checker.orders.people import GOOD_CARD, Person, Wish, insist
from loadtests.checker.orders.readings import read_orders, unfinished
from loadtests.checker.schedule import FaultWindow
from loadtests.checker.settings import CheckError
from localcloud.replicator.client import ReplicatorClient
from services.storage.table import Table

# Seconds. A heartbeat is old after 90 s, the sweeper comes once a minute, and a message takes a
# moment: 155 s at worst, and as much again as a busy machine may need. After ten minutes a region
# would take over from a living one, too.
WITHIN_S: Final = 300.0
_FAULT_LIVES_S: Final = WITHIN_S + 540.0
_INSISTS_S: Final = 60.0
_REPLICATION_S: Final = 60.0
_READ_S: Final = 60.0
_POLL_S: Final = 1.0
ORDERS: Final = 4


@dataclass(frozen=True, slots=True)
class LostRegion:
    """Places orders in a region, loses it, and watches what the others do about them.

    Attributes:
        region: The region to lose.
        person: Orders.
        replicas: The regions' tables.
        lanes: Set the faults.
        replicator: Says when replication is at rest.
        meanwhile: Called every second while the region is away.
        within_s: Seconds that the others have.
    """

    region: str
    person: Person
    replicas: Mapping[str, Table]
    lanes: FaultLanes
    replicator: ReplicatorClient
    meanwhile: Callable[[], object] = lambda: None
    within_s: float = WITHIN_S

    async def lose(self, orders: int = ORDERS) -> tuple[dict[str, str], float]:
        """Lose the region for as long as it takes.

        Args:
            orders: How many are placed in it before, by card and at the store in turn.

        Returns:
            Order id to what the other regions did not do in time, empty where they did all; and
            the seconds that it took.

        Raises:
            CarteError: The region took no order, or a fault could not be set or healed.
        """
        async with self._fault("fulfilment-stop"):
            placed = await self._place(orders)
            await call("replicating", 2 * _REPLICATION_S, self._replicate)
            began = time.monotonic()
            async with self._fault("freeze"):
                left = await watch(
                    *(placed, self.region, self.person.api, self.replicas),
                    *(self.within_s, self.meanwhile),
                )
            took = time.monotonic() - began
        return left, took

    async def _place(self, orders: int) -> list[str]:
        placed = []
        for number in range(orders):
            shops, card = self.person.shops, GOOD_CARD if number % 2 == 0 else ""
            wish = Wish(shops.stores[number % len(shops.stores)], shops.free, 1, card)
            order, outcome = await insist(self.person, self.region, wish, _INSISTS_S)
            if outcome == "ok":
                placed.append(order)
        if not placed:
            raise CheckError(f"{self.region} takes no orders", "see `carte status`")
        return placed

    def _replicate(self) -> None:
        if not self.replicator.wait_until_quiet(_REPLICATION_S):
            raise CheckError("a region's orders are not replicated", "see `carte status`")

    @asynccontextmanager
    async def _fault(self, kind: str) -> AsyncIterator[None]:
        window = FaultWindow(kind, 0.0, _FAULT_LIVES_S, self.region, {})
        async with self.lanes.hold(window):
            yield


async def watch(  # noqa: PLR0917 - what is watched, then how
    orders: Sequence[str],
    lost: str,
    api: OrdersApi,
    replicas: Mapping[str, Table],
    within_s: float,
    meanwhile: Callable[[], object] = lambda: None,
) -> dict[str, str]:
    """Watch the other regions until they have carried on the orders of a lost one.

    Args:
        orders: Their ids.
        lost: The region that is away.
        api: The regions.
        replicas: Their tables.
        within_s: Seconds that they have.
        meanwhile: Called every second.

    Returns:
        Order id to what they did not do in time; an empty text where they did all.
    """
    deadline = time.monotonic() + within_s
    there = {name: table for name, table in replicas.items() if name != lost}
    while True:
        await call("a region is away", _READ_S, meanwhile)
        found = await call("reading the orders", _READ_S, partial(read_orders, there, orders))
        due = unfinished(found.values(), tuple(replicas), lost)
        left: dict[str, str] = {}
        for name in orders:
            missing = [region for region in there if not await _shows(api, region, name)]
            parts = [f"{', '.join(missing)} does not show it"] if missing else []
            parts += [f"not done: {', '.join(due[name])}"] if name in due else []
            left[name] = "; ".join(parts)
        if not any(left.values()) or time.monotonic() > deadline:
            return left
        await asyncio.sleep(_POLL_S)


async def _shows(api: OrdersApi, region: str, order: str) -> bool:
    try:
        return await api.status(region, order) is not None
    except UnansweredError:
        return False
