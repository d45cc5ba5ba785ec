"""Putting the chain into a table: catalogs, stores, and last the directory that lists them.

A seed creates what is missing and leaves alone what is there, because staff may have changed it:
so a second run writes nothing, and a larger chain extends a smaller one.
"""

import gc
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from typing import Any, Final

from dataload.chain.gazetteer import cities
from dataload.chain.markets import chain_markets
from dataload.chain.menu_items import drafts
from dataload.chain.placement import first_sites
from dataload.chain.stores import ChainStore, store
from dataload.progress import Progress
from dataload.store_directory import markets_by_store, row_edits
from services.domain.documents.catalog import CatalogDraft
from services.domain.documents.directory import DirectoryEntry
from services.domain.documents.profile import StoreProfile
from services.domain.stamp import Stamp
from services.storage import bulk, keys
from services.storage.catalogs import CatalogRepository
from services.storage.table import Table

_AUTHOR: Final = "carte-seed"  # of publications
_DOCUMENTS_A_STORE: Final = 3
_STORES_A_BATCH: Final = bulk.CHUNK // _DOCUMENTS_A_STORE
# The gazetteer is a million long-lived objects: looking through them for garbage, again and again,
# would take a third of the time.
_GC_THRESHOLD: Final = 100_000


@dataclass(frozen=True, slots=True)
class SeedReport:
    """The result of seeding a region.

    Attributes:
        stores: Stores of the chain that was wanted.
        created: of these, stores that were not in the directory before.
        documents: documents written and left alone, catalogs and directory included.
        published: markets whose catalog was published.
        seconds: how long it took.
    """

    region: str
    seed: int
    stores: int
    created: int
    documents: bulk.Outcome
    published: tuple[str, ...]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return the figures for `--json`."""
        written = self.documents.written
        return {
            **asdict(self),
            "published": list(self.published),
            "seconds": round(self.seconds, 3),
            "documentsPerSecond": round(written / self.seconds) if self.seconds else None,
        }


def seed(
    table: Table,
    *,
    stores: int,
    seed_number: int,
    progress: Progress,
    regions: Sequence[str] = (),
) -> SeedReport:
    """Bring a table to hold the chain of a seed number.

    Args:
        table: The table.
        stores: The number of stores.
        seed_number: Of the chain.
        progress: Shows how far it is.
        regions: All regions of the deployment, among which stock is shared out; empty: the region
            of the table gets all of it.

    Raises:
        UnpublishableError: the drafts of a market, which staff edited, make no valid catalog.
        ValueError: stores is negative or over 31,000.
    """
    started = time.monotonic()
    cities()
    gc.freeze()
    before = gc.get_threshold()
    gc.set_threshold(_GC_THRESHOLD)
    try:
        documents, published = _catalogs(table, progress)
        known = markets_by_store(table)
        missing = [site for site in first_sites(seed_number, stores) if site.store_id not in known]
        chain = (store(seed_number, site) for site in missing)
        written, entries = _stores(table, chain, len(missing), progress, regions)
        documents += written
        edits = row_edits(entries, {})
        shards = bulk.apply(table, edits)
        for outcome in progress.track(shards, "directory", len(edits), per_item=bulk.CHUNK):
            documents += outcome
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
    seconds = time.monotonic() - started
    return SeedReport(
        table.binding.region, seed_number, stores, len(missing), documents, published, seconds
    )


def _catalogs(table: Table, progress: Progress) -> tuple[bulk.Outcome, tuple[str, ...]]:
    outcome = bulk.Outcome()
    published = []
    catalogs = CatalogRepository(table)
    markets = chain_markets()
    creations = bulk.create(table, (_drafts(market) for market in markets))
    tracked = progress.track(zip(markets, creations, strict=True), "catalogs", len(markets))
    for market, creation in tracked:
        outcome += creation.outcome
        # Nothing new: what is in force stays, and staff publish their own edits themselves.
        if creation.created or catalogs.in_force(market) is None:
            catalogs.publish(market, _AUTHOR)
            published.append(market)
    # Each publishing writes a version, the pointer to it, and the publication.
    return outcome + bulk.Outcome(created=3 * len(published)), tuple(published)


def _drafts(market: str) -> dict[keys.Key, bulk.Make]:
    def make(item_id: str, fields: Mapping[str, Any]) -> bulk.Make:
        def draft(stamp: Stamp) -> CatalogDraft:
            return CatalogDraft(market, item_id, {}).assign(fields, stamp)

        return draft

    return {
        keys.draft(market, item_id): make(item_id, fields)
        for item_id, fields in drafts(market).items()
    }


def _stores(
    table: Table,
    stores: Iterable[ChainStore],
    count: int,
    progress: Progress,
    regions: Sequence[str],
) -> tuple[bulk.Outcome, Iterable[DirectoryEntry]]:
    outcome = bulk.Outcome()
    entries: dict[str, DirectoryEntry] = {}
    creations = bulk.create(table, _batches(stores, entries, regions))
    for creation in progress.track(creations, "stores", count, per_item=_STORES_A_BATCH):
        outcome += creation.outcome
        for key, stored in creation.present.items():
            if key.sk == keys.PROFILE:
                # From a seed that was cut short, or an import: it is listed as it is.
                profile = StoreProfile.load(key.pk.removeprefix(keys.STORE_PREFIX), stored.body)
                entries[profile.store_id] = DirectoryEntry.of(profile)
    return outcome, entries.values()


def _batches(
    stores: Iterable[ChainStore], entries: dict[str, DirectoryEntry], regions: Sequence[str]
) -> Iterator[dict[keys.Key, bulk.Make]]:
    """What to write, some stores at a time, noting the directory's row of each in `entries`."""
    rest = iter(stores)
    while batch := list(islice(rest, _STORES_A_BATCH)):
        documents: dict[keys.Key, bulk.Make] = {}
        for one in batch:
            entries[one.store_id] = one.entry()
            documents[keys.profile(one.store_id)] = one.profile
            documents[keys.assortment(one.store_id)] = one.assortment
            documents[keys.stock(one.store_id)] = partial(one.stock, regions=regions)
        yield documents
