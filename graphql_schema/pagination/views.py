"""Views of pages: the attributes that the GraphQL types declare."""

from typing import NamedTuple


class PageInfoView(NamedTuple):
    """Where a page lies (Relay)."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None
