"""The bounds of a page, and pages of lists that were read as a whole."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from graphql_schema.errors import BadInputError
from graphql_schema.pagination.views import ConnectionView, EdgeView, PageInfoView

MAX_PAGE: Final = 100

Entry = TypeVar("Entry")
Node = TypeVar("Node")


def check_first(first: int) -> None:
    """Check that the size of a page is 1 to 100.

    Raises:
        BadInputError: The size is lower or higher.
    """
    if not 1 <= first <= MAX_PAGE:
        raise BadInputError(f"first is 1 to {MAX_PAGE}")


def page_of(
    listed: Sequence[Entry],
    *,
    first: int,
    after: str | None,
    cursor: Callable[[Entry], str],
    node: Callable[[Entry], Node],
    what: str,
) -> ConnectionView[Node]:
    """Return a page of a list; nodes are made of its entries only.

    Args:
        listed: The whole list.
        first: Entries of a page.
        after: Cursor of the entry to continue after; None: from the start.
        cursor: Returns the cursor of an entry; no two have the same.
        node: Makes the node of an entry.
        what: Names the list, for the error.

    Raises:
        BadInputError: `after` is the cursor of no entry.
    """
    start = 0
    if after is not None:
        places = {cursor(entry): place for place, entry in enumerate(listed)}
        if after not in places:
            raise BadInputError(f"after is no cursor of {what}; leave it out to start anew")
        start = places[after] + 1
    end = start + first
    edges = [EdgeView(node(entry), cursor(entry)) for entry in listed[start:end]]
    where = PageInfoView.of(edges, has_next=end < len(listed), has_previous=start > 0)
    return ConnectionView(edges, where, len(listed))
