"""The argument of every field about one store."""

from typing import Annotated

import strawberry

StoreId = Annotated[strawberry.ID, strawberry.argument(description="The store's id.")]
