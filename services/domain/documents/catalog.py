"""A market's catalog: drafts that staff edit, immutable published versions, and the pointer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Protocol, Self

from services.domain.documents.layout import (
    Body,
    InvalidDocumentError,
    dump_registers,
    load_registers,
)
from services.domain.memo import Memo
from services.domain.register import Register, assign, merge_registers
from services.domain.stamp import Stamp

DRAFT_FIELDS: Final = (
    "category",
    "names",
    "descriptions",
    "image_url",
    "price",
    "allergens",
    "diet",
    "calories",
    "standard",
    "dayparts",
    "rank",
    "withdrawn",
)
LOCALIZED: Final = ("names", "descriptions")
DEFAULT_LOCALE: Final = "en"
BYTES_PER_ITEM: Final = 5_000
"""Memory that an item with texts in seven languages takes, about."""
MAX_KEPT: Final = 24_000  # menu items, of about a kilobyte each with their written forms


@dataclass(frozen=True, slots=True)
class CatalogDraft:
    """One item as staff edit it; becomes visible when the catalog is published.

    Attributes:
        market: Id of the market.
        item_id: Id of the item; with the prefix `category:` it describes a category (its `names`
            and `rank`).
        registers: DRAFT_FIELDS to registers; texts have one per locale, `names/fr`, so that two
            translators do not overwrite each other.
    """

    market: str
    item_id: str
    registers: Mapping[str, Register[Any]]

    def __getitem__(self, field: str) -> Any:
        if field in LOCALIZED:
            prefix = field + "/"
            return {
                key.removeprefix(prefix): register.value
                for key, register in self.registers.items()
                if key.startswith(prefix) and register.value is not None
            }
        register = self.registers.get(field)
        return None if register is None else register.value

    def merge(self, other: Self) -> Self:
        """Join two versions field by field."""
        merged = merge_registers(self.registers, other.registers)
        return type(self)(self.market, self.item_id, merged)

    def assign(self, changes: Mapping[str, Any], stamp: Stamp, *, again: bool = False) -> Self:
        """This draft with the changed fields set at `stamp`; `again` as in `register.assign`.

        `names` and `descriptions` take {locale: text}; locales that are not named stay, and a text
        of None takes one away.
        """
        flat = {key: value for key, value in changes.items() if key not in LOCALIZED}
        for name in LOCALIZED:
            for locale, text in (changes.get(name) or {}).items():
                flat[f"{name}/{locale}"] = text
        registers = assign(self.registers, flat, stamp, again=again)
        return type(self)(self.market, self.item_id, registers)

    def stamps(self) -> list[Stamp]:
        """Return every stamp in it."""
        return [register.stamp for register in self.registers.values()]

    def dump(self) -> Body:
        """Return its stored layout."""
        return dump_registers(self.registers)

    @classmethod
    def load(cls, market: str, item_id: str, body: Body) -> Self:
        """Read its stored layout."""
        return cls(market, item_id, load_registers(body))


@dataclass(frozen=True, slots=True)
class CatalogItem:
    """One published item.

    Attributes:
        price: Minor units of the market's currency, where a store sets none of its own.
        names: Locale to name; has at least one.
        dayparts: Names of `Daypart` in which it is served; empty means always.
        standard: Sold by stores that have no assortment of their own.
        diet: Name of the `Diet` that is stated; None: nothing is stated.
    """

    id: str
    category: str
    names: Mapping[str, str]
    descriptions: Mapping[str, str]
    image_url: str | None
    price: int
    allergens: tuple[str, ...]
    calories: int | None
    standard: bool
    dayparts: tuple[str, ...]
    diet: str | None = None


class Offers(Protocol):
    """A catalog item that keeps the menu items made from it until it has to drop them."""

    def forget(self) -> None:
        """Drop the menu items that this catalog item keeps."""
        ...


class KeptOffers:
    """Limits how many menu items all catalogs of a process keep in memory together."""

    def __init__(self, most: int = MAX_KEPT) -> None:
        """Begin with none.

        Args:
            most: Menu items that are kept at once, at most.
        """
        self._most = most
        self._owners: list[Offers] = []

    def __len__(self) -> int:
        return len(self._owners)

    def add(self, owner: Offers) -> None:
        """Count one more menu item, which `owner` keeps; drop all others if they are `most`."""
        if len(self._owners) >= self._most:
            self.clear()
        self._owners.append(owner)

    def clear(self) -> None:
        """Have all catalog items drop the menu items that they keep."""
        for owner in self._owners:
            owner.forget()
        self._owners.clear()


@dataclass(frozen=True)
class CatalogVersion:
    """A published catalog, immutable: what every store of the market can sell.

    Attributes:
        market: Id of the market.
        version: Text of the stamp at which it was published; its identity.
        categories: Category id to localized names, in menu order.
        items: In menu order.
        kept: Bounds the menu items that are kept in memory; the catalogs of a repository share it.
    """

    market: str
    version: str
    currency: str
    categories: Mapping[str, Mapping[str, str]]
    items: tuple[CatalogItem, ...]
    kept: KeptOffers = field(default_factory=KeptOffers, compare=False, repr=False)

    @cached_property
    def by_id(self) -> Mapping[str, CatalogItem]:
        """Items by id."""
        return {item.id: item for item in self.items}

    @cached_property
    def locales(self) -> frozenset[str]:
        """Locales that some text of the catalog has."""
        texts: list[Mapping[str, str]] = [*self.categories.values()]
        for item in self.items:
            texts += (item.names, item.descriptions)
        return frozenset(locale for text in texts for locale in text)

    @cached_property
    def localized(self) -> Memo[tuple[str, ...], Any]:
        """Cache of `menu_item_cache.localized_catalog`, by locales."""
        return Memo()

    @cached_property
    def search_index(self) -> Memo[None, Any]:
        """Cache of `search.items.index_of`: the index of the words of its items."""
        return Memo()

    def dump(self) -> Body:
        """Return its stored layout: an array per item in the order of CatalogItem's attributes.

        Diets stand beside the items, so that versions that do not know them read the rest.
        """
        diets = {item.id: item.diet for item in self.items if item.diet is not None}
        return {
            **({"diets": diets} if diets else {}),
            "currency": self.currency,
            "categories": [[key, dict(names)] for key, names in self.categories.items()],
            "items": [
                [
                    item.id,
                    item.category,
                    dict(item.names),
                    dict(item.descriptions),
                    item.image_url,
                    item.price,
                    list(item.allergens),
                    item.calories,
                    item.standard,
                    list(item.dayparts),
                ]
                for item in self.items
            ],
        }

    @classmethod
    def load(cls, market: str, version: str, body: Body, kept: KeptOffers | None = None) -> Self:
        """Read its stored layout.

        Args:
            market: Id of the market.
            version: Text of the stamp at which it was published.
            body: As `dump` returned it.
            kept: Bounds its menu items in memory together with those of other catalogs.

        Raises:
            InvalidDocumentError: The body has another shape.
        """
        try:
            diets = dict(body.get("diets", {}))
            items = tuple(
                CatalogItem(
                    item_id,
                    category,
                    names,
                    texts,
                    image,
                    price,
                    tuple(allergens),
                    calories,
                    standard,
                    tuple(dayparts),
                    diets.get(item_id),
                )
                for (
                    item_id,
                    category,
                    names,
                    texts,
                    image,
                    price,
                    allergens,
                    calories,
                    standard,
                    dayparts,
                    *_,  # of a newer version; a version is never written again
                ) in body["items"]
            )
            categories = dict(body["categories"])
            currency = body["currency"]
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise InvalidDocumentError(f"not a catalog version: {error!r}") from error
        localized_texts = [*categories.values()]
        for item in items:
            localized_texts += (item.names, item.descriptions)
        if not all(isinstance(texts, dict) for texts in localized_texts):
            raise InvalidDocumentError("not a catalog version: texts by locale are no object")
        return cls(
            market, version, currency, categories, items, KeptOffers() if kept is None else kept
        )


def localized(texts: Mapping[str, str], *locales: str) -> str | None:
    """Return the text in the first of the locales that has one, else English, else any."""
    for locale in (*locales, DEFAULT_LOCALE):
        if locale in texts:
            return texts[locale]
    return next(iter(texts.values()), None)
