"""Views of pages: the attributes that the GraphQL types declare, without Strawberry."""

from collections.abc import Sequence
from typing import Any, Generic, NamedTuple, Self, TypeVar

Node = TypeVar("Node")


class PageInfoView(NamedTuple):
    """Where a page lies (Relay)."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None

    @classmethod
    def of(cls, edges: "Sequence[EdgeView[Any]]", *, has_next: bool, has_previous: bool) -> Self:
        """Return where the page of these edges lies."""
        first, last = (edges[0].cursor, edges[-1].cursor) if edges else (None, None)
        return cls(has_next, has_previous, first, last)


class EdgeView(NamedTuple, Generic[Node]):
    """An entry of a page, and its cursor."""

    node: Node
    cursor: str


class ConnectionView(NamedTuple, Generic[Node]):
    """A page, and how many entries there are in all pages."""

    edges: list[EdgeView[Node]]
    page_info: PageInfoView
    total_count: int
