"""The stores that a drill's clients read and write: made for it, and removed after it."""

import secrets
from collections.abc import Mapping
from typing import Final

from loadtests.drills.exceptions import DrillError
from services.domain.documents.profile import StoreProfile
from services.domain.markets import MARKETS
from services.local.check.tables import Tables
from services.local.check.world import World
from services.storage import keys
from services.storage.catalogs import CatalogRepository
from services.storage.exceptions import CatalogMissingError
from services.storage.keys import Key
from services.storage.kinds import Document
from services.storage.table import Table

STORES: Final = 24
# Two in every store for each place: what an outage keeps waiting must not run out of them.
PRICED_BY_PLACE: Final = 2


def make_stores(table: Table, places: int) -> World:
    """Write the profiles of a drill's stores through one region; replication does the rest.

    Raises:
        DrillError: no market has a catalog.
    """
    market, items = _market(table, places)
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
    documents: Mapping[Key, Document] = {
        keys.profile(store): StoreProfile(store, {}).assign(_profile(store, market), stamp)
        for store in world.stores
    }
    table.create_many({key: one.dump() for key, one in documents.items()}, rev=stamp)
    return world


def _market(table: Table, places: int) -> tuple[str, tuple[str, ...]]:
    catalogs = CatalogRepository(table)
    needed = places * PRICED_BY_PLACE + 2
    for market in MARKETS:
        try:
            catalog = catalogs.current(market)
        except CatalogMissingError:
            continue
        items = [item.id for item in catalog.items if item.standard and not item.dayparts]
        if len(items) >= needed:
            return market, tuple(items)
    raise DrillError("no market of this cloud has a published catalog", "run `carte seed` first")


def _profile(store: str, market: str) -> dict[str, object]:
    return {
        "name": f"Drill store {store}",
        "market": market,
        "street": None,
        "city": "Nowhere",
        "state": None,
        "postal_code": None,
        "time_zone": "UTC",
        "hours": MARKETS[market].hours,
        "latitude": 0.0,
        "longitude": 0.0,
    }


async def remove_stores(tables: Tables, world: World, region: str) -> None:
    """Delete all that a drill wrote, in one region; replication brings it to the others."""
    snapshots = await tables.snapshots(world.has)
    found = {key for snapshot in snapshots.values() for key in snapshot if world.has(*key)}
    await tables.delete(region, sorted(found))
