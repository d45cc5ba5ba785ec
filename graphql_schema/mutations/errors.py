"""Typed errors of mutations: what can be expected to go wrong, told apart from faults."""

import strawberry


@strawberry.interface(description="Why a mutation was refused; nothing was changed.")
class MutationError:
    """See the description."""

    message: str = strawberry.field(description="For people: what is wrong and what to do.")
    path: list[str] = strawberry.field(
        description="Where in the input, such as `lines`, `0`, `itemId`."
    )


@strawberry.type(description="There is no store with this id.")
class UnknownStoreError(MutationError):
    """See the description."""


@strawberry.type(description="The market's published catalog has no item with this id.")
class UnknownItemError(MutationError):
    """See the description."""


@strawberry.type(description="There is no market with this id.")
class UnknownMarketError(MutationError):
    """See the description."""


@strawberry.type(description="A value has the right type but is out of its range.")
class InvalidValueError(MutationError):
    """See the description."""


@strawberry.type(
    description="The operationId was used before with another input. Make up a new one for a new "
    "intent; use the old one only to retry the same."
)
class OperationIdReusedError(MutationError):
    """See the description."""


@strawberry.type(
    description="Others were changing the same document all the time. Retry with the same "
    "operationId."
)
class TooBusyError(MutationError):
    """See the description."""


@strawberry.type(description="The drafts of the market make no valid catalog.")
class UnpublishableError(MutationError):
    """See the description."""


TYPES = (
    UnknownStoreError,
    UnknownItemError,
    UnknownMarketError,
    InvalidValueError,
    OperationIdReusedError,
    TooBusyError,
    UnpublishableError,
)
