"""Views of found items: the attributes that the GraphQL types declare, without Strawberry."""

from typing import Generic, NamedTuple

from graphql_schema.pagination.views import EdgeView, Node, PageInfoView
from services.domain.documents.catalog import CatalogItem, CatalogVersion, localized
from services.domain.money import Money


class FoundItemsView(NamedTuple, Generic[Node]):
    """A page of items, and how the text was understood.

    Attributes:
        edges: The items of this page.
        page_info: Where this page lies.
        total_count: How many items there are in all pages.
        without: Names of the allergens that none of the items has, as `Allergen` has them.
        not_understood: What the text excludes and is the name of no allergen.
    """

    edges: list[EdgeView[Node]]
    page_info: PageInfoView
    total_count: int
    without: list[str]
    not_understood: list[str]


class CategoryView(NamedTuple):
    """A category of a catalog in one language."""

    id: str
    name: str


class CatalogItemView:
    """An item of a catalog in one language; each property is computed when it is read."""

    __slots__ = ("_catalog", "_item", "_locales", "id")

    def __init__(
        self, item: CatalogItem, catalog: CatalogVersion, locales: tuple[str, ...]
    ) -> None:
        self.id = item.id
        self._item = item
        self._catalog = catalog
        self._locales = locales

    @property
    def name(self) -> str:
        """Name."""
        return localized(self._item.names, *self._locales) or self.id

    @property
    def description(self) -> str | None:
        """One sentence about it."""
        return localized(self._item.descriptions, *self._locales)

    @property
    def image_url(self) -> str | None:
        """Its picture."""
        return self._item.image_url

    @property
    def category(self) -> CategoryView:
        """The category it stands under."""
        category = self._item.category
        names = self._catalog.categories.get(category, {})
        return CategoryView(category, localized(names, *self._locales) or category)

    @property
    def price(self) -> Money:
        """The catalog's price."""
        return Money(self._item.price, self._catalog.currency)

    @property
    def allergens(self) -> tuple[str, ...]:
        """Names of the allergens that it contains."""
        return self._item.allergens

    @property
    def diet(self) -> str | None:
        """Name of the diet that is stated."""
        return self._item.diet

    @property
    def calories(self) -> int | None:
        """Kilocalories a portion."""
        return self._item.calories
