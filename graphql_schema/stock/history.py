"""The history of an item's counts, sales and waste in a store, from the journal."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Self

import strawberry

from graphql_schema.access import for_store
from graphql_schema.info import Info
from graphql_schema.pagination.arguments import First
from graphql_schema.pagination.reads import check_first
from graphql_schema.stamps import moment
from graphql_schema.stores.arguments import StoreId
from services.domain.documents.journal import RECORD_WASTE, JournalEntry
from services.domain.ids import is_id
from services.domain.people.policy import Permission


@strawberry.enum(description="What happened to the stock of an item.")
class StockEventKind(Enum):
    COUNTED = strawberry.enum_value("counted", description="Somebody, or a file, counted it.")
    SOLD = strawberry.enum_value("sold", description="A till recorded a sale.")
    WASTED = strawberry.enum_value("wasted", description="It was thrown away.")


@strawberry.type(description="One count or sale of an item, or one time that it was thrown away.")
class StockEvent:
    kind: StockEventKind = strawberry.field(description="What happened.")
    pieces: int = strawberry.field(description="Pieces counted, sold, or thrown away.")
    at: datetime = strawberry.field(description="When it was recorded (UTC).")
    by: str = strawberry.field(description="Who: the subject of a token, or the address of a file.")
    region: str = strawberry.field(description="AWS region that recorded it.")

    @classmethod
    def of(cls, entry: JournalEntry, kind: StockEventKind, pieces: int) -> Self:
        """Return the GraphQL object of what a journal entry says of an item."""
        return cls(
            kind=kind,
            pieces=pieces,
            at=moment(entry.stamp),
            by=entry.author,
            region=entry.stamp.region,
        )


def stock_history(
    info: Info,
    store_id: StoreId,
    item_id: Annotated[strawberry.ID, strawberry.argument(description="The item's id.")],
    first: First = 20,
) -> list[StockEvent]:
    """Return what happened to an item of late, among the last changes of a store's stock."""
    context = info.context
    for_store(context, Permission.READ_STOCK, store_id)
    context.cache.narrow(0)
    check_first(first)
    if not is_id(store_id):
        return []
    found: list[StockEvent] = []
    for entry in context.services.stock_reader.journal(store_id):
        found += [
            StockEvent.of(entry, StockEventKind.COUNTED, change.value)
            for change in entry.changes
            if change.entry == f"{item_id}/count"
        ]
        gone = StockEventKind.WASTED if entry.action == RECORD_WASTE else StockEventKind.SOLD
        found += [
            StockEvent.of(entry, gone, pieces) for item, pieces in entry.sold if item == item_id
        ]
    return found[:first]
