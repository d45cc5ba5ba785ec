"""GraphQL types of found items. Their values are views, and menu items of `services.domain`."""

import strawberry

from graphql_schema.allergens import Allergen
from graphql_schema.cost.directives import sized
from graphql_schema.diets import Diet
from graphql_schema.menu.types import MenuItem
from graphql_schema.money import Money
from graphql_schema.pagination.types import Connection

_WITHOUT = (
    "Allergens that none of these items has, because the text or `without` excludes them. Show "
    "them: guests must see how their words were understood."
)
_NOT_UNDERSTOOD = (
    "What the text excludes and is the name of no allergen, such as `sugar` of `without sugar`. "
    "No item is returned then, because menus do not say which items are without it."
)


@strawberry.type(description="A category of a market's catalog.")
class CatalogCategory:
    id: strawberry.ID = strawberry.field(description="The category's id, the same in all markets.")
    name: str = strawberry.field(description="Its name in the requested locale.")


@strawberry.type(description="An item that stores of a market can sell, as it was published.")
class CatalogItem:
    """Values are of `CatalogItemView`."""

    id: strawberry.ID = strawberry.field(description="The item's id.")
    name: str = strawberry.field(description="Its name in the requested locale.")
    description: str | None = strawberry.field(
        description="One sentence about it in the requested locale."
    )
    image_url: str | None = strawberry.field(
        description="Its picture (SVG); a path is relative to the site."
    )
    category: CatalogCategory = strawberry.field(description="The heading it stands under.")
    price: Money = strawberry.field(
        description="The market's price, taxes as the market shows them; a store may have another."
    )
    allergens: list[Allergen] = strawberry.field(
        description="Allergens it contains.", directives=[sized(3)]
    )
    diet: Diet | None = strawberry.field(
        description="Stated by the catalog's author, never derived; null: nothing is stated."
    )
    calories: int | None = strawberry.field(description="Kilocalories a portion.")


@strawberry.type(description="A page of a store's items (Relay connection), the best first.")
class MenuItemConnection(Connection[MenuItem]):
    """Values are of `FoundItemsView`."""

    without: list[Allergen] = strawberry.field(description=_WITHOUT, directives=[sized(3)])
    not_understood: list[str] = strawberry.field(description=_NOT_UNDERSTOOD, directives=[sized(2)])


@strawberry.type(description="A page of a catalog's items (Relay connection), the best first.")
class CatalogItemConnection(Connection[CatalogItem]):
    """Values are of `FoundItemsView`."""

    without: list[Allergen] = strawberry.field(description=_WITHOUT, directives=[sized(3)])
    not_understood: list[str] = strawberry.field(description=_NOT_UNDERSTOOD, directives=[sized(2)])
