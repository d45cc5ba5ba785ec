"""The stores that a drill's clients read and write: made for it, and removed after it."""

import secrets
from typing import Final

from loadtests.checker.dataset import Dataset, market_with, profiles
from loadtests.checker.tables import Tables
from loadtests.drills.exceptions import DrillError
from services.storage.table import Table

STORES: Final = 24
# Two in every store for each place: what an outage keeps waiting must not run out of them.
PRICED_BY_PLACE: Final = 2


def make_stores(table: Table, places: int) -> Dataset:
    """Write the profiles of a drill's stores through one region; replication does the rest.

    Raises:
        DrillError: No market has a catalog.
    """
    sold = market_with(table, places * PRICED_BY_PLACE + 2)
    if sold is None:
        raise DrillError(
            "no market of this cloud has a published catalog", "run `carte seed` first"
        )
    market, items = sold
    name = f"drill-{secrets.token_hex(4)}"
    dataset = Dataset(
        name=name,
        market=market,
        items=items,
        shared=tuple(f"{name}-{number}" for number in range(1, STORES + 1)),
        own=(),
        drafts=(),
        categories=(),
        day="2026-05-04",  # a drill throws nothing away
    )
    stamp = table.clock.tick()
    documents = profiles(dataset.stores, market, "Drill store", stamp)
    table.create_many({key: one.dump() for key, one in documents.items()}, rev=stamp)
    return dataset


async def remove_stores(tables: Tables, dataset: Dataset, region: str) -> None:
    """Delete all that a drill wrote, in one region; replication brings it to the others."""
    snapshots = await tables.snapshots(dataset.has)
    found = {key for snapshot in snapshots.values() for key in snapshot if dataset.has(*key)}
    await tables.delete(region, sorted(found))
