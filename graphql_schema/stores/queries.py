"""The queries of stores and markets."""

from typing import Annotated, Any

import strawberry

from graphql_schema.cost.directives import Cost, TextCost, page, sized
from graphql_schema.info import Info
from graphql_schema.pagination.arguments import After, First
from graphql_schema.pagination.reads import MAX_PAGE
from graphql_schema.plain_resolvers import resolved_by
from graphql_schema.stores import reads
from graphql_schema.stores.types import Market, NearbyStore, Store, StoreConnection
from services.domain.markets import MARKETS
from services.domain.search.pages import MAX_WORDS


@strawberry.type
class StoreQueries:
    """Fields of `Query` about stores and markets."""

    @strawberry.field(
        graphql_type=Store | None,
        metadata=resolved_by(reads.store),
        description="One store. Null: there is no such store.",
        directives=[Cost(weight=100)],
    )
    def store(
        self,
        info: Info,
        store_id: Annotated[
            strawberry.ID, strawberry.argument(name="id", description="The store's id.")
        ],
    ) -> Any:
        """Return a store."""
        return reads.store(info.context, store_id)

    @strawberry.field(
        graphql_type=StoreConnection,
        metadata=resolved_by(reads.stores),
        description="Stores by market, city and name; a search puts those that fit best first.",
        directives=[Cost(weight=200), page(MAX_PAGE, "edges")],
    )
    def stores(  # noqa: PLR0917 - the arguments of the field; Strawberry passes them by name
        self,
        info: Info,
        market: Annotated[
            strawberry.ID | None, strawberry.argument(description="Id of a market. Default: all.")
        ] = None,
        search: Annotated[
            str | None,
            strawberry.argument(
                description="What a guest types: a city, state or country in any language, a "
                "postal code, a street, a name or an id, or several of these in any order; "
                "mistyped words are understood. The best store comes first.",
                directives=[
                    # Measured over 31,000 stores: "carte", the dearest word, is in all of them.
                    Cost(weight=1700),
                    TextCost(
                        per_word=150,
                        per_character=5,
                        maximum_length=reads.MAX_SEARCH,
                        maximum_words=MAX_WORDS,
                    ),
                ],
            ),
        ] = None,
        first: First = 20,
        after: After = None,
        near_latitude: Annotated[
            float | None,
            strawberry.argument(
                description="Where the guest is, degrees north: of stores that fit a search "
                "equally well the nearer comes first. Whole degrees are enough, and let more "
                "guests share an answer. Needs nearLongitude."
            ),
        ] = None,
        near_longitude: Annotated[
            float | None,
            strawberry.argument(description="Where the guest is, degrees east, -180 to 180."),
        ] = None,
        *,
        open_first: Annotated[
            bool,
            strawberry.argument(
                description="Whether the stores of a page that are open now come before those "
                "that are closed, both in the order that they have without it. It moves no store "
                "to another page: follow `pageInfo.endCursor`, not the cursor of the last edge.",
                directives=[
                    # An estimate: whether a hundred stores are open, each with hours of its own.
                    Cost(weight=400)
                ],
            ),
        ] = False,
    ) -> Any:
        """Return a page of stores."""
        return reads.stores(
            info.context,
            market,
            search,
            first,
            after,
            near_latitude,
            near_longitude,
            open_first=open_first,
        )

    @strawberry.field(
        graphql_type=list[NearbyStore],
        metadata=resolved_by(reads.stores_near),
        description="Stores around a point, nearest first.",
        directives=[Cost(weight=3000), page(MAX_PAGE)],
    )
    def stores_near(
        self,
        info: Info,
        latitude: Annotated[float, strawberry.argument(description="Degrees north, -90 to 90.")],
        longitude: Annotated[float, strawberry.argument(description="Degrees east, -180 to 180.")],
        radius_km: Annotated[
            float,
            strawberry.argument(
                description=f"Kilometres, above 0 and up to {reads.MAX_RADIUS_KM:g}."
            ),
        ] = 25,
        first: First = 20,
    ) -> Any:
        """Return the nearest stores."""
        return reads.stores_near(info.context, latitude, longitude, radius_km, first)

    @strawberry.field(
        graphql_type=list[Market],
        metadata=resolved_by(reads.markets),
        description="All markets of the chain.",
        directives=[sized(len(MARKETS))],
    )
    def markets(self, info: Info) -> Any:
        """Return all markets."""
        return reads.markets(info.context)
