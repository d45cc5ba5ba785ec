"""The stores that a drill's clients read and write: made for it, and removed after it."""

import secrets
from typing import Final

from loadtests.checker.tables import Tables
from loadtests.checker.world import World, market_with, profiles
from loadtests.drills.exceptions import DrillError
from services.storage.table import Table

STORES: Final = 24
# Two in every store for each place: what an outage keeps waiting must not run out of them.
PRICED_BY_PLACE: Final = 2


def make_stores(table: Table, places: int) -> World:
    """Write the profiles of a drill's stores through one region; replication does the rest.

    Raises:
        DrillError: no market has a catalog.
    """
    sold = market_with(table, places * PRICED_BY_PLACE + 2)
    if sold is None:
        raise DrillError(
            "no market of this cloud has a published catalog", "run `carte seed` first"
        )
    market, items = sold
    name = f"drill-{secrets.token_hex(4)}"
    world = World(
        name=name,
        market=market,
        items=items,
        shared=tuple(f"{name}-{number}" for number in range(1, STORES + 1)),
        own=(),
        drafts=(),
    )
    stamp = table.clock.tick()
    documents = profiles(world.stores, market, "Drill store", stamp)
    table.create_many({key: one.dump() for key, one in documents.items()}, rev=stamp)
    return world


async def remove_stores(tables: Tables, world: World, region: str) -> None:
    """Delete all that a drill wrote, in one region; replication brings it to the others."""
    snapshots = await tables.snapshots(world.has)
    found = {key for snapshot in snapshots.values() for key in snapshot if world.has(*key)}
    await tables.delete(region, sorted(found))
