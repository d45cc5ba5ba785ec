"""GraphQL types that only staff see: inventory, and edits that fought each other."""

import json
from datetime import UTC, datetime
from typing import Any, Self, cast

import strawberry

from graphql_schema.resolvers.views import StoreView
from graphql_schema.types.menu import Availability
from graphql_schema.types.store import PageInfo, Store
from services.domain.documents.journal import EditConflict as DomainConflict
from services.domain.documents.journal import JournalEntry
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import StockLine
from services.domain.menu import availability
from services.domain.stamp import Stamp


@strawberry.type(description="What one region's tills sold of an item, ever.")
class RegionSales:
    """See the description."""

    region: str = strawberry.field(description="AWS region that took the sales.")
    pieces: int = strawberry.field(description="Pieces sold, less those taken back.")


@strawberry.type(description="What a store knows of one item's stock.")
class InventoryLine:
    """See the description."""

    item_id: strawberry.ID = strawberry.field(description="The catalog item's id.")
    left: int | None = strawberry.field(
        description="Pieces left as this region knows; below 0 when oversold; null: never counted."
    )
    availability: Availability = strawberry.field(description="What menus say of it.")
    counted: int | None = strawberry.field(description="Pieces of the last count.")
    counted_at: datetime | None = strawberry.field(description="When it was counted (UTC).")
    sold: list[RegionSales] = strawberry.field(description="Sales by region, since ever.")

    @classmethod
    def of(cls, item_id: str, line: StockLine) -> Self:
        """The GraphQL object of a stock line."""
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
    """See the description."""

    store: Store = strawberry.field(description="The store.")
    lines: list[InventoryLine] = strawberry.field(description="By item id.")

    @classmethod
    def of(cls, store: StoreView, stock: Stock | None) -> Self:
        """The GraphQL object of a stock."""
        lines = stock.lines if stock else {}
        return cls(
            store=cast("Store", store),
            lines=[InventoryLine.of(item, line) for item, line in lines.items()],
        )


@strawberry.type(description="One of two edits that were made at once.")
class JournaledEdit:
    """See the description."""

    value: str = strawberry.field(description="What it set, as JSON: `249`, `true`, `null`.")
    author: str = strawberry.field(description="Subject of the token that it came with.")
    region: str = strawberry.field(description="AWS region that took it.")
    at: datetime = strawberry.field(description="When, by that region's clock (UTC).")
    stamp: str = strawberry.field(description="Its stamp; of two, the higher one stands.")
    operation_id: strawberry.ID = strawberry.field(description="The mutation's operationId.")

    @classmethod
    def of(cls, entry: JournalEntry, value: Any) -> Self:
        """The GraphQL object of one side of a conflict."""
        return cls(
            value=json.dumps(value, ensure_ascii=False),
            author=entry.author,
            region=entry.stamp.region,
            at=moment(entry.stamp),
            stamp=str(entry.stamp),
            operation_id=strawberry.ID(entry.operation_id),
        )


@strawberry.type(
    description="Two people set one entry at once: neither had seen the other's value. The one "
    "with the higher stamp stands; the other is only here."
)
class EditConflict:
    """See the description."""

    document: str = strawberry.field(description="The document: `STORE#us-00001/ASSORTMENT`.")
    entry: str = strawberry.field(description="Where in the document: `glazed-ring/price`.")
    standing: JournaledEdit = strawberry.field(description="The edit that stood against it.")
    lost: JournaledEdit = strawberry.field(description="The edit that was lost.")

    @classmethod
    def of(cls, conflict: DomainConflict) -> Self:
        """The GraphQL object of a conflict."""
        return cls(
            document="/".join(conflict.document),
            entry=conflict.entry,
            standing=JournaledEdit.of(conflict.standing, conflict.standing_value),
            lost=JournaledEdit.of(conflict.lost, conflict.lost_value),
        )


@strawberry.type(description="A conflict in a page of conflicts.")
class EditConflictEdge:
    """See the description."""

    node: EditConflict = strawberry.field(description="The conflict.")
    cursor: str = strawberry.field(description="Opaque; pass it as `after`.")


@strawberry.type(description="A page of conflicts (Relay connection), newest loss first.")
class EditConflictConnection:
    """See the description."""

    edges: list[EditConflictEdge] = strawberry.field(description="The conflicts of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page lies.")
    total_count: int = strawberry.field(description="How many there are in all.")


def moment(stamp: Stamp) -> datetime:
    """The wall clock's part of a stamp, aware."""
    return datetime.fromtimestamp(stamp.unix_ms / 1000, UTC)
