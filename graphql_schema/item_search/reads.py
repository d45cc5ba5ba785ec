"""Searches of items, which need no sign-in."""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Final

from graphql_schema.context import Context
from graphql_schema.errors import CATALOG_NOT_PUBLISHED, BadInputError, CodedError
from graphql_schema.item_search.views import CatalogItemView, FoundItemsView
from graphql_schema.markets import check_market
from graphql_schema.menu.reads import MENU_MAX_AGE_S, check_locale
from graphql_schema.pagination.reads import check_first
from graphql_schema.pagination.views import EdgeView, Node, PageInfoView
from services.domain.allergens import Allergen
from services.domain.documents.catalog import CatalogVersion
from services.domain.ids import is_id
from services.domain.locales import fitting
from services.domain.markets import MARKETS
from services.domain.menu import MenuItem, assemble
from services.storage.exceptions import CatalogMissingError

if TYPE_CHECKING:
    from services.domain.search.items import ItemPage

MAX_TEXT: Final = 100
# Seconds for which a shared cache may answer: a publication of the market purges it.
CATALOG_MAX_AGE_S: Final = 60


def search_menu(  # noqa: PLR0917 - the arguments of the field, in its order
    context: Context,
    store_id: str,
    text: str,
    without: Sequence[Allergen],
    locale: str | None,
    first: int,
    after: str | None,
) -> FoundItemsView[MenuItem] | None:
    """Return the items of a store's menu that fit a text, or None if there is no such store.

    Makes one DynamoDB request, for the store; the catalog is in memory.

    Args:
        context: The context of the request.
        store_id: Of any form; None is returned for one that no store can have.
        text: What was typed, in any language of the catalog; blank: all items.
        without: Allergens that no item may have.
        locale: BCP 47, of the names that are returned; the market's if None.
        first: The most items to return.
        after: The cursor of the item before the page.

    Raises:
        CodedError: An argument is out of its range, or the market has no published catalog.
    """
    _check(text, locale, first)
    context.cache.narrow(MENU_MAX_AGE_S, f"store:{store_id}")
    if not is_id(store_id):
        return None
    documents = context.services.stores.documents(store_id)
    if documents is None:
        return None
    market = documents.profile["market"]
    context.cache.narrow(MENU_MAX_AGE_S, f"market:{market}")
    catalog = _catalog(context, market)
    menu = assemble(documents, catalog, at=context.at, locale=locale)
    sold = {item.id: item for category in menu.categories for item in category.items}
    page = _page(catalog, text, without, first, after, sold.keys())
    return _view(page, sold.__getitem__)


def search_items(  # noqa: PLR0917 - the arguments of the field, in its order
    context: Context,
    market: str,
    text: str,
    without: Sequence[Allergen],
    locale: str | None,
    first: int,
    after: str | None,
) -> FoundItemsView[CatalogItemView]:
    """Return the items of a market's catalog that fit a text, whether a store has them or not.

    Makes no DynamoDB request while the catalog is in memory.

    Args:
        context: The context of the request.
        market: Id of a market.
        text: What was typed, in any language of the catalog; blank: all items.
        without: Allergens that no item may have.
        locale: BCP 47, of the names that are returned; the market's if None.
        first: The most items to return.
        after: The cursor of the item before the page.

    Raises:
        CodedError: An argument is out of its range, there is no such market, or it has no
            published catalog.
    """
    _check(text, locale, first)
    check_market(market)
    context.cache.narrow(CATALOG_MAX_AGE_S, f"market:{market}")
    catalog = _catalog(context, market)
    page = _page(catalog, text, without, first, after, None)
    own = MARKETS[market].locale
    locales = (*fitting(locale or own), own)
    by_id = catalog.by_id
    return _view(page, lambda item_id: CatalogItemView(by_id[item_id], catalog, locales))


def _check(text: str, locale: str | None, first: int) -> None:
    check_first(first)
    check_locale(locale)
    if len(text) > MAX_TEXT:
        raise BadInputError(f"text is longer than {MAX_TEXT} characters")


def _catalog(context: Context, market: str) -> CatalogVersion:
    try:
        return context.services.catalogs.current(market)
    except CatalogMissingError as error:
        raise CodedError(f"{error}; {error.hint}", CATALOG_NOT_PUBLISHED) from error


def _page(  # noqa: PLR0917 - the search, in the order of its field
    catalog: CatalogVersion,
    text: str,
    without: Sequence[Allergen],
    first: int,
    after: str | None,
    sold: Collection[str] | None,
) -> "ItemPage":
    # Only searches need the index, and what it is made of.
    from services.domain.search.cursors import InvalidCursorError
    from services.domain.search.items import index_of
    from services.domain.search.pages import TooManyWordsError

    try:
        return index_of(catalog).page(text, first=first, after=after, without=without, sold=sold)
    except (InvalidCursorError, TooManyWordsError) as error:
        raise BadInputError(str(error)) from error


def _view(page: "ItemPage", node: Callable[[str], Node]) -> FoundItemsView[Node]:
    edges = [EdgeView(node(item_id), cursor) for item_id, cursor in page.items]
    return FoundItemsView(
        edges,
        PageInfoView.of(edges, has_next=page.has_next, has_previous=page.has_previous),
        page.total,
        [allergen.value for allergen in page.without],
        list(page.not_understood),
    )
