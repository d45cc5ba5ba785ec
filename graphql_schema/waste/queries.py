"""Queries of what a store threw away: added up by day, and record by record."""

from datetime import date
from typing import Annotated, Any

import strawberry

from graphql_schema.cost.directives import Cost, page
from graphql_schema.figures.days import MAX_SPAN
from graphql_schema.figures.store_span import LastDay, store_span
from graphql_schema.info import Info
from graphql_schema.pagination.reads import MAX_PAGE
from graphql_schema.stores.arguments import StoreId
from graphql_schema.stores.views import StoreView
from graphql_schema.waste.records import WasteRecordConnection, waste_records
from graphql_schema.waste.types import DayWaste, ItemWaste, StoreWaste
from services.domain.waste import waste_figures


def store_waste(
    info: Info,
    store_id: StoreId,
    from_: Annotated[
        date | None,
        strawberry.argument(
            name="from",
            description="The first day by the store's calendar. Default: `to`.",
        ),
    ] = None,
    to: LastDay = None,
) -> StoreWaste:
    """Return what a store threw away; makes a Query for each day."""
    context = info.context
    span = store_span(context, store_id, from_, to)
    read = context.services.waste.span(store_id, [day.isoformat() for day in span.days])
    shown = [day for day in span.days if read.unread is None or day.isoformat() < read.unread]
    currency = span.currency
    found = waste_figures(read.records, read.taken_back, shown, currency)
    return StoreWaste(
        store=StoreView(span.profile, context.at),
        today=span.today,
        currency=currency,
        days=[
            DayWaste.of(day, one, currency, complete=day.isoformat() not in read.partial)
            for day, one in found.days.items()
        ],
        items=[ItemWaste.of(item, one, currency) for item, one in found.items.items()],
        next_from=span.next_from(len(shown)),
    )


@strawberry.type
class WasteQueries:
    """Fields of `Query` about waste."""

    store_waste: StoreWaste = strawberry.field(
        resolver=store_waste,
        description="What a store threw away by day, with what its menu asked for it, at most "
        f"{MAX_SPAN} days. Records are kept for 400 days. Needs the store's manager.",
        directives=[Cost(weight=5000)],
    )
    waste_records: Any = strawberry.field(
        resolver=waste_records,
        graphql_type=WasteRecordConnection,
        description="What was recorded as thrown away on a day, record by record, the newest "
        "first, so that a mistake can be taken back. Needs the store's till or manager.",
        directives=[Cost(weight=2000), page(MAX_PAGE, "edges")],
    )
