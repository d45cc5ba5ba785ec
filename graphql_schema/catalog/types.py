"""GraphQL types of catalogs."""

import strawberry

from graphql_schema.money import Money


@strawberry.type(description="A catalog item as staff edit it; readers see published catalogs.")
class CatalogItemDraft:
    market: strawberry.ID = strawberry.field(description="Id of the market.")
    item_id: strawberry.ID = strawberry.field(description="Id of the item.")
    name: str | None = strawberry.field(description="Its name in the market's language.")
    category: str | None = strawberry.field(description="Id of its category.")
    price: Money | None = strawberry.field(description="Its price in this market.")
    withdrawn: bool = strawberry.field(description="Leaves the catalog with the next publication.")
