"""The query of a store's stock."""

from typing import Annotated

import strawberry

from graphql_schema.access import for_store
from graphql_schema.cost.directives import Cost
from graphql_schema.info import Info
from graphql_schema.stock.types import Inventory
from graphql_schema.stores.views import StoreView
from services.domain.people.policy import Permission


def inventory(
    info: Info,
    store_id: Annotated[strawberry.ID, strawberry.argument(description="The store's id.")],
) -> Inventory | None:
    """Return the stock of a store, by one DynamoDB request."""
    context = info.context
    for_store(context, Permission.READ_STOCK, store_id)
    context.cache.narrow(0)
    documents = context.services.stores.documents(store_id)
    if documents is None:
        return None
    return Inventory.of(StoreView(documents.profile, context.at), documents.stock)


@strawberry.type
class StockQueries:
    """Fields of `Query` about stock."""

    inventory: Inventory | None = strawberry.field(
        resolver=inventory,
        description="A store's stock; staff only. Null: there is no such store.",
        directives=[Cost(weight=100)],
    )
