"""GraphQL types of stock."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import NamedTuple, Self

import strawberry

from graphql_schema.cost.directives import sized
from graphql_schema.menu.types import Availability
from graphql_schema.stores.types import Store
from graphql_schema.stores.views import StoreView
from services.domain.documents.catalog import CatalogItem, localized
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import StockLine, counting_order
from services.domain.menu import availability
from services.domain.stamp import Stamp


class InventoryFacts(NamedTuple):
    """What is known beside a store's stock.

    Attributes:
        items: The catalog's items by id.
        unknown: Id of what carte does not know to what files call it.
        moved: Ids of lines whose counts are under the id that an unknown item got.
        authors: Who counted, by the stamp of the count.
        locale: Language of names.
        now: Unix seconds.
    """

    items: Mapping[str, CatalogItem]
    unknown: Mapping[str, str]
    moved: AbstractSet[str]
    authors: Mapping[Stamp, str]
    locale: str
    now: int


@strawberry.type(
    description="What one region sold of an item, ever: by tills, reserved for orders, thrown away."
)
class RegionSales:
    region: str = strawberry.field(description="AWS region that took the sales.")
    pieces: int = strawberry.field(description="Pieces sold, less those taken back.")


@strawberry.type(description="The stock of one item in a store.")
class InventoryLine:
    item_id: strawberry.ID = strawberry.field(description="The catalog item's id.")
    name: str | None = strawberry.field(
        description="The item's name; null: the catalog in force does not have the item any more."
    )
    left: int | None = strawberry.field(
        description="Pieces left, as of this region; below 0 when oversold; null: never counted."
    )
    availability: Availability = strawberry.field(description="What menus say of it.")
    counted: int | None = strawberry.field(description="Pieces of the last count.")
    counted_at: datetime | None = strawberry.field(description="When it was counted (UTC).")
    counted_by: str | None = strawberry.field(
        description="Who counted it last: the subject of a token, or the file's address. Null: it "
        "was never counted, or longer than 35 days ago."
    )
    sold_since: int | None = strawberry.field(
        description="Pieces sold, reserved or thrown away since it was counted; null: never "
        "counted."
    )
    reserved: int = strawberry.field(
        description="Pieces that orders reserved and that are still in the store."
    )
    sold: list[RegionSales] = strawberry.field(
        description="Sales by region, since ever.", directives=[sized(3)]
    )

    @classmethod
    def of(cls, item_id: str, line: StockLine, facts: InventoryFacts) -> Self:
        """Return the GraphQL object of a stock line."""
        count, item = line.count, facts.items.get(item_id)
        left = line.left
        return cls(
            item_id=strawberry.ID(item_id),
            name=localized(item.names, facts.locale) if item else None,
            left=left,
            availability=Availability(availability(left)),
            counted=count.value.counted if count else None,
            counted_at=_counted_at(line),
            counted_by=facts.authors.get(count.stamp) if count else None,
            sold_since=None if count is None or left is None else count.value.pieces - left,
            reserved=_reserved(line, facts.now),
            sold=[RegionSales(region=name, pieces=slot.net) for name, slot in line.slots.items()],
        )


@strawberry.type(
    description="Something that a file counted and carte does not know: it counts once an item of "
    "the catalog has this name or id."
)
class UnknownStockLine:
    name: str = strawberry.field(description="What the file calls it.")
    item_id: strawberry.ID = strawberry.field(description="The id under which the count is kept.")
    counted: int | None = strawberry.field(
        description="Pieces of the last count; null: this region does not have it yet."
    )
    counted_at: datetime | None = strawberry.field(description="When it was counted (UTC).")

    @classmethod
    def of(cls, item_id: str, name: str, line: StockLine) -> Self:
        """Return the GraphQL object of a line of something unknown."""
        return cls(
            name=name,
            item_id=strawberry.ID(item_id),
            counted=line.count.value.counted if line.count else None,
            counted_at=_counted_at(line),
        )


@strawberry.type(
    description="A store's stock, item by item; items never counted nor sold are not here."
)
class Inventory:
    store: StoreView = strawberry.field(graphql_type=Store, description="The store.")
    lines: list[InventoryLine] = strawberry.field(
        description="By item id.", directives=[sized(100)]
    )
    unknown: list[UnknownStockLine] = strawberry.field(
        description="What files counted here and the catalog does not have.",
        directives=[sized(20)],
    )

    @classmethod
    def of(cls, store: StoreView, stock: Stock | None, facts: InventoryFacts) -> Self:
        """Return the GraphQL object of a stock."""
        lines = stock.lines if stock else {}
        return cls(
            store=store,
            lines=[
                InventoryLine.of(item, line, facts)
                for item, line in lines.items()
                if item not in facts.unknown and item not in facts.moved
            ],
            unknown=[
                UnknownStockLine.of(item, name, lines.get(item, StockLine()))
                for item, name in sorted(facts.unknown.items())
            ],
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


def _counted_at(line: StockLine) -> datetime | None:
    if line.count is None:
        return None
    return datetime.fromtimestamp(counting_order(line.count)[0] / 1000, UTC)


def _reserved(line: StockLine, now: int) -> int:
    return sum(
        pieces
        for slot in line.slots.values()
        for pieces, until in slot.held.values()
        if until > now
    )
