"""The bounds of a page."""

from typing import Final

from graphql_schema.errors import BadInputError

MAX_PAGE: Final = 100


def check_first(first: int) -> None:
    """Check that the size of a page is 1 to 100.

    Raises:
        BadInputError: The size is lower or higher.
    """
    if not 1 <= first <= MAX_PAGE:
        raise BadInputError(f"first is 1 to {MAX_PAGE}")
