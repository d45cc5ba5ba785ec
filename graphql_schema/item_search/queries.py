"""The queries that search items."""

from typing import Annotated, Any

import strawberry

from graphql_schema.allergens import Allergen
from graphql_schema.cost.directives import Cost, TextCost, page
from graphql_schema.info import Info
from graphql_schema.item_search import reads
from graphql_schema.item_search.types import CatalogItemConnection, MenuItemConnection
from graphql_schema.pagination.arguments import After, First
from graphql_schema.pagination.reads import MAX_PAGE
from graphql_schema.plain_resolvers import resolved_by
from graphql_schema.stores.arguments import StoreId
from services.domain.search.pages import MAX_WORDS

Text = Annotated[
    str,
    strawberry.argument(
        description="What a guest types, in any language of the chain: words of names, "
        "categories, descriptions and allergens; mistyped words are understood. `without nuts`, "
        "`nussfrei`, `sans lait` exclude allergens. Blank: all items. At most "
        f"{reads.MAX_TEXT} characters and {MAX_WORDS} different words.",
        directives=[
            # Measured over a catalog of 2,000 items in seven languages, the largest there may be.
            Cost(weight=300),
            TextCost(
                per_word=150,
                per_character=2,
                maximum_length=reads.MAX_TEXT,
                maximum_words=MAX_WORDS,
            ),
        ],
    ),
]
Without = Annotated[
    list[Allergen],
    strawberry.argument(description="Allergens that no item may have, besides those in the text."),
]
Locale = Annotated[
    str | None,
    strawberry.argument(
        description="BCP 47 locale of the texts that are returned, as of `menu`. It does not "
        "matter to what is found."
    ),
]


@strawberry.type
class ItemSearchQueries:
    """Fields of `Query` that search items."""

    @strawberry.field(
        graphql_type=MenuItemConnection | None,
        metadata=resolved_by(reads.search_menu),
        description="Items of a store's menu, as it is now, that fit a text, the best first. Null: "
        "there is no such store.",
        directives=[Cost(weight=200), page(MAX_PAGE, "edges")],
    )
    def search_menu(  # noqa: PLR0917 - the arguments of the field; Strawberry passes them by name
        self,
        info: Info,
        store_id: StoreId,
        text: Text,
        without: Without = [],  # noqa: B006 - read only
        locale: Locale = None,
        first: First = 20,
        after: After = None,
    ) -> Any:
        """Return a page of a store's items."""
        return reads.search_menu(info.context, store_id, text, without, locale, first, after)

    @strawberry.field(
        graphql_type=CatalogItemConnection,
        metadata=resolved_by(reads.search_items),
        description="Items of a market's catalog that fit a text, the best first, whether a store "
        "has them now or not.",
        directives=[Cost(weight=100), page(MAX_PAGE, "edges")],
    )
    def search_items(  # noqa: PLR0917 - the arguments of the field; Strawberry passes them by name
        self,
        info: Info,
        market: Annotated[strawberry.ID, strawberry.argument(description="Id of a market.")],
        text: Text,
        without: Without = [],  # noqa: B006 - read only
        locale: Locale = None,
        first: First = 20,
        after: After = None,
    ) -> Any:
        """Return a page of a catalog's items."""
        return reads.search_items(info.context, market, text, without, locale, first, after)
