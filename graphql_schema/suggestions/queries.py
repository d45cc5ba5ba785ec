"""The query of suggestions."""

from typing import Annotated, Any

import strawberry

from graphql_schema.cost.directives import Cost, TextCost, sized
from graphql_schema.info import Info
from graphql_schema.plain_resolvers import resolved_by
from graphql_schema.stores.reads import MAX_SEARCH
from graphql_schema.suggestions import reads
from graphql_schema.suggestions.types import SearchSuggestion
from services.domain.search.pages import MAX_WORDS
from services.domain.search.suggestions import MOST


@strawberry.type
class SuggestionQueries:
    """Fields of `Query` about what is being typed."""

    @strawberry.field(
        graphql_type=list[SearchSuggestion],
        metadata=resolved_by(reads.search_suggestions),
        description="What a guest may mean who has typed a part of a search: at most "
        f"{MOST} countries, states, cities and stores, the best first. Case, blanks and "
        "punctuation do not matter: send the text in lower case and with single blanks, and "
        "caches answer more guests.",
        directives=[Cost(weight=200), sized(MOST)],
    )
    def search_suggestions(
        self,
        info: Info,
        text: Annotated[
            str,
            strawberry.argument(
                description="What was typed so far, in any language. Blank: nothing is suggested. "
                f"At most {MAX_SEARCH} characters and {MAX_WORDS} different words.",
                directives=[
                    # As of `stores(search:)`, whose index it uses.
                    Cost(weight=1700),
                    TextCost(
                        per_word=150,
                        per_character=5,
                        maximum_length=MAX_SEARCH,
                        maximum_words=MAX_WORDS,
                    ),
                ],
            ),
        ],
        near_latitude: Annotated[
            float | None,
            strawberry.argument(
                description="Where the guest is, degrees north: of places that fit equally well "
                "the nearer comes first. Whole degrees are enough, and let more guests share an "
                "answer. Needs nearLongitude."
            ),
        ] = None,
        near_longitude: Annotated[
            float | None,
            strawberry.argument(description="Where the guest is, degrees east, -180 to 180."),
        ] = None,
        locale: Annotated[
            str | None,
            strawberry.argument(
                description="BCP 47 locale of the guest: names of places in its language count as "
                "much as their own, names in others less, and places where it is spoken come "
                "first. Only the language matters: send `de` for `de-AT`, and caches answer more "
                "guests. Default: `en`, as for languages that the chain does not have."
            ),
        ] = None,
    ) -> Any:
        """Return suggestions."""
        return reads.search_suggestions(info.context, text, near_latitude, near_longitude, locale)
