"""The root of all reads: names, types and descriptions; what they do is in `resolvers`."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from graphql_schema import staff_queries
from graphql_schema.info import Info
from graphql_schema.plain import by
from graphql_schema.resolvers import reads
from graphql_schema.types.menu import Menu
from graphql_schema.types.region import Region
from graphql_schema.types.staff import EditConflictConnection, Inventory
from graphql_schema.types.store import Market, NearbyStore, Store, StoreConnection

First = Annotated[int, strawberry.argument(description="Page size, 1 to 100.")]


@strawberry.type(description="Everything that can be read.")
class Query:
    """See the description."""

    @strawberry.field(
        graphql_type=Menu | None,
        metadata=by(reads.menu),
        description="What a store sells. Null: there is no such store.",
    )
    def menu(
        self,
        info: Info,
        store_id: Annotated[strawberry.ID, strawberry.argument(description="The store's id.")],
        at: Annotated[
            datetime | None,
            strawberry.argument(
                description="Menu as of this instant (ISO 8601 with an offset); items of another "
                "daypart are left out. Default: now."
            ),
        ] = None,
        locale: Annotated[
            str | None,
            strawberry.argument(
                description="BCP 47 locale of names and descriptions; what is not translated falls "
                "back to the market's language, then English. Default: the market's."
            ),
        ] = None,
    ) -> Any:
        """A store's menu."""
        return reads.menu(info.context, store_id, at, locale)

    @strawberry.field(
        graphql_type=Store | None,
        metadata=by(reads.store),
        description="One store. Null: there is no such store.",
    )
    def store(
        self,
        info: Info,
        store_id: Annotated[
            strawberry.ID, strawberry.argument(name="id", description="The store's id.")
        ],
    ) -> Any:
        """A store."""
        return reads.store(info.context, store_id)

    @strawberry.field(
        graphql_type=StoreConnection,
        metadata=by(reads.stores),
        description="Stores by market, city and name; search narrows them down.",
    )
    def stores(
        self,
        info: Info,
        market: Annotated[
            strawberry.ID | None, strawberry.argument(description="Id of a market. Default: all.")
        ] = None,
        search: Annotated[
            str | None,
            strawberry.argument(
                description="Words of which each must begin a word of the store's name, city, "
                "street, postal code or id; case and accents do not matter."
            ),
        ] = None,
        first: First = 20,
        after: Annotated[
            str | None, strawberry.argument(description="Cursor of the edge to continue after.")
        ] = None,
    ) -> Any:
        """A page of stores."""
        return reads.stores(info.context, market, search, first, after)

    @strawberry.field(
        graphql_type=list[NearbyStore],
        metadata=by(reads.stores_near),
        description="Stores around a point, nearest first.",
    )
    def stores_near(
        self,
        info: Info,
        latitude: Annotated[float, strawberry.argument(description="Degrees north, -90 to 90.")],
        longitude: Annotated[float, strawberry.argument(description="Degrees east, -180 to 180.")],
        radius_km: Annotated[
            float, strawberry.argument(description="Kilometres, above 0 and up to 500.")
        ] = 25,
        first: First = 20,
    ) -> Any:
        """The nearest stores."""
        return reads.stores_near(info.context, latitude, longitude, radius_km, first)

    inventory: Inventory | None = strawberry.field(
        resolver=staff_queries.inventory,
        description="A store's stock; staff only. Null: there is no such store.",
    )
    edit_conflicts: EditConflictConnection = strawberry.field(
        resolver=staff_queries.edit_conflicts,
        description="Edits that were made at once, of which one was lost; staff only.",
    )

    @strawberry.field(
        graphql_type=list[Market],
        metadata=by(reads.markets),
        description="All markets of the chain.",
    )
    def markets(self, info: Info) -> Any:
        """All markets."""
        return reads.markets(info.context)

    @strawberry.field(
        graphql_type=Region,
        metadata=by(reads.region),
        description="The region that answers this very request; never cached.",
    )
    def region(self, info: Info) -> Any:
        """This region."""
        return reads.region(info.context)
