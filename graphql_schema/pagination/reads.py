"""The bounds of a page."""

from typing import Final

from graphql_schema.errors import BadInputError

MAX_PAGE: Final = 100


def check_first(first: int) -> None:
    """A page's size is within its bounds.

    Raises:
        BadInputError: it is not.
    """
    if not 1 <= first <= MAX_PAGE:
        raise BadInputError(f"first is 1 to {MAX_PAGE}")
