"""A page of the stores of a market, for lists that look at each of them."""

from typing import Annotated

import strawberry

from graphql_schema.context import Context
from graphql_schema.errors import BadInputError
from graphql_schema.markets import check_market
from graphql_schema.pagination.reads import MAX_PAGE, check_first
from services.domain.search.cursors import InvalidCursorError
from services.domain.search.pages import Page

StoresLookedAt = Annotated[
    int, strawberry.argument(description=f"Stores that are looked at, 1 to {MAX_PAGE}.")
]


def market_page(context: Context, market: str, first: int, after: str | None) -> Page:
    """Return a page of the stores of a market, in the order of the directory.

    Raises:
        BadInputError: The size of the page is out of bounds, there is no such market, or `after` is
            no cursor of its stores.
    """
    check_first(first)
    check_market(market)
    index = context.services.directory.index()
    try:
        return index.page(market=market, search=None, first=first, after=after)
    except InvalidCursorError as error:
        raise BadInputError("after is no cursor of these stores; leave it out to start") from error
