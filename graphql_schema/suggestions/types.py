"""GraphQL types of suggestions. Their values are `SuggestionView`."""

from enum import Enum

import strawberry

from graphql_schema.stores.types import Market
from services.domain.search import suggestions as kinds


@strawberry.enum(description="What a suggestion stands for.")
class SuggestionKind(Enum):
    """Values are the constants of `services.domain.search.suggestions`."""

    COUNTRY = strawberry.enum_value(kinds.COUNTRY, description="All stores of a market.")
    STATE = strawberry.enum_value(
        kinds.STATE, description="All stores of a state, province or region."
    )
    CITY = strawberry.enum_value(kinds.CITY, description="All stores of a city.")
    STORE = strawberry.enum_value(kinds.STORE, description="One store.")


@strawberry.type(description="What a guest who is still typing may mean.")
class SearchSuggestion:
    """Values are of `SuggestionView`."""

    kind: SuggestionKind = strawberry.field(description="What it stands for.")
    name: str = strawberry.field(
        description="The English name of a country, the name of a state as people there write it, "
        "or the name of a city or a store as the chain writes it."
    )
    market: Market = strawberry.field(description="The market it is in.")
    city: str | None = strawberry.field(description="The city, of a city and of a store.")
    state: str | None = strawberry.field(
        description="Name of the state of a city or a store, which tells apart those of one name. "
        "Null where it is not known."
    )
    street: str | None = strawberry.field(description="Street and number, of a store.")
    postal_code: str | None = strawberry.field(description="Postal code, of a store.")
    store_count: int = strawberry.field(description="How many stores are there; 1 for a store.")
    store_id: strawberry.ID | None = strawberry.field(description="The store's id; null of places.")
    search: str = strawberry.field(
        description="The text with which `stores(search:, market:)` finds what is suggested first."
    )
