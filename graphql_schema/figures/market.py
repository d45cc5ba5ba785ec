"""The figures of the stores of a market on a day: a page of stores at a time."""

from datetime import date
from typing import Annotated, Any, Final

import strawberry

from graphql_schema.access import for_market
from graphql_schema.cost.directives import sized
from graphql_schema.figures.days import check_near
from graphql_schema.figures.types import DayFigures, ItemFigures
from graphql_schema.info import Info
from graphql_schema.orders.reading import bounds_of
from graphql_schema.pagination.arguments import After
from graphql_schema.pagination.types import Edge, PageInfo
from graphql_schema.pagination.views import EdgeView, PageInfoView
from graphql_schema.stores.market_page import StoresLookedAt, market_page
from graphql_schema.stores.types import Store
from graphql_schema.stores.views import StoreView
from services.domain.documents.profile import StoreProfile
from services.domain.hours import zone
from services.domain.markets import MARKETS
from services.domain.orders import figures
from services.domain.orders.listing import utc_days
from services.domain.people.policy import Permission
from services.storage.order_boards import OrderBoards
from services.storage.order_spans import OrderSpan, read_span

# A page ends with the store at which so many orders were read, about as many as one request for the
# figures of a store reads; that store alone may have more.
ENOUGH_ORDERS: Final = 150


@strawberry.type(description="A store, and its figures on a day.")
class StoreDay:
    store: StoreView = strawberry.field(graphql_type=Store, description="The store.")
    figures: DayFigures = strawberry.field(description="Its figures on the day.")


@strawberry.type(
    description="A page of stores that have orders of a day (Relay connection), in the order of "
    "`stores`. It may be short, or empty, and still have a next page: stores without orders are "
    "left out, as are stores that are hidden from guests (`storeFigures` has theirs), and a page "
    "ends where many orders were read."
)
class MarketFiguresConnection:
    """Without a number of all entries: counting them would read every store."""

    edges: list[Edge[StoreDay]] = strawberry.field(description="The entries of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page lies.")
    looked_at: int = strawberry.field(
        description="Stores of the market that were looked at for this page."
    )
    store_count: int = strawberry.field(description="All stores of the market but hidden ones.")
    currency: str = strawberry.field(description="ISO 4217 code of all amounts: the market's.")
    items: list[ItemFigures] = strawberry.field(
        description="The items sold by the stores of this page, the highest revenue first: add "
        "them up over the pages.",
        directives=[sized(100)],
    )


def market_figures(
    info: Info,
    market: Annotated[strawberry.ID, strawberry.argument(description="Id of the market.")],
    day: Annotated[
        date,
        strawberry.argument(description="The day of pickups, by the calendar of each store."),
    ],
    first: StoresLookedAt = 50,
    after: After = None,
) -> MarketFiguresConnection:
    """Return the figures of the stores of a page; makes two Queries for most of the stores."""
    context = info.context
    for_market(context, Permission.READ_MARKET_FIGURES, market)
    context.cache.narrow(0)
    check_near("day", day, context.at.date())
    page = market_page(context, market, first, after)
    services, currency = context.services, MARKETS[market].currency
    profiles = services.stores.profiles([entry.store_id for entry, _ in page.entries])
    edges: list[EdgeView[StoreDay]] = []
    sold: list[figures.ItemFigures] = []
    orders = looked_at = 0
    for entry, cursor in page.entries:
        looked_at += 1
        profile = profiles.get(entry.store_id)
        if profile is None:
            continue
        read, found = _figures(services.order_boards, entry.store_id, profile, day)
        of_day = found.days[0]
        if of_day.placed:
            shown = DayFigures.of(of_day, currency, complete=read.unread is None)
            node = StoreDay(store=StoreView(profile, context.at), figures=shown)
            edges.append(EdgeView(node, cursor))
            sold += found.items
        orders += len(read.orders)
        if orders >= ENOUGH_ORDERS:
            break
    seen = page.entries[:looked_at]
    where = PageInfoView(
        has_next_page=page.has_next or looked_at < len(page.entries),
        has_previous_page=page.has_previous,
        start_cursor=seen[0][1] if seen else None,
        end_cursor=seen[-1][1] if seen else None,
    )
    # Strawberry reads the attributes of views.
    shown_edges: Any = edges
    shown_where: Any = where
    return MarketFiguresConnection(
        edges=shown_edges,
        page_info=shown_where,
        looked_at=looked_at,
        store_count=page.total,
        currency=currency,
        items=[ItemFigures.of(one, currency) for one in figures.item_sums(sold)],
    )


def _figures(
    boards: OrderBoards, store_id: str, profile: StoreProfile, day: date
) -> tuple[OrderSpan, figures.StoreFigures]:
    """Return what was read of a store's orders around a day, and their figures on that day."""
    days = list(utc_days(*bounds_of(profile, day)))
    read = read_span(boards, store_id, days, days[-1])
    currency = MARKETS[profile["market"]].currency
    found = figures.store_figures(read.orders, [day], zone(profile["time_zone"]), currency)
    return read, found
