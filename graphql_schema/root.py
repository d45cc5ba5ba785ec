"""The root types `Query`, `Mutation` and `Subscription`, put together from the subjects' fields.

A new subject (a folder with `types.py`, `queries.py`, `mutations.py`, `subscriptions.py`) adds its
classes here, and nowhere else.
"""

from typing import Final

from graphql_schema.catalog.categories import CategoryMutations
from graphql_schema.catalog.mutations import CatalogMutations
from graphql_schema.catalog.pictures import PictureMutations
from graphql_schema.catalog.publishing import CatalogPublishingMutations
from graphql_schema.catalog.queries import CatalogQueries
from graphql_schema.closures.mutations import ClosureMutations
from graphql_schema.conflicts.queries import ConflictQueries
from graphql_schema.figures.queries import FigureQueries
from graphql_schema.item_search.queries import ItemSearchQueries
from graphql_schema.menu.mutations import MenuMutations
from graphql_schema.menu.queries import MenuQueries
from graphql_schema.menu.subscriptions import MenuSubscriptions
from graphql_schema.opening_hours.mutations import OpeningHoursMutations
from graphql_schema.orders.mutations import OrderMutations
from graphql_schema.orders.queries import OrderQueries
from graphql_schema.orders.subscriptions import OrderSubscriptions
from graphql_schema.people.mutations import PeopleMutations
from graphql_schema.people.queries import PeopleQueries
from graphql_schema.region.queries import RegionQueries
from graphql_schema.region.subscriptions import RegionSubscriptions
from graphql_schema.root_types import MUTATION, QUERY, SUBSCRIPTION, root_type
from graphql_schema.stock.mutations import StockMutations
from graphql_schema.stock.queries import StockQueries
from graphql_schema.stock.subscriptions import StockSubscriptions
from graphql_schema.stores.queries import StoreQueries
from graphql_schema.suggestions.queries import SuggestionQueries
from graphql_schema.waste.mutations import WasteMutations
from graphql_schema.waste.queries import WasteQueries
from graphql_schema.watching.queries import WatchingQueries

# In the order in which schema.graphql has them.
QUERIES: Final = (
    *(StockQueries, ConflictQueries, MenuQueries, StoreQueries, RegionQueries),
    *(OrderQueries, FigureQueries, WasteQueries),
    *(ItemSearchQueries, PeopleQueries, SuggestionQueries, CatalogQueries),
    WatchingQueries,
)
MUTATIONS: Final = (
    *(MenuMutations, StockMutations, WasteMutations),
    *(CatalogMutations, PictureMutations, CategoryMutations),
    *(CatalogPublishingMutations, OpeningHoursMutations, ClosureMutations),
    *(OrderMutations, PeopleMutations),
)
_SUBSCRIPTIONS: Final = (
    *(MenuSubscriptions, StockSubscriptions, OrderSubscriptions, RegionSubscriptions),
)

Query: Final = root_type(QUERY, QUERIES)
Mutation: Final = root_type(MUTATION, MUTATIONS)
Subscription: Final = root_type(SUBSCRIPTION, _SUBSCRIPTIONS)
