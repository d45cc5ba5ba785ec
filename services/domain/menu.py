"""A store's menu: the market's catalog joined with what the store sells, at what price, is left."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.domain.dayparts import served
from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogItem, CatalogVersion, localized
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.hours import zone
from services.domain.markets import MARKETS, language_of
from services.domain.money import Money

LOW_STOCK: Final = 5  # pieces; at or below this an item is LOW

AVAILABLE: Final = "AVAILABLE"
LOW: Final = "LOW"
SOLD_OUT: Final = "SOLD_OUT"


@dataclass(frozen=True, slots=True)
class StoreDocuments:
    """All documents of one store's partition, with the revision of each by sort key."""

    profile: StoreProfile
    assortment: Assortment | None
    stock: Stock | None
    revisions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An item as one store sells it, in one language."""

    id: str
    name: str
    description: str | None
    image_url: str | None
    price: Money
    allergens: tuple[str, ...]
    calories: int | None
    availability: str


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
    locales = (asked, language_of(asked), market.locale)
    local = at.astimezone(zone(profile["time_zone"]))
    chosen = _selection(catalog, documents.assortment)
    by_category: dict[str, list[tuple[int, CatalogItem]]] = {}
    for rank, item in chosen:
        if served(item.dayparts, local):
            by_category.setdefault(item.category, []).append((rank, item))
    categories = []
    for category_id, names in catalog.categories.items():
        ranked = by_category.get(category_id)
        if not ranked:
            continue
        ranked.sort(key=lambda one: one[0])
        items = tuple(_item(item, documents, catalog.currency, locales) for _, item in ranked)
        categories.append(
            MenuCategory(category_id, localized(names, *locales) or category_id, items)
        )
    version = _version(catalog, documents)
    return Menu(profile, version, catalog.currency, asked, tuple(categories))


def _selection(
    catalog: CatalogVersion, assortment: Assortment | None
) -> list[tuple[int, CatalogItem]]:
    if assortment is None or not assortment.lines:
        return [(rank, item) for rank, item in enumerate(catalog.items) if item.standard]
    selection = []
    for order, item in enumerate(catalog.items):
        if assortment.value(item.id, "listed"):
            rank = assortment.value(item.id, "rank")
            selection.append((order if rank is None else rank, item))
    return selection


def _item(
    item: CatalogItem, documents: StoreDocuments, currency: str, locales: tuple[str, ...]
) -> MenuItem:
    own = documents.assortment.value(item.id, "price") if documents.assortment else None
    left = documents.stock.left(item.id) if documents.stock else None
    return MenuItem(
        id=item.id,
        name=localized(item.names, *locales) or item.id,
        description=localized(item.descriptions, *locales),
        image_url=item.image_url,
        price=Money(item.price if own is None else own, currency),
        allergens=item.allergens,
        calories=item.calories,
        availability=availability(left),
    )


def availability(left: int | None) -> str:
    """AVAILABLE, LOW or SOLD_OUT of the pieces left; None (not tracked) is AVAILABLE."""
    if left is None or left > LOW_STOCK:
        return AVAILABLE
    return LOW if left > 0 else SOLD_OUT


def _version(catalog: CatalogVersion, documents: StoreDocuments) -> str:
    read = [catalog.version, *(f"{key}={rev}" for key, rev in sorted(documents.revisions.items()))]
    return hashlib.blake2b("\n".join(read).encode(), digest_size=9).hexdigest()
