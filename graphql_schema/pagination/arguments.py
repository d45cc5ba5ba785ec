"""The arguments of every field that returns pages."""

from typing import Annotated

import strawberry

First = Annotated[int, strawberry.argument(description="Page size, 1 to 100.")]
After = Annotated[
    str | None, strawberry.argument(description="Cursor of the edge to continue after.")
]
