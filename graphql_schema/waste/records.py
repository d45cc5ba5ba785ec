"""The query of what was recorded as thrown away on a day, so that a mistake can be taken back."""

from datetime import UTC, date, datetime
from functools import partial
from typing import Annotated, NamedTuple, Self

import strawberry

from graphql_schema.access import for_store, may_in_stores
from graphql_schema.cost.directives import sized
from graphql_schema.figures.days import check_near
from graphql_schema.info import Info
from graphql_schema.pagination.arguments import After, First
from graphql_schema.pagination.reads import check_first, page_of
from graphql_schema.pagination.types import Connection
from graphql_schema.pagination.views import EdgeView, PageInfoView
from graphql_schema.stores.arguments import StoreId
from graphql_schema.stores.existing import existing_profile
from graphql_schema.waste.types import WasteReason
from services.domain.hours import day_in
from services.domain.people.policy import Permission
from services.domain.validation import MAX_LINES
from services.domain.waste import ListedWaste, listed_waste, place_of_waste


@strawberry.type(description="Pieces of an item that were thrown away.")
class WasteLine:
    item_id: strawberry.ID = strawberry.field(description="The catalog item's id.")
    pieces: int = strawberry.field(description="Pieces thrown away.")


@strawberry.type(description="What one recordWaste recorded.")
class WasteRecord:
    waste_id: strawberry.ID = strawberry.field(
        description="The `operationId` of recordWaste, by which takeBackWaste takes it back."
    )
    day: date = strawberry.field(
        description="The day by the store's calendar on which it was thrown away."
    )
    recorded_at: datetime = strawberry.field(description="When it was recorded, in UTC.")
    recorded_by: str | None = strawberry.field(
        description="Who recorded it: the `sub` of a token. Null: not known, as of records by "
        "versions before 0.3, or somebody else for whoever may not read the store's figures."
    )
    reason: WasteReason = strawberry.field(description="Why it was thrown away.")
    lines: list[WasteLine] = strawberry.field(
        description="What was thrown away.", directives=[sized(MAX_LINES)]
    )
    taken_back: bool = strawberry.field(
        description="Whether it was taken back: the figures leave it out."
    )

    @classmethod
    def of(cls, listed: ListedWaste, *, reader: str, reads_all: bool) -> Self:
        """Return the GraphQL object of a record.

        Args:
            listed: The record.
            reader: Who reads it, the `sub` of a token.
            reads_all: Whether the reader may know what others recorded.
        """
        record = listed.record
        is_shown = reads_all or record.author == reader
        return cls(
            waste_id=strawberry.ID(record.operation_id),
            day=record.day,
            recorded_at=datetime.fromtimestamp(listed.unix_ms / 1000, UTC),
            recorded_by=record.author if is_shown else None,
            reason=WasteReason(record.reason),
            lines=[
                WasteLine(item_id=strawberry.ID(line.item_id), pieces=line.pieces)
                for line in record.lines
            ],
            taken_back=listed.is_taken_back,
        )


@strawberry.type(description="What was recorded as thrown away on a day, the newest first.")
class WasteRecordConnection(Connection[WasteRecord]):
    complete: bool = strawberry.field(
        description="Whether it has all records of the day. False: there are more than one "
        "request reads, and the latest may be among those that are left out."
    )


class WasteRecordsView(NamedTuple):
    """A page of a day's records; see `WasteRecordConnection`."""

    edges: list[EdgeView[WasteRecord]]
    page_info: PageInfoView
    total_count: int
    complete: bool


def waste_records(
    info: Info,
    store_id: StoreId,
    day: Annotated[
        date | None,
        strawberry.argument(description="The day by the store's calendar. Default: today."),
    ] = None,
    first: First = 20,
    after: After = None,
) -> WasteRecordsView:
    """Return a page of what was recorded as thrown away on a day, by one Query."""
    context = info.context
    reader = for_store(context, Permission.RECORD_WASTE, store_id).subject
    reads_all = may_in_stores(context, Permission.READ_FIGURES, [store_id])
    context.cache.narrow(0)
    check_first(first)
    profile = existing_profile(context, store_id)
    today = day_in(profile["time_zone"], context.at)
    wanted = day or today
    check_near("day", wanted, today)
    read = context.services.waste.span(store_id, [wanted.isoformat()])
    page = page_of(
        listed_waste(read.records, read.taken_back),
        first=first,
        after=after,
        place=place_of_waste,
        form=(int, str),
        node=partial(WasteRecord.of, reader=reader, reads_all=reads_all),
        what="this day's records",
    )
    return WasteRecordsView(*page, complete=not read.partial)
