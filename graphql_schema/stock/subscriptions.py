"""The subscription to a store's stock."""

import strawberry

from graphql_schema.access import for_store
from graphql_schema.cost.directives import Cost
from graphql_schema.info import Info
from graphql_schema.stock.reading import inventory_of
from graphql_schema.stock.types import Inventory
from graphql_schema.stores.arguments import StoreId
from graphql_schema.versions import NOTHING, version_of
from services.domain.ids import is_id
from services.domain.people.policy import Permission
from services.storage.keys import STOCK


@strawberry.type(description="A store's stock as it is now, as the answering region knows it.")
class StockState:
    version: str = strawberry.field(
        description="Names the counts and sales that it is made of, the same in all regions that "
        "have them; `0` where nothing was counted or sold."
    )
    inventory: Inventory | None = strawberry.field(
        description="The stock. Null: there is no such store."
    )


def stock_changed(
    info: Info,
    store_id: StoreId,
) -> StockState:
    """Return the stock of a store now, by three DynamoDB requests."""
    context = info.context
    for_store(context, Permission.READ_STOCK, store_id)
    context.cache.narrow(0, f"store:{store_id}")
    documents = context.services.stores.documents(store_id) if is_id(store_id) else None
    if documents is None:
        return StockState(version=NOTHING, inventory=None)
    revisions = documents.revisions.items()
    return StockState(
        version=version_of(f"{sk}={rev}" for sk, rev in revisions if sk.startswith(STOCK)),
        inventory=inventory_of(context, store_id, documents),
    )


@strawberry.type
class StockSubscriptions:
    """Fields of `Subscription` about stock."""

    stock_changed: StockState = strawberry.field(
        resolver=stock_changed,
        description="A store's stock: now, and again after each count and sale. Needs its till or "
        "manager.",
        directives=[Cost(weight=100)],
    )
