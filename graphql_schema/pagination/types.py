"""GraphQL types of pages."""

import strawberry


@strawberry.type(description="Where a page of a connection lies (Relay).")
class PageInfo:
    """See the description."""

    has_next_page: bool = strawberry.field(description="Whether more come after this page.")
    has_previous_page: bool = strawberry.field(description="Whether some come before this page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last edge; pass it as `after`."
    )
