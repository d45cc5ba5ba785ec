"""What files counted in all stores and carte does not know."""

from itertools import islice
from typing import Any, Self

import strawberry

from graphql_schema.access import for_chain
from graphql_schema.cost.directives import sized
from graphql_schema.errors import BadInputError
from graphql_schema.info import Info
from graphql_schema.pagination.arguments import After, First
from graphql_schema.pagination.reads import check_first
from graphql_schema.pagination.types import Edge, PageInfo
from graphql_schema.pagination.views import EdgeView, PageInfoView
from graphql_schema.stock.types import UnknownStockLine
from services.domain.documents.stock import Stock
from services.domain.people.policy import Permission
from services.storage.unknown_stock import UnknownStock

_LONGEST_CURSOR = 100


@strawberry.type(description="What files counted in one store and carte does not know.")
class UnknownStoreStock:
    store_id: strawberry.ID = strawberry.field(
        description="Id of the store; where the store is unknown, the one under which its counts "
        "are kept."
    )
    store_name: str | None = strawberry.field(
        description="What files call the store, where carte does not know it; else null."
    )
    items: list[UnknownStockLine] = strawberry.field(
        description="The unknown items.", directives=[sized(20)]
    )

    @classmethod
    def of(cls, found: UnknownStock, stock: Stock | None) -> Self:
        """Return the GraphQL object of a store's unknown stock."""
        known = stock or Stock(found.store_id, {})
        return cls(
            store_id=strawberry.ID(found.store_id),
            store_name=found.store,
            items=[
                UnknownStockLine.of(item, name, known.line(item))
                for item, name in sorted(found.items.items())
            ],
        )


@strawberry.type(description="A page of stores with unknown stock (Relay connection), by id.")
class UnknownStoreStockConnection:
    """Without a number of all entries, like the other lists of stock."""

    edges: list[Edge[UnknownStoreStock]] = strawberry.field(description="The entries of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page lies.")


def unknown_stock(
    info: Info, first: First = 20, after: After = None
) -> UnknownStoreStockConnection:
    """Return a page of what files counted and carte does not know."""
    context = info.context
    for_chain(context, Permission.READ_CHAIN_STOCK)
    context.cache.narrow(0)
    check_first(first)
    if after is not None and not (after.isascii() and 0 < len(after) <= _LONGEST_CURSOR):
        raise BadInputError("after is no cursor of these stores; leave it out to start anew")
    services = context.services
    # Read as far as the page goes: a chain's files may leave thousands of such stores.
    found = list(islice(services.unknown_stock.onward(after), first + 1))
    page = found[:first]
    stocks = services.stock_reader.stocks([one.store_id for one in page], services.orders.regions)
    edges: Any = [
        EdgeView(UnknownStoreStock.of(one, stocks.get(one.store_id)), one.store_id) for one in page
    ]
    info_: Any = PageInfoView.of(edges, has_next=len(found) > first, has_previous=after is not None)
    return UnknownStoreStockConnection(edges=edges, page_info=info_)
