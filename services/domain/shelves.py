"""A catalog version in one language, with the items that menus are made of, each made once.

Most of a menu's item depends on the catalog and the language alone; a store adds a price and
whether it is left. Stores share few combinations of these, so the same immutable `MenuItem` serves
many menus, and whoever writes menus out may keep an item's written form in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from services.domain.dayparts import served
from services.domain.documents.assortment import STANDARD, Row
from services.domain.documents.catalog import CatalogItem, CatalogVersion, localized
from services.domain.money import Money

LOW_STOCK: Final = 5  # pieces; at or below this an item is LOW

AVAILABLE: Final = "AVAILABLE"
LOW: Final = "LOW"
SOLD_OUT: Final = "SOLD_OUT"

# Bounds of memory: languages of a catalog, combinations of price and availability of an item, and
# menu items that are kept altogether, of about a kilobyte each with their written forms.
MAX_LANGUAGES: Final = 16
MAX_OFFERS: Final = 48
MAX_KEPT: Final = 24_000


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An item as one store sells it, in one language; shared between menus.

    Attributes:
        memo: what others derived from this item alone and keep with it; no part of its value.
    """

    id: str
    name: str
    description: str | None
    image_url: str | None
    price: Money
    allergens: tuple[str, ...]
    calories: int | None
    availability: str
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


class Shelf:
    """One catalog item in one language.

    Attributes:
        order: its place in the catalog.
        price: minor units, where a store sets none of its own.
        timed: it is served at some times only.
        offers: by availability (None: AVAILABLE) and the store's own price, those that were asked
            for lately.
    """

    __slots__ = (
        "_currency",
        "_description",
        "_item",
        "_name",
        "id",
        "offers",
        "order",
        "price",
        "timed",
    )

    def __init__(
        self, item: CatalogItem, currency: str, locales: Sequence[str], order: int
    ) -> None:
        self.id = item.id
        self.price = item.price
        self.timed = bool(item.dayparts)
        self.order = order
        self._item = item
        self._currency = currency
        self._name = localized(item.names, *locales) or item.id
        self._description = localized(item.descriptions, *locales)
        self.offers: dict[str | None, dict[int | None, MenuItem]] = {
            None: {},
            LOW: {},
            SOLD_OUT: {},
        }

    def served(self, local: datetime) -> bool:
        """Whether it is served at the store's local time."""
        return served(self._item.dayparts, local)

    def make(self, price: int | None, short: str | None) -> MenuItem:
        """The item at this price (None: the catalog's), LOW or SOLD_OUT if it is; kept."""
        if sum(map(len, self.offers.values())) >= MAX_OFFERS:
            self.forget()
        _make_room(self)
        made = self._made(self.price if price is None else price, short or AVAILABLE)
        self.offers[short][price] = made
        return made

    def forget(self) -> None:
        """Keep no offer any more."""
        for kept in self.offers.values():
            kept.clear()

    def _made(self, price: int, available: str) -> MenuItem:
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
        )


# The shelf of each offer that was made since all were forgotten, of whatever catalog.
_kept: list[Shelf] = []


def _make_room(shelf: Shelf) -> None:
    """Count one more kept offer; forget all where they are too many."""
    if len(_kept) >= MAX_KEPT:
        for one in _kept:
            one.forget()
        _kept.clear()
    _kept.append(shelf)


class Category(NamedTuple):
    """A heading of the catalog, with all of its items in menu order."""

    id: str
    name: str
    shelves: tuple[Shelf, ...]


class Shelves(NamedTuple):
    """A catalog version in one language.

    Attributes:
        categories: in menu order.
        standard: the rows of a store that has no assortment of its own.
    """

    categories: tuple[Category, ...]
    standard: Mapping[str, Row]


def shelves_of(catalog: CatalogVersion, locales: Sequence[str]) -> Shelves:
    """The catalog in the first of these locales that each text has; kept with the catalog."""
    known = _locales(catalog)
    # What no text is written in makes no difference; so nobody can fill the memory with inventions.
    wanted = tuple(dict.fromkeys(one for one in locales if one in known))
    kept: dict[tuple[str, ...], Shelves] = catalog.__dict__.setdefault("_shelves", {})
    found = kept.get(wanted)
    if found is None:
        if len(kept) >= MAX_LANGUAGES:
            kept.clear()
        found = kept[wanted] = _made(catalog, wanted)
    return found


def availability(left: int | None) -> str:
    """AVAILABLE, LOW or SOLD_OUT of the pieces left; None (not tracked) is AVAILABLE."""
    if left is None or left > LOW_STOCK:
        return AVAILABLE
    return LOW if left > 0 else SOLD_OUT


def _locales(catalog: CatalogVersion) -> frozenset[str]:
    known: frozenset[str] | None = catalog.__dict__.get("_locales")
    if known is None:
        texts: list[Mapping[str, str]] = [*catalog.categories.values()]
        for item in catalog.items:
            texts += (item.names, item.descriptions)
        known = catalog.__dict__["_locales"] = frozenset(one for text in texts for one in text)
    return known


def _made(catalog: CatalogVersion, locales: Sequence[str]) -> Shelves:
    held: dict[str, list[Shelf]] = {category: [] for category in catalog.categories}
    for order, item in enumerate(catalog.items):
        # An item of a category that the catalog does not have is on no menu.
        if item.category in held:
            held[item.category].append(Shelf(item, catalog.currency, locales, order))
    return Shelves(
        tuple(
            Category(one, localized(names, *locales) or one, tuple(held[one]))
            for one, names in catalog.categories.items()
        ),
        {item.id: STANDARD for item in catalog.items if item.standard},
    )
