"""A store's menu: the market's catalog joined with what the store sells, at what price, is left."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Final

from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogVersion
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.hours import zone
from services.domain.markets import MARKETS, language_of
from services.domain.shelves import (
    AVAILABLE,
    LOW,
    LOW_STOCK,
    SOLD_OUT,
    MenuItem,
    Shelves,
    availability,
    shelves_of,
)

__all__ = [
    "AVAILABLE",
    "LOW",
    "LOW_STOCK",
    "SOLD_OUT",
    "Menu",
    "MenuCategory",
    "MenuItem",
    "StoreDocuments",
    "assemble",
    "availability",
]


@dataclass(frozen=True, slots=True)
class StoreDocuments:
    """All documents of one store's partition, with the revision of each by sort key."""

    profile: StoreProfile
    assortment: Assortment | None
    stock: Stock | None
    revisions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MenuCategory:
    """A heading of the menu and its items, in order."""

    id: str
    name: str
    items: tuple[MenuItem, ...]


@dataclass(frozen=True, slots=True)
class Menu:
    """A store's menu.

    Attributes:
        version: changes whenever anything the menu is made of changes.
        locale: the language the texts were asked in.
    """

    profile: StoreProfile
    version: str
    currency: str
    locale: str
    categories: tuple[MenuCategory, ...]


def assemble(
    documents: StoreDocuments, catalog: CatalogVersion, *, at: datetime, locale: str | None
) -> Menu:
    """Join a store's documents with its market's catalog.

    Args:
        documents: the store's partition.
        catalog: the published catalog of the store's market.
        at: aware instant; items of another daypart (in the store's zone) are left out.
        locale: BCP 47 tag; None takes the market's. Missing texts fall back to its language, the
            market's locale, English.
    """
    profile = documents.profile
    market = MARKETS[profile["market"]]
    asked = locale or market.locale
    local = at.astimezone(zone(profile["time_zone"]))
    shelves = shelves_of(catalog, (asked, language_of(asked), market.locale))
    categories = []
    for index, chosen in enumerate(_chosen(shelves, documents, local)):
        if chosen:
            items = tuple([item for _, item in sorted(chosen, key=_rank)])
            categories.append(MenuCategory(*shelves.categories[index], items))
    version = _version(catalog, documents)
    return Menu(profile, version, catalog.currency, asked, tuple(categories))


_rank: Final = itemgetter(0)


def _chosen(
    shelves: Shelves, documents: StoreDocuments, local: datetime
) -> list[list[tuple[int, MenuItem]]]:
    """For each category what the store sells of it now, with ranks, in the catalog's order."""
    assortment = documents.assortment
    cells = None if assortment is None or assortment.is_empty else assortment.cells
    left_of = documents.stock.left if documents.stock else None
    chosen: list[list[tuple[int, MenuItem]]] = [[] for _ in shelves.categories]
    for order, shelf in enumerate(shelves.shelves):
        price = rank = None
        if cells is None:
            listed = shelf.standard
        elif (found := cells(shelf.id)) is None:
            continue
        else:
            price, listed, rank = found
        category = shelf.category
        if not listed or category is None or (shelf.timed and not shelf.served(local)):
            continue
        if price is None:
            price = shelf.price
        available = AVAILABLE if left_of is None else availability(left_of(shelf.id))
        item = shelf.offers.get((price, available)) or shelf.make(price, available)
        chosen[category].append((order if rank is None else rank, item))
    return chosen


def _version(catalog: CatalogVersion, documents: StoreDocuments) -> str:
    read = [catalog.version, *(f"{key}={rev}" for key, rev in sorted(documents.revisions.items()))]
    return hashlib.blake2b("\n".join(read).encode(), digest_size=9).hexdigest()
