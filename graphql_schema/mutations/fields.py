"""The fields that inputs and payloads of mutations have in common."""

from typing import Any

import strawberry

from graphql_schema.cost.directives import Cost, sized
from services.domain.validation import MAX_LINES


def operation_id(by: str = "client", unit: str = "intent") -> Any:
    """Return the field of the id under which an operation is applied once.

    Args:
        by: What makes the id.
        unit: What gets an id of its own.
    """
    return strawberry.field(
        description=f"Made up by the {by}, unique per {unit} (a UUID); send the same in a retry."
    )


def store_id() -> Any:
    """Return the field of the store that a mutation changes."""
    return strawberry.field(description="The store.")


def lines() -> Any:
    """Return the field of the lines of an input, as `running.check_lines` checks them."""
    return strawberry.field(description=f"1 to {MAX_LINES} items, each at most once.")


def errors() -> Any:
    """Return the field of the typed errors of a payload."""
    return strawberry.field(
        description="Why it was refused; empty on success.", directives=[sized(10)]
    )


def payload_lines(description: str) -> Any:
    """Return the field of a payload's lines, of which a mutation takes `MAX_LINES` at most."""
    return strawberry.field(description=description, directives=[sized(MAX_LINES)])


def weight() -> list[Cost]:
    """Return the cost of a mutation, so high that a request holds about ten of them."""
    return [Cost(weight=800)]
