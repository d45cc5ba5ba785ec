"""Views of pages: the attributes that the GraphQL types declare, without Strawberry."""

from typing import Generic, NamedTuple, TypeVar

Node = TypeVar("Node")


class PageInfoView(NamedTuple):
    """Where a page lies (Relay)."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


class EdgeView(NamedTuple, Generic[Node]):
    """An entry of a page, and its cursor."""

    node: Node
    cursor: str


class ConnectionView(NamedTuple, Generic[Node]):
    """A page, and how many entries there are in all pages."""

    edges: list[EdgeView[Node]]
    page_info: PageInfoView
    total_count: int
