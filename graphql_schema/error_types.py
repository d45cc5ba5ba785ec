"""Error types that no field names: fields return them as the interface `MutationError`."""

from typing import Final

from graphql_schema.mutations import errors
from graphql_schema.orders import errors as order_errors

ERRORS: Final = (*errors.TYPES, *order_errors.TYPES)
