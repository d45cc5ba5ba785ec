"""The documents of one check: stores, items and drafts of its own, in a market that is there."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from loadtests.checker.settings import CheckError, CheckSettings
from services.domain.documents.catalog import CatalogDraft
from services.domain.documents.profile import StoreProfile
from services.domain.markets import MARKETS
from services.domain.publishing import CATEGORY_PREFIX
from services.domain.quotes.pickup import utc_day
from services.domain.stamp import Stamp, unix_ms
from services.storage import keys
from services.storage.catalogs import CatalogRepository
from services.storage.exceptions import CatalogMissingError
from services.storage.keys import Key
from services.storage.kinds import Document
from services.storage.table import Table

# Few of everything, so that clients get into each other's way.
_SHARED: Final = 2
_ITEMS: Final = 2
_DRAFTS: Final = 1
_CATEGORIES: Final = 1
_WITHDRAWN: Final = {"withdrawn": True}
_NAME: Final = {"names/en": "Consistency check"}  # a category needs one


@dataclass(frozen=True, slots=True)
class Dataset:
    """The documents that clients write.

    Attributes:
        name: Unique; a part of the key of every item that the check leaves in a table.
        market: Whose catalog the stores sell.
        items: Ids of catalog items that the stores sell by themselves, at any hour.
        shared: Stores that all clients write.
        own: For each client a store that only it writes.
        drafts: Catalog items that all clients edit; withdrawn from the start, so that no
            publication takes them up.
        categories: Ids of categories that all clients edit, withdrawn likewise.
        day: The day on which its stores throw things away, by their calendar, which is UTC's.
    """

    name: str
    market: str
    items: tuple[str, ...]
    shared: tuple[str, ...]
    own: tuple[str, ...]
    drafts: tuple[str, ...]
    categories: tuple[str, ...]
    day: str

    @property
    def stores(self) -> tuple[str, ...]:
        """All of its stores."""
        return *self.shared, *self.own

    def has(self, pk: str, sk: str) -> bool:
        """Return whether an item of the table belongs to this check."""
        return self.name in pk or self.name in sk

    @property
    def drafted(self) -> tuple[str, ...]:
        """Items and categories by the ids of their drafts."""
        return *self.drafts, *(CATEGORY_PREFIX + one for one in self.categories)

    @property
    def sentinel(self) -> str:
        """A store that exists only to see whether the stream Lambdas are done."""
        return f"{self.name}-sentinel"


def make_dataset(settings: CheckSettings, table: Table) -> Dataset:
    """Write the stores' profiles and the drafts, through the code that staff's imports use.

    Raises:
        CheckError: No market has a catalog.
    """
    sold = market_with(table, _ITEMS)
    if sold is None:
        raise CheckError(
            "no market of this cloud has a published catalog", "run `carte seed` first"
        )
    market, items = sold[0], sold[1][:_ITEMS]
    name = f"check-{settings.seed}-{secrets.token_hex(3)}"
    dataset = Dataset(
        name=name,
        market=market,
        items=items,
        shared=tuple(f"{name}-{number}" for number in range(1, _SHARED + 1)),
        own=tuple(f"{name}-own-{client}" for client in range(settings.clients)),
        drafts=tuple(f"{name}-{letter}" for letter in "abcdefgh"[:_DRAFTS]),
        categories=tuple(f"{name}-{letter}" for letter in "abcdefgh"[:_CATEGORIES]),
        day=utc_day(unix_ms() // 1000),
    )
    stamp = table.clock.tick()
    documents: Mapping[Key, Document] = {
        **profiles(dataset.stores, market, "Consistency check", stamp),
        **{
            keys.draft(market, one): CatalogDraft(market, one, {}).assign(
                _WITHDRAWN | (_NAME if one.startswith(CATEGORY_PREFIX) else {}), stamp
            )
            for one in dataset.drafted
        },
    }
    table.create_many({key: document.dump() for key, document in documents.items()}, rev=stamp)
    return dataset


def market_with(table: Table, least: int) -> tuple[str, tuple[str, ...]] | None:
    """A market and all items that its stores sell by themselves at any hour.

    Args:
        table: Of any region.
        least: How many such items the market must have.

    Returns:
        None where no market has a published catalog with so many.
    """
    catalogs = CatalogRepository(table)
    for market in MARKETS:
        try:
            catalog = catalogs.current(market)
        except CatalogMissingError:
            continue
        items = [item.id for item in catalog.items if item.standard and not item.dayparts]
        if len(items) >= least:
            return market, tuple(items)
    return None


def profiles(
    stores: Iterable[str], market: str, title: str, stamp: Stamp
) -> dict[Key, StoreProfile]:
    """Profiles of stores that exist for a test, nowhere, and are named after it."""
    return {
        keys.profile(store): StoreProfile(store, {}).assign(
            {
                "name": f"{title} {store}",
                "market": market,
                "street": None,
                "city": "Nowhere",
                "state": None,
                "postal_code": None,
                "time_zone": "UTC",
                "hours": MARKETS[market].hours,
                "latitude": 0.0,
                "longitude": 0.0,
            },
            stamp,
        )
        for store in stores
    }
