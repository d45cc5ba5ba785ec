"""Views of suggestions: the attributes that the GraphQL types declare, without Strawberry."""

from typing import TYPE_CHECKING, NamedTuple

from services.domain.markets import MARKETS, Market

if TYPE_CHECKING:
    from services.domain.search.suggestions import Suggestion


class SuggestionView(NamedTuple):
    """One suggestion; what places do not have is None for them."""

    kind: str
    name: str
    market: Market
    city: str | None
    state: str | None
    street: str | None
    postal_code: str | None
    store_count: int
    store_id: str | None
    search: str


def view_of(suggestion: "Suggestion") -> SuggestionView:
    """Return the view of a suggestion."""
    entry = suggestion.entry
    street, postal_code, store_id = (
        (entry.street, entry.postal_code, entry.store_id) if entry else (None, None, None)
    )
    return SuggestionView(
        suggestion.kind,
        suggestion.name,
        MARKETS[suggestion.market],
        suggestion.city,
        suggestion.state,
        street,
        postal_code,
        suggestion.stores,
        store_id,
        suggestion.search,
    )
