"""The root types `Query`, `Mutation` and `Subscription`, put together from the subjects' fields.

A new subject (a folder with `types.py`, `queries.py`, `mutations.py`, `subscriptions.py`) adds its
classes here, and nowhere else.
"""

from collections.abc import Sequence
from typing import Final

from strawberry.tools import create_type
from strawberry.types import get_object_definition
from strawberry.types.field import StrawberryField

from graphql_schema.catalog.mutations import CatalogMutations
from graphql_schema.catalog.publishing import CatalogPublishingMutations
from graphql_schema.catalog.queries import CatalogQueries
from graphql_schema.closures.mutations import ClosureMutations
from graphql_schema.conflicts.queries import ConflictQueries
from graphql_schema.item_search.queries import ItemSearchQueries
from graphql_schema.menu.mutations import MenuMutations
from graphql_schema.menu.queries import MenuQueries
from graphql_schema.menu.subscriptions import MenuSubscriptions
from graphql_schema.mutations import errors
from graphql_schema.orders import errors as order_errors
from graphql_schema.orders.mutations import OrderMutations
from graphql_schema.orders.queries import OrderQueries
from graphql_schema.orders.subscriptions import OrderSubscriptions
from graphql_schema.people.mutations import PeopleMutations
from graphql_schema.people.queries import PeopleQueries
from graphql_schema.region.queries import RegionQueries
from graphql_schema.region.subscriptions import RegionSubscriptions
from graphql_schema.stock.mutations import StockMutations
from graphql_schema.stock.queries import StockQueries
from graphql_schema.stock.subscriptions import StockSubscriptions
from graphql_schema.stores.queries import StoreQueries
from graphql_schema.suggestions.queries import SuggestionQueries

# In the order in which schema.graphql has them.
_QUERIES: Final = (
    *(StockQueries, ConflictQueries, MenuQueries, StoreQueries, RegionQueries),
    OrderQueries,
    *(ItemSearchQueries, PeopleQueries, SuggestionQueries, CatalogQueries),
)
_MUTATIONS: Final = (
    *(MenuMutations, StockMutations, CatalogMutations, CatalogPublishingMutations),
    ClosureMutations,
    *(OrderMutations, PeopleMutations),
)
_SUBSCRIPTIONS: Final = (
    *(MenuSubscriptions, StockSubscriptions, OrderSubscriptions, RegionSubscriptions),
)
# Error types that no field names: mutations return them as the interface `MutationError`.
ERRORS: Final = (*errors.TYPES, *order_errors.TYPES)


class DuplicateFieldError(TypeError):
    """Two subjects declare a field of one name."""


def joined(name: str, subjects: Sequence[type], description: str) -> type:
    """Make a root type of the fields of all subjects.

    Args:
        name: The GraphQL name of the type.
        subjects: Strawberry types, whose fields are taken in their order.
        description: The GraphQL description of the type.

    Raises:
        DuplicateFieldError: Two subjects declare a field of one name.
    """
    fields: dict[str, StrawberryField] = {}
    for subject in subjects:
        for field in get_object_definition(subject, strict=True).fields:
            if field.python_name in fields:
                raise DuplicateFieldError(f"{subject.__name__}: {name} has {field.python_name}")
            fields[field.python_name] = field
    return create_type(name, list(fields.values()), description=description)


Query: Final = joined("Query", _QUERIES, "Everything that can be read.")
Mutation: Final = joined(
    "Mutation",
    _MUTATIONS,
    "Everything that can be changed; staff only, but for a guest's own order. Every input carries "
    "an operationId: retry with the same one, in any region, and the effect happens once.",
)
Subscription: Final = joined(
    "Subscription",
    _SUBSCRIPTIONS,
    "What can be watched over a WebSocket (graphql-transport-ws). Each field yields the current "
    "state at once and again after each change: a message that is missed heals with the next. "
    "`version` says whether anything changed in between, also from one region to another.",
)
