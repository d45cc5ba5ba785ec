"""The menu-item cache: a catalog version in one language, with the menu items made from it.

A menu item depends mostly on the catalog and the language; a store adds its price and whether
pieces are left. Stores share few combinations of these, so one immutable `MenuItem` serves many
menus, and the code that writes responses may keep an item's written form in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from services.domain.dayparts import served
from services.domain.documents.assortment import STANDARD, Row
from services.domain.documents.catalog import CatalogItem, CatalogVersion, localized
from services.domain.memo import Memo
from services.domain.money import Money

LOW_STOCK: Final = 5  # pieces; at or below this an item is LOW

AVAILABLE: Final = "AVAILABLE"
LOW: Final = "LOW"
SOLD_OUT: Final = "SOLD_OUT"

# Bounds of memory: languages of a catalog, and combinations of price and availability of an item.
MAX_LANGUAGES: Final = 16
MAX_OFFERS: Final = 48


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An item as one store sells it, in one language; shared between menus.

    Attributes:
        memo: Texts derived from this item alone, such as its JSON, as `keep` was given them; not
            part of its equality.
    """

    id: str
    name: str
    description: str | None
    image_url: str | None
    price: Money
    allergens: tuple[str, ...]
    calories: int | None
    availability: str
    diet: str | None = None
    memo: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False, init=False)

    def keep(self, name: str, text: str) -> str:
        """Keep a text that is derived from this item alone, and return it."""
        # Readers have a plain dict: they look every item of every menu up.
        memo: dict[str, str] = self.memo  # type: ignore[assignment]  # it is made as one
        memo[name] = text
        return text


class CachedItem:
    """One catalog item in one language, and the menu items made from it lately.

    Attributes:
        id: Id of the catalog item.
        order: Its place in the catalog.
        price: Minor units of the catalog's currency, where a store sets none of its own.
        timed: Whether it is served at some times of the day only.
        offers: Menu items by availability (None: AVAILABLE) and by the store's own price.
    """

    __slots__ = (
        "_currency",
        "_description",
        "_item",
        "_kept",
        "_name",
        "id",
        "offers",
        "order",
        "price",
        "timed",
    )

    def __init__(
        self, item: CatalogItem, catalog: CatalogVersion, locales: Sequence[str], order: int
    ) -> None:
        self.id = item.id
        self.price = item.price
        self.timed = bool(item.dayparts)
        self.order = order
        self._item = item
        self._currency = catalog.currency
        self._kept = catalog.kept
        self._name = localized(item.names, *locales) or item.id
        self._description = localized(item.descriptions, *locales)
        self.offers: dict[str | None, dict[int | None, MenuItem]] = {
            None: {},
            LOW: {},
            SOLD_OUT: {},
        }

    def served(self, local: datetime) -> bool:
        """Return whether the item is served at the store's local time."""
        return served(self._item.dayparts, local)

    def make(self, price: int | None, short: str | None) -> MenuItem:
        """Return the menu item at a price (None: the catalog's), LOW, SOLD_OUT or neither."""
        if sum(map(len, self.offers.values())) >= MAX_OFFERS:
            self.forget()
        self._kept.add(self)
        made = self._menu_item(self.price if price is None else price, short or AVAILABLE)
        self.offers[short][price] = made
        return made

    def forget(self) -> None:
        """Drop all menu items of this catalog item from the cache."""
        for kept in self.offers.values():
            kept.clear()

    def _menu_item(self, price: int, available: str) -> MenuItem:
        item = self._item
        return MenuItem(
            id=item.id,
            name=self._name,
            description=self._description,
            image_url=item.image_url,
            price=Money(price, self._currency),
            allergens=item.allergens,
            calories=item.calories,
            availability=available,
            diet=item.diet,
        )


class Category(NamedTuple):
    """A category of the catalog in one language, with all of its items in menu order."""

    id: str
    name: str
    items: tuple[CachedItem, ...]


class LocalizedCatalog(NamedTuple):
    """A catalog version in one language.

    Attributes:
        categories: The categories in menu order.
        standard: Assortment rows of a store that has no assortment of its own.
    """

    categories: tuple[Category, ...]
    standard: Mapping[str, Row]


def localized_catalog(catalog: CatalogVersion, locales: Sequence[str]) -> LocalizedCatalog:
    """Return the catalog in the first of these locales that each text has; kept with it."""
    known = catalog.locales
    # Locales that no text has make no difference, so that invented ones do not fill the memory.
    wanted = tuple(dict.fromkeys([one for one in locales if one in known]))
    memo: Memo[tuple[str, ...], LocalizedCatalog] = catalog.localized
    look_up = memo.get
    found = look_up(wanted)  # nearly always: no function that makes it is prepared for nothing
    if found is None:
        found = memo.get_or_make(wanted, partial(_localized, catalog, wanted), MAX_LANGUAGES)
    return found


def availability(left: int | None) -> str:
    """Return AVAILABLE, LOW or SOLD_OUT for pieces left; None (not tracked) is AVAILABLE."""
    if left is None or left > LOW_STOCK:
        return AVAILABLE
    return LOW if left > 0 else SOLD_OUT


def _localized(catalog: CatalogVersion, locales: Sequence[str]) -> LocalizedCatalog:
    held: dict[str, list[CachedItem]] = {category: [] for category in catalog.categories}
    for order, item in enumerate(catalog.items):
        # An item of a category that the catalog does not have is on no menu.
        if item.category in held:
            held[item.category].append(CachedItem(item, catalog, locales, order))
    return LocalizedCatalog(
        tuple(
            Category(one, localized(names, *locales) or one, tuple(held[one]))
            for one, names in catalog.categories.items()
        ),
        {item.id: STANDARD for item in catalog.items if item.standard},
    )
