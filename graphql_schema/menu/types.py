"""GraphQL types of a menu; their values are `services.domain.menu`'s objects and `MenuView`."""

from enum import Enum

import strawberry

from graphql_schema.allergens import Allergen
from graphql_schema.cost.directives import sized
from graphql_schema.diets import Diet
from graphql_schema.money import Money
from graphql_schema.stores.types import Store
from services.domain import menu as domain


@strawberry.enum(description="Whether the store has an item right now.")
class Availability(Enum):
    """Values are the constants of `services.domain.menu`."""

    AVAILABLE = strawberry.enum_value(
        domain.AVAILABLE, description="In stock, or the store does not count it."
    )
    LOW = strawberry.enum_value(domain.LOW, description="Five pieces or fewer are left.")
    SOLD_OUT = strawberry.enum_value(domain.SOLD_OUT, description="None is left.")


@strawberry.type(description="An item as one store sells it.")
class MenuItem:
    id: strawberry.ID = strawberry.field(description="The catalog item's id.")
    name: str = strawberry.field(description="Its name in the menu's locale.")
    description: str | None = strawberry.field(
        description="One sentence about it in the menu's locale."
    )
    image_url: str | None = strawberry.field(
        description="Its picture (SVG); a path is relative to the site."
    )
    price: Money = strawberry.field(
        description="The store's price, taxes as the market shows them."
    )
    allergens: list[Allergen] = strawberry.field(
        description="Allergens it contains.", directives=[sized(3)]
    )
    diet: Diet | None = strawberry.field(
        description="Stated by the catalog's author, never derived; null: nothing is stated."
    )
    calories: int | None = strawberry.field(description="Kilocalories a portion.")
    availability: Availability = strawberry.field(description="Whether the store has it right now.")


@strawberry.type(description="A heading of the menu and its items, in the order to show them.")
class MenuCategory:
    id: strawberry.ID = strawberry.field(description="The category's id, the same in all markets.")
    name: str = strawberry.field(description="Its name in the menu's locale.")
    items: list[MenuItem] = strawberry.field(
        description="Its items; never empty.", directives=[sized(12)]
    )


@strawberry.type(description="What a store sells now, at its prices.")
class Menu:
    store: Store = strawberry.field(description="The store.")
    version: str = strawberry.field(
        description="Changes whenever anything this menu is made of changes, the same in all "
        "regions; compare it, do not read it."
    )
    currency: str = strawberry.field(description="ISO 4217 code of all its prices.")
    locale: str = strawberry.field(description="BCP 47 locale that was requested for the texts.")
    categories: list[MenuCategory] = strawberry.field(
        description="In the order to show them.", directives=[sized(8)]
    )


@strawberry.type(description="What a store's assortment says of one item.")
class AssortmentLine:
    item_id: strawberry.ID = strawberry.field(description="The catalog item's id.")
    price: Money | None = strawberry.field(
        description="The store's own price; null: the catalog's price holds."
    )
    listed: bool = strawberry.field(description="Whether the store sells it.")
    rank: int | None = strawberry.field(
        description="Place within its category; null: the catalog's order."
    )
