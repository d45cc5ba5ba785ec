"""Typed errors of mutations: expected failures, as distinguished from faults."""

from datetime import datetime

import strawberry

from graphql_schema.cost.directives import sized


@strawberry.interface(description="Why a mutation was refused; nothing was changed.")
class MutationError:
    message: str = strawberry.field(description="For people: what is wrong and what to do.")
    path: list[str] = strawberry.field(
        description="Where in the input, such as `lines`, `0`, `itemId`.", directives=[sized(3)]
    )


@strawberry.type(description="There is no store with this id.")
class UnknownStoreError(MutationError):
    """The input names a store that does not exist."""


@strawberry.type(description="The market's published catalog has no item with this id.")
class UnknownItemError(MutationError):
    """The input names an item that the published catalog does not have."""


@strawberry.type(description="There is no market with this id.")
class UnknownMarketError(MutationError):
    """The input names a market that does not exist."""


@strawberry.type(description="A value has the right type but is out of its range.")
class InvalidValueError(MutationError):
    """A value of the input is out of its range."""


@strawberry.type(
    description="The operationId was used before with another input. Make up a new one for a new "
    "intent; use the old one only to retry the same."
)
class OperationIdReusedError(MutationError):
    """An operation with this id and another input was applied before."""


@strawberry.type(
    description="Others were changing the same document all the time. Retry with the same "
    "operationId."
)
class TooBusyError(MutationError):
    """Concurrent edits made the document's revision change at every attempt."""


@strawberry.type(description="The drafts of the market make no valid catalog.")
class UnpublishableError(MutationError):
    """The drafts of the market make no valid catalog."""


@strawberry.type(
    description="Somebody else set the entry after the client had read it. Nothing was changed."
)
class ChangedMeanwhileError(MutationError):
    """An entry of the document is not what the client saw."""

    entry: str = strawberry.field(description="Where in the document: `names/fr`.")
    value: str | None = strawberry.field(
        description="What it is now, as JSON. Null: nothing in this region."
    )
    stamp: str | None = strawberry.field(
        description="Stamp of that value; `expected` takes it (`expectedVersion` takes the value "
        "itself). Null: there is no value."
    )
    author: str | None = strawberry.field(
        description="The `sub` of who set it. Null: not known; the journal has staff's edits of "
        "35 days, no imports, and what another region took once it has arrived."
    )
    at: datetime | None = strawberry.field(description="When that was (UTC).")
    region: str | None = strawberry.field(description="AWS region that took it.")


@strawberry.type(
    description="It was sent too long ago, or the client's clock is ahead of the region's. This "
    "request changed nothing; an earlier one of the same operation may have, in another region."
)
class RequestTimeTooSkewedError(MutationError):
    """A mutation that must be carried out soon after it was sent was not."""

    server_time: datetime = strawberry.field(
        description="The region's clock when it refused (UTC). A client whose clock is wrong sends "
        "it again with the same operationId and `sentAt` moved by the difference between this and "
        "its own clock. Never set `sentAt` to this: what waited would pass for new."
    )


@strawberry.type(description="The market's catalog has no such version.")
class UnknownVersionError(MutationError):
    """The input names a version that was never published, or is not in this region yet."""


TYPES = (
    UnknownStoreError,
    UnknownItemError,
    UnknownMarketError,
    InvalidValueError,
    OperationIdReusedError,
    TooBusyError,
    UnpublishableError,
    ChangedMeanwhileError,
    UnknownVersionError,
    RequestTimeTooSkewedError,
)
