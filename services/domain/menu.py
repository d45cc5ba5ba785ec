"""A store's menu: the market's catalog joined with the store's assortment and stock."""

import hashlib
import operator
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from services.domain.documents.assortment import LISTED, PRICE, RANK, Assortment, Row
from services.domain.documents.catalog import CatalogVersion
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.hours import zone
from services.domain.locales import fitting
from services.domain.markets import MARKETS
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

_RANK_OF: Final = operator.itemgetter(RANK)


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
        version: Changes whenever anything the menu is made of changes.
        locale: The requested language of the texts.
    """

    profile: StoreProfile
    version: str
    currency: str
    locale: str
    categories: tuple[MenuCategory, ...]


def assemble(
    documents: StoreDocuments,
    catalog: CatalogVersion,
    *,
    at: datetime,
    locale: str | None,
    only: Collection[str] | None = None,
) -> Menu:
    """Join a store's documents with its market's catalog.

    Args:
        documents: The store's partition.
        catalog: The published catalog of the store's market.
        at: Aware instant; items of another daypart (in the store's zone) are left out.
        locale: BCP 47 tag; None takes the market's. Missing texts fall back to its script and
            language (`locales.fitting`), the market's locale, English.
        only: Ids of the items that are wanted, which need not exist; None: all are.
    """
    profile = documents.profile
    market = MARKETS[profile["market"]]
    wanted = locale or market.locale
    local = at.astimezone(zone(profile["time_zone"]))
    localized = localized_catalog(catalog, (*fitting(wanted), market.locale))
    rows = (documents.assortment.rows() if documents.assortment else None) or localized.standard
    if only is not None:
        rows = {item: rows[item] for item in only if item in rows}
    few = documents.stock.at_most(LOW_STOCK) if documents.stock else {}
    scarce = {item: availability(pieces) for item, pieces in few.items()}
    ranked = bool({*map(_RANK_OF, rows.values())} - {None})
    categories = [
        MenuCategory(category.id, category.name, items)
        for category in localized.categories
        if (items := _sold(category, rows, scarce, local, ranked=ranked))
    ]
    version = _version(catalog, documents)
    return Menu(profile, version, catalog.currency, wanted, tuple(categories))


def _sold(
    category: Category,
    rows: Mapping[str, Row],
    scarce: Mapping[str, str],
    local: datetime,
    *,
    ranked: bool,
) -> tuple[MenuItem, ...]:
    """Return the items of a category that a store sells now, in the order of its menu.

    Args:
        category: Of the catalog.
        rows: Of the store's assortment, by item.
        scarce: Availability of the items of which little or nothing is left.
        local: The store's time.
        ranked: Whether the store ranks any of its items; where it ranks none, the catalog's order
            stands.
    """
    items = [
        cached.offers[short := scarce.get(cached.id)].get(row[PRICE])
        or cached.make(row[PRICE], short)
        for cached in category.items
        if (row := rows.get(cached.id))
        and row[LISTED]
        and (not cached.timed or cached.served(local))
    ]
    if ranked:
        orders = {cached.id: cached.order for cached in category.items}
        items.sort(key=lambda item: _place(rows[item.id][RANK], orders[item.id]))
    return tuple(items)


def _place(rank: int | None, order: int) -> int:
    return order if rank is None else rank


def _version(catalog: CatalogVersion, documents: StoreDocuments) -> str:
    read = [f"{key}={rev}" for key, rev in sorted(documents.revisions.items())]
    text = "\n".join([catalog.version, *read])
    return hashlib.blake2b(text.encode(), digest_size=9).hexdigest()
