"""The view of a menu: the attributes that the GraphQL type declares, over the domain's menu."""

from datetime import datetime
from typing import NamedTuple

from graphql_schema.stores.views import StoreView
from services.domain.menu import Menu, MenuCategory


class MenuView(NamedTuple):
    """A menu with its store."""

    store: StoreView
    version: str
    currency: str
    locale: str
    categories: tuple[MenuCategory, ...]

    @classmethod
    def of(cls, menu: Menu, at: datetime) -> "MenuView":
        """Return the view of a menu at an instant."""
        store = StoreView(menu.profile, at)
        return cls(store, menu.version, menu.currency, menu.locale, menu.categories)
