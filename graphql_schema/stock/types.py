"""GraphQL types of stock."""

from datetime import datetime
from typing import Self

import strawberry

from graphql_schema.cost.directives import sized
from graphql_schema.menu.types import Availability
from graphql_schema.stamps import moment
from graphql_schema.stores.types import Store
from graphql_schema.stores.views import StoreView
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import StockLine
from services.domain.menu import availability


@strawberry.type(description="What one region's tills sold of an item, ever.")
class RegionSales:
    region: str = strawberry.field(description="AWS region that took the sales.")
    pieces: int = strawberry.field(description="Pieces sold, less those taken back.")


@strawberry.type(description="The stock of one item in a store.")
class InventoryLine:
    item_id: strawberry.ID = strawberry.field(description="The catalog item's id.")
    left: int | None = strawberry.field(
        description="Pieces left, as of this region; below 0 when oversold; null: never counted."
    )
    availability: Availability = strawberry.field(description="What menus say of it.")
    counted: int | None = strawberry.field(description="Pieces of the last count.")
    counted_at: datetime | None = strawberry.field(description="When it was counted (UTC).")
    sold: list[RegionSales] = strawberry.field(
        description="Sales by region, since ever.", directives=[sized(3)]
    )

    @classmethod
    def of(cls, item_id: str, line: StockLine) -> Self:
        """Return the GraphQL object of a stock line."""
        count = line.count
        return cls(
            item_id=strawberry.ID(item_id),
            left=line.left,
            availability=Availability(availability(line.left)),
            counted=count.value.pieces if count else None,
            counted_at=moment(count.stamp) if count else None,
            sold=[RegionSales(region=name, pieces=slot.net) for name, slot in line.slots.items()],
        )


@strawberry.type(
    description="A store's stock, item by item; items never counted nor sold are not here."
)
class Inventory:
    store: StoreView = strawberry.field(graphql_type=Store, description="The store.")
    lines: list[InventoryLine] = strawberry.field(
        description="By item id.", directives=[sized(100)]
    )

    @classmethod
    def of(cls, store: StoreView, stock: Stock | None) -> Self:
        """Return the GraphQL object of a stock."""
        lines = stock.lines if stock else {}
        return cls(
            store=store,
            lines=[InventoryLine.of(item, line) for item, line in lines.items()],
        )


@strawberry.type(description="What a store has left of an item.")
class StockLevel:
    item_id: strawberry.ID = strawberry.field(description="The catalog item's id.")
    left: int | None = strawberry.field(
        description="Pieces left, as of this region; below 0 when oversold; null: never counted."
    )
    availability: Availability = strawberry.field(description="What menus say of it.")

    @classmethod
    def of(cls, item_id: str, left: int | None) -> "StockLevel":
        """Return the GraphQL object of an item's level."""
        return cls(
            item_id=strawberry.ID(item_id),
            left=left,
            availability=Availability(availability(left)),
        )
