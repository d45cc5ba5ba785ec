"""Mutations that are carried out soon after they were sent, or not at all."""

from datetime import UTC, datetime
from typing import Any

import strawberry

from graphql_schema.context import Context
from graphql_schema.mutations.errors import RequestTimeTooSkewedError
from graphql_schema.mutations.running import LateError, refusing_fields
from services.domain.people.request_time import (
    AHEAD_S,
    LATEST_S,
    UntimelyError,
    check_timely,
)

_SENT_AT = (
    "When the client sent it first, such as `2026-05-01T08:00:00.250Z` (an offset is needed), the "
    f"same in a retry. {LATEST_S:.0f} seconds later it is refused, or where it is more than "
    f"{AHEAD_S:.0f} seconds ahead of the region's clock, which `RequestTimeTooSkewedError` has."
)


def sent_at() -> Any:
    """Return the field of when a mutation was sent."""
    return strawberry.field(
        default=None,
        description=f"{_SENT_AT} Default: when the region took it counts.",
    )


def refuse_untimely(context: Context, sent: datetime | None) -> None:
    """Refuse an edit that is carried out too long after it was sent.

    Call it in the edit itself, which already has its stamp: what is stamped in time may be written
    at any time, because it loses against each newer stamp.

    Args:
        context: The context of the request.
        sent: When it was sent, as the input says; None: it does not say.

    Raises:
        LateError: It was sent too long ago, or is ahead of the region's clock.
        RefusedError: `sent` has no offset.
    """
    services = context.services
    now = datetime.fromtimestamp(services.operations.now_ms() / 1000, UTC)
    try:
        with refusing_fields(lambda field: [field]):
            check_timely(sent, now, services.now() - context.at)
    except UntimelyError as error:
        path = [] if error.field is None else [error.field]
        raise LateError(
            RequestTimeTooSkewedError(message=str(error), path=path, server_time=now)
        ) from error
