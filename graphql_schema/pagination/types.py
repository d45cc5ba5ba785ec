"""GraphQL types of pages: Relay connections (https://relay.dev/graphql/connections.htm)."""

from typing import Generic, TypeVar

import strawberry

from graphql_schema.cost.directives import Cost

NodeType = TypeVar("NodeType")


@strawberry.type(description="Where a page of a connection lies (Relay).")
class PageInfo:
    """Values are of `PageInfoView`."""

    has_next_page: bool = strawberry.field(description="Whether more come after this page.")
    has_previous_page: bool = strawberry.field(description="Whether some come before this page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last edge; pass it as `after`."
    )


@strawberry.type(description="An entry of a page, and its cursor.")
class Edge(Generic[NodeType]):
    """Named after its node, such as `StoreEdge`; values are of `EdgeView`."""

    node: NodeType = strawberry.field(description="The entry.", directives=[Cost(weight=10)])
    cursor: str = strawberry.field(description="Opaque; pass it as `after`.")


@strawberry.type
class Connection(Generic[NodeType]):
    """Base of all connections; values are of `ConnectionView`.

    A subject declares `class StoreConnection(Connection[Store])` with a description of its own.
    """

    edges: list[Edge[NodeType]] = strawberry.field(description="The entries of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page lies.")
    total_count: int = strawberry.field(description="How many entries there are in all pages.")
