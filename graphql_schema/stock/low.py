"""What stores of a market are out of, or low on: a page of stores at a time."""

from typing import Annotated, Any, Final, Self

import strawberry

from graphql_schema.access import for_market
from graphql_schema.cost.directives import sized
from graphql_schema.errors import BadInputError
from graphql_schema.info import Info
from graphql_schema.menu.types import Availability
from graphql_schema.pagination.arguments import After
from graphql_schema.pagination.types import Edge, PageInfo
from graphql_schema.pagination.views import EdgeView, PageInfoView
from graphql_schema.stores.market_page import StoresLookedAt, market_page
from graphql_schema.stores.types import Store
from graphql_schema.stores.views import StoreView
from services.domain.documents.catalog import CatalogVersion, localized
from services.domain.markets import MARKETS
from services.domain.menu import availability
from services.domain.people.policy import Permission
from services.storage.exceptions import CatalogMissingError

MAX_LOW: Final = 100  # pieces


@strawberry.type(description="An item of which a store has few pieces left, or none.")
class LowItem:
    item_id: strawberry.ID = strawberry.field(description="The catalog item's id.")
    name: str = strawberry.field(description="Its name, in the market's language.")
    left: int = strawberry.field(description="Pieces left; below 0 when oversold.")
    availability: Availability = strawberry.field(description="What menus say of it.")


@strawberry.type(description="A store, and the items that it is out of or low on.")
class LowStore:
    store: StoreView = strawberry.field(graphql_type=Store, description="The store.")
    items: list[LowItem] = strawberry.field(
        description="The fewest pieces first.", directives=[sized(10)]
    )


@strawberry.type(
    description="A page of stores that are out of something (Relay connection). It may be short, "
    "or empty, and still have a next page: stores that have all are left out."
)
class LowStoreConnection:
    """Without a number of all entries: counting them would read every store."""

    edges: list[Edge[LowStore]] = strawberry.field(description="The entries of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page lies.")

    @classmethod
    def of(cls, edges: list[EdgeView[LowStore]], info: PageInfoView) -> Self:
        """Return the GraphQL object of a page."""
        shown: Any = edges
        where: Any = info
        return cls(edges=shown, page_info=where)


def sold_out(
    info: Info,
    market: Annotated[strawberry.ID, strawberry.argument(description="Id of the market.")],
    at_most: Annotated[
        int,
        strawberry.argument(
            description=f"Also items with so many pieces left, 0 to {MAX_LOW}. Default: sold out."
        ),
    ] = 0,
    first: StoresLookedAt = 50,
    after: After = None,
) -> LowStoreConnection:
    """Return the stores of a page that are out of something; reads each store's stock."""
    context = info.context
    for_market(context, Permission.READ_MARKET_STOCK, market)
    context.cache.narrow(0)
    if not 0 <= at_most <= MAX_LOW:
        raise BadInputError(f"atMost is 0 to {MAX_LOW}")
    services = context.services
    page = market_page(context, market, first, after)
    try:
        catalog = services.catalogs.current(market)
    except CatalogMissingError:
        catalog = None
    ids = [entry.store_id for entry, _ in page.entries]
    stocks = services.stock_reader.stocks(ids, services.orders.regions)
    low = {
        store_id: items
        for store_id, stock in stocks.items()
        if (items := _low(stock.at_most(at_most), catalog))
    }
    profiles = services.stores.profiles(sorted(low))
    edges = [
        EdgeView(LowStore(store=StoreView(profile, context.at), items=low[entry.store_id]), cursor)
        for entry, cursor in page.entries
        if entry.store_id in low and (profile := profiles.get(entry.store_id)) is not None
    ]
    return LowStoreConnection.of(
        edges,
        PageInfoView(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.entries[0][1] if page.entries else None,
            end_cursor=page.entries[-1][1] if page.entries else None,
        ),
    )


def _low(pieces: dict[str, int], catalog: CatalogVersion | None) -> list[LowItem]:
    if catalog is None:
        return []
    locale = MARKETS[catalog.market].locale
    return [
        LowItem(
            item_id=strawberry.ID(item),
            name=localized(catalog.by_id[item].names, locale) or item,
            left=left,
            availability=Availability(availability(left)),
        )
        for item, left in sorted(pieces.items(), key=lambda one: (one[1], one[0]))
        if item in catalog.by_id
    ]
