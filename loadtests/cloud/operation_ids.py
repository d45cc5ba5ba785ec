"""Ids of operations: each mutation carries one, and repeats it in a retry."""

import uuid


def operation_id() -> str:
    """Return a new id for one intent of a client."""
    return str(uuid.uuid4())
