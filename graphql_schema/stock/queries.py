"""Queries of stock: of a store, of what a market is out of, and of imported files of counts."""

import strawberry

from graphql_schema.access import for_store
from graphql_schema.cost.directives import Cost, page, sized
from graphql_schema.info import Info
from graphql_schema.pagination.reads import MAX_PAGE
from graphql_schema.stock.alerts import StockAlertSubscriber, stock_alert_subscribers
from graphql_schema.stock.history import StockEvent, stock_history
from graphql_schema.stock.imports import StockImportConnection, stock_imports
from graphql_schema.stock.low import LowStoreConnection, sold_out
from graphql_schema.stock.reading import inventory_of
from graphql_schema.stock.types import Inventory
from graphql_schema.stock.unknown import UnknownStoreStockConnection, unknown_stock
from graphql_schema.stores.arguments import StoreId
from services.domain.people.policy import Permission
from services.domain.stock_alerts.subscribing import MAX_SUBSCRIBERS
from services.storage.stock_reading import MAX_ENTRIES


def inventory(
    info: Info,
    store_id: StoreId,
) -> Inventory | None:
    """Return the stock of a store, by three DynamoDB requests."""
    context = info.context
    for_store(context, Permission.READ_STOCK, store_id)
    context.cache.narrow(0)
    documents = context.services.stores.documents(store_id)
    if documents is None:
        return None
    return inventory_of(context, store_id, documents)


@strawberry.type
class StockQueries:
    """Fields of `Query` about stock."""

    inventory: Inventory | None = strawberry.field(
        resolver=inventory,
        description="A store's stock; staff only. Null: there is no such store.",
        directives=[Cost(weight=300)],
    )
    stock_history: list[StockEvent] = strawberry.field(
        resolver=stock_history,
        description="The newest counts, sales and waste of an item, among the last "
        f"{MAX_ENTRIES} changes of the store's stock in 35 days; staff only. Orders are in "
        "`storeOrders`.",
        directives=[Cost(weight=2000), page(MAX_PAGE)],
    )
    sold_out: LowStoreConnection = strawberry.field(
        resolver=sold_out,
        description="Stores of a market that are out of something, or low on it. Needs a "
        "manager of the market.",
        directives=[Cost(weight=4000), page(MAX_PAGE, "edges")],
    )
    stock_imports: StockImportConnection = strawberry.field(
        resolver=stock_imports,
        description="Imported files of counts, the newest first; staff only.",
        directives=[Cost(weight=400), page(MAX_PAGE, "edges")],
    )
    stock_alert_subscribers: list[StockAlertSubscriber] = strawberry.field(
        resolver=stock_alert_subscribers,
        description="The addresses that get mails about what sells out in a store, ascending. "
        "Needs the store's manager.",
        directives=[Cost(weight=300), sized(MAX_SUBSCRIBERS)],
    )
    unknown_stock: UnknownStoreStockConnection = strawberry.field(
        resolver=unknown_stock,
        description="What files counted and carte does not know, store by store. Needs "
        "chain:admin.",
        directives=[Cost(weight=2000), page(MAX_PAGE, "edges")],
    )
