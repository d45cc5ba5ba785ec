"""Kinds of goods that tax laws distinguish, and the kind of each catalog item."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from services.domain.documents.catalog import CatalogItem, CatalogVersion
from services.domain.errors import CarteError


class Goods(Enum):
    """A kind of goods, as sold to take away."""

    PASTRY = "pastry"  # doughnuts, cakes, croissants and other fine bakery, by the piece
    PASTRY_BOX = "pastry-box"  # the same in a box of six or more, as one item
    FOOD_COLD = "food-cold"  # other food that is not heated, such as a filled bagel
    FOOD_HOT = "food-hot"  # food that is kept or made hot for the guest
    DRINK_HOT = "drink-hot"  # coffee, tea, cocoa
    DRINK_SOFT = "drink-soft"  # cold drinks with added sugar or sweetener
    DRINK_COLD = "drink-cold"  # other cold drinks without alcohol
    OTHER = "other"  # merchandise


class UnclassifiedItemError(CarteError):
    """Nothing says what kind of goods an item is, so its tax is unknown."""

    def __init__(self, item_id: str, category: str) -> None:
        super().__init__(
            f"the kind of goods of item {item_id!r} (category {category!r}) is not set",
            "set the kind of the category or of the item; see docs/orders.md, Taxes",
        )


@dataclass(frozen=True, slots=True)
class Classification:
    """What kind of goods items are; an operator's setting.

    Attributes:
        categories: Category id to the kind of its items.
        items: Item id to its kind, where it differs from the rest of its category.
    """

    categories: Mapping[str, Goods]
    items: Mapping[str, Goods] = field(default_factory=dict)

    def goods_of(self, item: CatalogItem) -> Goods:
        """Return the kind of an item.

        Raises:
            UnclassifiedItemError: Neither the item nor its category has a kind. No kind is assumed:
                a guest would pay the wrong tax.
        """
        found = self.items.get(item.id) or self.categories.get(item.category)
        if found is None:
            raise UnclassifiedItemError(item.id, item.category)
        return found

    def missing(self, catalog: CatalogVersion) -> list[str]:
        """Return the ids of the catalog's items that have no kind, in menu order."""
        return [
            item.id
            for item in catalog.items
            if item.id not in self.items and item.category not in self.categories
        ]
