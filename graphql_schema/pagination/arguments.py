"""The arguments of every field that returns pages."""

from typing import Annotated

import strawberry

from graphql_schema.pagination.reads import MAX_PAGE

First = Annotated[int, strawberry.argument(description=f"Page size, 1 to {MAX_PAGE}.")]
After = Annotated[
    str | None, strawberry.argument(description="Cursor of the edge to continue after.")
]
