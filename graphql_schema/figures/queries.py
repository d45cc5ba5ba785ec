"""The queries of figures: of a store by day, and of the stores of a market on a day."""

from datetime import date
from typing import Annotated

import strawberry

from graphql_schema.cost.directives import Cost, page
from graphql_schema.figures.days import MAX_SPAN
from graphql_schema.figures.market import MarketFiguresConnection, market_figures
from graphql_schema.figures.store_span import LastDay, store_span
from graphql_schema.figures.types import DayFigures, ItemFigures, StoreFigures
from graphql_schema.info import Info
from graphql_schema.orders.reading import bounds_of
from graphql_schema.pagination.reads import MAX_PAGE
from graphql_schema.stores.arguments import StoreId
from graphql_schema.stores.views import StoreView
from services.domain.hours import zone
from services.domain.orders import figures
from services.domain.orders.listing import utc_days
from services.storage.order_spans import read_span


def store_figures(
    info: Info,
    store_id: StoreId,
    from_: Annotated[
        date | None,
        strawberry.argument(
            name="from",
            description="The first day of pickups by the store's calendar. Default: `to`.",
        ),
    ] = None,
    to: LastDay = None,
) -> StoreFigures:
    """Return the figures of a store; makes a Query for each day, and one more for each MB."""
    context = info.context
    span = store_span(context, store_id, from_, to)
    profile, days = span.profile, span.days
    touched = [list(utc_days(*bounds_of(profile, day))) for day in days]
    read = read_span(
        context.services.order_boards,
        store_id,
        sorted({one for several in touched for one in several}),
        touched[0][-1],
    )
    whole = [
        day
        for day, several in zip(days, touched, strict=True)
        if read.unread is None or several[-1] < read.unread
    ]
    # A day that no request reads whole is shown as far as it was read, and the next one follows.
    shown = whole or days[:1]
    currency = span.currency
    found = figures.store_figures(read.orders, shown, zone(profile["time_zone"]), currency)
    return StoreFigures(
        store=StoreView(profile, context.at),
        today=span.today,
        currency=currency,
        days=[DayFigures.of(one, currency, complete=bool(whole)) for one in found.days],
        items=[ItemFigures.of(one, currency) for one in found.items],
        next_from=span.next_from(len(shown)),
    )


@strawberry.type
class FigureQueries:
    """Fields of `Query` about figures."""

    store_figures: StoreFigures = strawberry.field(
        resolver=store_figures,
        description="A store's orders by day of the pickup, counted and added up, at most "
        f"{MAX_SPAN} days. Needs the store's manager.",
        directives=[Cost(weight=7000)],
    )
    market_figures: MarketFiguresConnection = strawberry.field(
        resolver=market_figures,
        description="The stores of a market that have orders of a day, with their figures, and "
        "the items that they sold. Needs a manager of the market.",
        directives=[Cost(weight=7000), page(MAX_PAGE, "edges")],
    )
