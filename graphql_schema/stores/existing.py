"""The profile of a store that a query names, which must exist."""

from typing import Final

from graphql_schema.context import Context
from graphql_schema.errors import BadInputError
from services.domain.documents.profile import StoreProfile
from services.domain.ids import is_id

_SHOWN: Final = 64  # characters of what a client sent


def existing_profile(context: Context, store_id: str) -> StoreProfile:
    """Return the profile of a store; makes one DynamoDB request.

    Mutations say so by a typed error instead (`mutations.running.existing_store`).

    Raises:
        BadInputError: There is no such store.
    """
    profile = context.services.stores.profile(store_id) if is_id(store_id) else None
    if profile is None:
        raise BadInputError(f"there is no store {store_id[:_SHOWN]!r}")
    return profile
