"""Ids of mutations."""

import uuid


def operation_id() -> str:
    """An id of a mutation: one per intent, the same in a retry."""
    return str(uuid.uuid4())
