"""Puts a store's stock together with what the catalog, the files and the journal say about it."""

from graphql_schema.context import Context
from graphql_schema.stock.types import Inventory, InventoryFacts
from graphql_schema.stores.views import StoreView
from services.domain.markets import MARKETS
from services.domain.menu import StoreDocuments
from services.domain.stock_files.learned import moved_lines
from services.storage.exceptions import CatalogMissingError


def inventory_of(context: Context, store_id: str, documents: StoreDocuments) -> Inventory:
    """Return the stock of a store, by two more DynamoDB requests at most."""
    services = context.services
    market = documents.profile["market"]
    try:
        items = services.catalogs.current(market).by_id
    except CatalogMissingError:
        items = {}
    stock = documents.stock
    counts = [line.count.stamp for line in stock.lines.values() if line.count] if stock else []
    unknown = services.unknown_stock.of_store(store_id)
    facts = InventoryFacts(
        items=items,
        unknown=unknown.items,
        moved=moved_lines(stock, unknown.learned).keys() - items.keys(),
        authors=services.stock_reader.authors(store_id, counts) if counts else {},
        locale=MARKETS[market].locale,
        now=int(context.at.timestamp()),
    )
    return Inventory.of(StoreView(documents.profile, context.at), stock, facts)
