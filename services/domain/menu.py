"""A store's menu: the market's catalog joined with what the store sells, at what price, is left."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from services.domain.documents.assortment import LISTED, PRICE, RANK, Assortment, Row
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
    Shelf,
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


class StoreDocuments(NamedTuple):
    """All documents of one store's partition, with the revision of each by sort key."""

    profile: StoreProfile
    assortment: Assortment | None
    stock: Stock | None
    revisions: Mapping[str, str]


class MenuCategory(NamedTuple):
    """A heading of the menu and its items, in order."""

    id: str
    name: str
    items: tuple[MenuItem, ...]


class Menu(NamedTuple):
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
    rows = (documents.assortment.rows() if documents.assortment else None) or shelves.standard
    left = documents.stock.all_left() if documents.stock else {}
    categories = tuple(
        MenuCategory(category.id, category.name, items)
        for category in shelves.categories
        if (items := _sold(category.shelves, rows, left, local))
    )
    version = _version(catalog, documents)
    return Menu(profile, version, catalog.currency, asked, categories)


def _sold(
    shelves: tuple[Shelf, ...],
    rows: Mapping[str, Row],
    left: Mapping[str, int | None],
    local: datetime,
) -> tuple[MenuItem, ...]:
    """What a store sells of these shelves now, by its own ranks, else in the catalog's order."""
    items: list[MenuItem] = []
    places: list[int] = []
    ranked = False
    for shelf in shelves:
        row = rows.get(shelf.id)
        if row is None or not row[LISTED] or (shelf.timed and not shelf.served(local)):
            continue
        price = row[PRICE]
        if price is None:
            price = shelf.price
        pieces = left.get(shelf.id)
        available = AVAILABLE if pieces is None else availability(pieces)
        items.append(shelf.offers.get((price, available)) or shelf.make(price, available))
        rank = row[RANK]
        if rank is None:
            rank = shelf.order
        else:
            ranked = True
        places.append(rank)
    if ranked:
        items = [items[at] for at in sorted(range(len(items)), key=places.__getitem__)]
    return tuple(items)


def _version(catalog: CatalogVersion, documents: StoreDocuments) -> str:
    read = [catalog.version, *(f"{key}={rev}" for key, rev in sorted(documents.revisions.items()))]
    return hashlib.blake2b("\n".join(read).encode(), digest_size=9).hexdigest()
