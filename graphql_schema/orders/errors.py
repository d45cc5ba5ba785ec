"""Typed errors of orders, and which of them a refusal of the domain is."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import strawberry

from graphql_schema.money import Money
from graphql_schema.mutations.errors import InvalidValueError, MutationError, UnknownItemError
from services.domain.quotes import refusals as domain


@strawberry.type(description="There is no order with this id, or it has not arrived here yet.")
class UnknownOrderError(MutationError):
    """The input names an order that this region does not know."""


@strawberry.type(description="The order has more lines or pieces, or costs more, than it may.")
class OrderTooLargeError(MutationError):
    """The order is larger than an order may be."""


@strawberry.type(description="The store does not sell the item, or not at the time of the pickup.")
class ItemNotListedError(MutationError):
    """The item is not on the store's menu at the time of the pickup."""


@strawberry.type(description="Fewer pieces are left than the order asks for.")
class SoldOutError(MutationError):
    item_id: strawberry.ID = strawberry.field(description="The item.")
    left: int = strawberry.field(description="Pieces that can be ordered now, 0 or more.")


@strawberry.type(description="The order costs something else than `expectedTotalMinor`.")
class PriceChangedError(MutationError):
    total: Money = strawberry.field(description="What it costs now, tax included.")


@strawberry.type(description="The store is closed then, or closes before the order can be ready.")
class StoreClosedError(MutationError):
    next_slot: datetime | None = strawberry.field(
        description="Start of the next pickup slot, with the store's own UTC offset. Null: there "
        "is none within a week."
    )


@strawberry.type(
    description="The kitchen can make no further order in the pickup slot, or none by `latest`."
)
class SlotFullError(MutationError):
    """The pickup slots that the order could have no place left in this region."""


@strawberry.type(description="Where the order stands does not allow it; nothing was changed.")
class OrderStateError(MutationError):
    """A step of an order that its status does not allow."""


@strawberry.type(description="More than what can be given back; nothing was refunded.")
class RefundTooLargeError(MutationError):
    left: Money = strawberry.field(description="What can be refunded now, 0 or more.")


TYPES: Final = (
    RefundTooLargeError,
    UnknownOrderError,
    OrderTooLargeError,
    ItemNotListedError,
    SoldOutError,
    PriceChangedError,
    StoreClosedError,
    SlotFullError,
    OrderStateError,
)
_PLAIN: Final[dict[type[domain.Refusal], type[MutationError]]] = {
    domain.InvalidOrder: InvalidValueError,
    domain.OrderTooLarge: OrderTooLargeError,
    domain.NotInCatalog: UnknownItemError,
    domain.NotListed: ItemNotListedError,
    domain.SlotFull: SlotFullError,
}


def errors_of(refusals: Iterable[domain.Refusal]) -> list[MutationError]:
    """Return the typed errors of a payload for refusals of the domain."""
    return [_error_of(one) for one in refusals]


def _error_of(refusal: domain.Refusal) -> MutationError:
    message, path = refusal.message, list(refusal.path)
    match refusal:
        case domain.SoldOut():
            item = strawberry.ID(refusal.item_id)
            return SoldOutError(message=message, path=path, item_id=item, left=refusal.left)
        case domain.PriceChanged():
            total = Money(amount_minor=refusal.total, currency=refusal.currency)
            return PriceChangedError(message=message, path=path, total=total)
        case domain.StoreClosed():
            return StoreClosedError(message=message, path=path, next_slot=refusal.next_slot)
        case _:
            return _PLAIN[type(refusal)](message=message, path=path)
