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
from services.domain.menu_item_cache import (
    AVAILABLE,
    LOW,
    LOW_STOCK,
    SOLD_OUT,
    Category,
    MenuItem,
    availability,
    localized_catalog,
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
    localized = localized_catalog(catalog, (asked, language_of(asked), market.locale))
    rows = (documents.assortment.rows() if documents.assortment else None) or localized.standard
    few = documents.stock.at_most(LOW_STOCK) if documents.stock else {}
    scarce = {item: availability(pieces) for item, pieces in few.items()}
    categories = tuple(
        MenuCategory(category.id, category.name, items)
        for category in localized.categories
        if (items := _sold(category, rows, scarce, local))
    )
    version = _version(catalog, documents)
    return Menu(profile, version, catalog.currency, asked, categories)


def _sold(
    category: Category, rows: Mapping[str, Row], scarce: Mapping[str, str], local: datetime
) -> tuple[MenuItem, ...]:
    """What a store sells of a category now, by its own ranks, else in the catalog's order.

    Args:
        category: of the catalog.
        rows: of the store's assortment, by item.
        scarce: availability of the items of which little or nothing is left.
        local: the store's time.
    """
    items: list[MenuItem] = []
    ranked = False
    for cached in category.items:
        row = rows.get(cached.id)
        if row is None or not row[LISTED] or (cached.timed and not cached.served(local)):
            continue
        price, short = row[PRICE], scarce.get(cached.id)
        items.append(cached.offers[short].get(price) or cached.make(price, short))
        if row[RANK] is not None:
            ranked = True
    if ranked:
        orders = {cached.id: cached.order for cached in category.items}
        items.sort(key=lambda item: _place(rows[item.id][RANK], orders[item.id]))
    return tuple(items)


def _place(rank: int | None, order: int) -> int:
    return order if rank is None else rank


def _version(catalog: CatalogVersion, documents: StoreDocuments) -> str:
    read = [catalog.version, *(f"{key}={rev}" for key, rev in sorted(documents.revisions.items()))]
    return hashlib.blake2b("\n".join(read).encode(), digest_size=9).hexdigest()
