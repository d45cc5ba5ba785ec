"""What a catalog says to guests, the same of drafts and of a published version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.domain.documents.catalog import CatalogDraft, CatalogItem, CatalogVersion
from services.domain.publishing import in_menu_order


@dataclass(frozen=True, slots=True)
class ItemContent:
    """An item as a catalog describes it; drafts may lack anything.

    Attributes:
        category: Id of its category; None: not given.
        names: Locale to name.
        descriptions: Locale to description.
        image_url: Its picture; None: it has none.
        price: Minor units of the market's currency; None: not given.
        allergens: Names of `Allergen`, in its order; empty states that there are none, and None
            that nobody stated anything.
        diet: Name of the `Diet` that is stated; None: nothing is stated.
        calories: Kilocalories of a portion; None: unknown.
        standard: Sold by stores that have no assortment of their own.
        dayparts: Names of `Daypart` in which it is served; empty means always.
    """

    category: str | None
    names: Mapping[str, str]
    descriptions: Mapping[str, str]
    image_url: str | None
    price: int | None
    allergens: tuple[str, ...] | None
    diet: str | None
    calories: int | None
    standard: bool
    dayparts: tuple[str, ...]


NOTHING: Final = ItemContent(
    None, {}, {}, None, None, None, None, None, standard=False, dayparts=()
)
"""An item that says nothing."""


@dataclass(frozen=True, slots=True)
class CatalogContent:
    """What a catalog says.

    Attributes:
        categories: Id of each category that has items to its localized names, in menu order.
        items: Id to item, in menu order.
    """

    categories: Mapping[str, Mapping[str, str]]
    items: Mapping[str, ItemContent]


def of_version(version: CatalogVersion | None) -> CatalogContent:
    """Return the content of a published catalog; None: nothing was published yet."""
    if version is None:
        return CatalogContent({}, {})
    return CatalogContent(
        version.categories, {item.id: of_published(item) for item in version.items}
    )


def of_drafts(drafts: Sequence[CatalogDraft]) -> CatalogContent:
    """Return what drafts would say if they were published now, finished or not."""
    categories, items = in_menu_order(drafts)
    used = {draft["category"] for draft in items}
    return CatalogContent(
        {key: dict(draft["names"]) for key, draft in categories.items() if key in used},
        {draft.item_id: of_draft(draft) for draft in items},
    )


def of_published(item: CatalogItem) -> ItemContent:
    """Return the content of a published item."""
    return ItemContent(
        category=item.category,
        names=item.names,
        descriptions=item.descriptions,
        image_url=item.image_url,
        price=item.price,
        allergens=item.allergens,
        diet=item.diet,
        calories=item.calories,
        standard=item.standard,
        dayparts=item.dayparts,
    )


def of_draft(draft: CatalogDraft) -> ItemContent:
    """Return the content of a draft."""
    allergens = draft["allergens"]
    return ItemContent(
        category=draft["category"],
        names=dict(draft["names"]),
        descriptions=dict(draft["descriptions"]),
        image_url=draft["image_url"],
        price=draft["price"],
        allergens=None if allergens is None else tuple(allergens),
        diet=draft["diet"],
        calories=draft["calories"],
        standard=bool(draft["standard"]),
        dayparts=tuple(draft["dayparts"] or ()),
    )
