"""The queries of menus."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from graphql_schema.cost.directives import Cost
from graphql_schema.info import Info
from graphql_schema.menu import reads
from graphql_schema.menu.types import Menu
from graphql_schema.plain_resolvers import resolved_by
from graphql_schema.stores.arguments import StoreId


@strawberry.type
class MenuQueries:
    """Fields of `Query` about menus."""

    @strawberry.field(
        graphql_type=Menu | None,
        metadata=resolved_by(reads.menu),
        description="What a store sells. Null: there is no such store.",
        directives=[Cost(weight=100)],
    )
    def menu(
        self,
        info: Info,
        store_id: StoreId,
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
        """Return a store's menu."""
        return reads.menu(info.context, store_id, at, locale)
