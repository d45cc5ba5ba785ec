"""The reason that a person gives for a step of an order."""

from typing import Final

from graphql_schema.mutations.running import refusing_fields
from services.domain.validation import text

MAX_REASON: Final = 200
REASON: Final = f"Why, at most {MAX_REASON} characters; the guest sees it."


def checked_reason(reason: str | None) -> str:
    """Return the reason in canonical form; empty where none was given.

    Raises:
        RefusedError: It is too long, or holds what cannot be read.
    """
    if reason is None or not reason.strip():
        return ""
    with refusing_fields(lambda name: [name]):
        return text("reason", reason, MAX_REASON)
