"""The subscription to a store's menu."""

from typing import Annotated, Any, NamedTuple

import strawberry

from graphql_schema.context import Context
from graphql_schema.cost.directives import Cost
from graphql_schema.info import Info
from graphql_schema.menu import reads
from graphql_schema.menu.types import Menu
from graphql_schema.menu.views import MenuView
from graphql_schema.plain_resolvers import resolved_by
from graphql_schema.stores.arguments import StoreId
from graphql_schema.versions import NOTHING


@strawberry.type(description="A store's menu as it is now.")
class MenuState:
    version: str = strawberry.field(
        description="The menu's version, the same in all regions; `0` where there is no menu."
    )
    menu: Menu | None = strawberry.field(description="The menu. Null: there is no such store.")


class MenuStateView(NamedTuple):
    """The attributes of `MenuState`."""

    version: str
    menu: MenuView | None


def menu_changed(context: Context, store_id: str, locale: str | None) -> MenuStateView:
    """Return the menu of a store now, whose tags name the topics that change it.

    Raises:
        CodedError: `locale` is malformed, or the market has no published catalog.
    """
    menu = reads.menu(context, store_id, None, locale)
    return MenuStateView(menu.version if menu else NOTHING, menu)


@strawberry.type
class MenuSubscriptions:
    """Fields of `Subscription` about menus."""

    @strawberry.field(
        graphql_type=MenuState,
        metadata=resolved_by(menu_changed),
        description="A store's menu: now, and again after each change of its prices, its stock, "
        "its profile or its market's catalog. Times of day (dayparts, opening) are no change.",
        directives=[Cost(weight=100)],
    )
    def menu_changed(
        self,
        info: Info,
        store_id: StoreId,
        locale: Annotated[
            str | None,
            strawberry.argument(
                description="BCP 47 locale of names and descriptions. Default: the market's."
            ),
        ] = None,
    ) -> Any:
        """Return a store's menu."""
        return menu_changed(info.context, store_id, locale)
