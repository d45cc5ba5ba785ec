"""The inputs of quotes and placements."""

from datetime import datetime
from typing import Final

import strawberry

from graphql_schema.mutations.errors import InvalidValueError
from graphql_schema.mutations.running import RefusedError
from graphql_schema.orders.types import PaymentMethod
from services.domain.orders.contact import MAX_NAME
from services.domain.quotes.delivered_rules import RULES
from services.domain.quotes.limits import MAX_NOTE, RequestedLine
from services.domain.quotes.quote import QuoteRequest

_LIMITS: Final = RULES.limits
_LINES: Final = f"1 to {_LIMITS.lines} lines."


def payment_token(which: str) -> str:
    """Return the description of a payment token, after a sentence that says of which card it is."""
    return (
        f"{which} The payment provider's name of it, such as `pm_1PxQ`, as the provider's library "
        "gives it to the browser; never a card number."
    )


@strawberry.input(description="A line to order.")
class OrderLineInput:
    item_id: strawberry.ID = strawberry.field(description="An item of the store's menu.")
    quantity: int = strawberry.field(description=f"Pieces, 1 to {_LIMITS.quantity}.")
    note: str | None = strawberry.field(
        default=None,
        description=f"A wish, at most {MAX_NOTE} characters; personal data, as the contact.",
    )


@strawberry.input(description="When to collect an order.")
class PickupInput:
    slot_id: strawberry.ID | None = strawberry.field(
        default=None, description="Id of one of `pickupSlots`. Default: as soon as possible."
    )
    latest: datetime | None = strawberry.field(
        default=None,
        description="Refuse the order where it could be collected only later than this, with a UTC "
        "offset: `pickupAt` of the quote that the guest was shown, and some minutes. Default: any "
        "time is taken. A repetition of an order that was placed may have another.",
    )


@strawberry.input(description="Who collects an order. It is kept apart and expires.")
class ContactInput:
    name: str = strawberry.field(description=f"The name to call, 1 to {MAX_NAME} characters.")
    mail: str | None = strawberry.field(default=None, description="Mail address for notices.")
    phone: str | None = strawberry.field(default=None, description="Telephone number.")


@strawberry.input(description="An order to price.")
class QuoteInput:
    store_id: strawberry.ID = strawberry.field(description="The store.")
    lines: list[OrderLineInput] = strawberry.field(description=_LINES)
    pickup: PickupInput | None = strawberry.field(
        default=None, description="When to collect it. Default: as soon as possible."
    )


@strawberry.input(description="An order to place.")
class PlaceOrderInput:
    operation_id: strawberry.ID = strawberry.field(
        description="A random UUID (version 4) or at least 32 random hexadecimal digits, made up "
        "by the client, unique per order; send the same in a retry. The order's id is made from it"
        ": whoever guesses it can read and cancel the order."
    )
    store_id: strawberry.ID = strawberry.field(description="The store.")
    lines: list[OrderLineInput] = strawberry.field(description=_LINES)
    contact: ContactInput = strawberry.field(description="Who collects it.")
    payment: PaymentMethod = strawberry.field(description="How it is paid.")
    expected_total_minor: int = strawberry.field(
        description="The total that the guest was shown, tax included, in the currency's minor "
        "unit; another one is refused."
    )
    pickup: PickupInput | None = strawberry.field(
        default=None, description="When to collect it. Default: as soon as possible."
    )
    payment_token: str | None = strawberry.field(
        default=None, description=payment_token("Of the card, for `payment: CARD`.")
    )


def requested_lines(lines: list[OrderLineInput]) -> tuple[RequestedLine, ...]:
    """Return the lines as the domain takes them."""
    return tuple(RequestedLine(str(one.item_id), one.quantity, one.note or "") for one in lines)


def quote_request(
    lines: tuple[RequestedLine, ...],
    pickup: PickupInput | None,
    expected_total: int | None = None,
) -> QuoteRequest:
    """Return what is to be priced.

    Raises:
        RefusedError: The latest time of the pickup has no UTC offset.
    """
    latest = None if pickup is None else pickup.latest
    if latest is not None and latest.utcoffset() is None:
        message = "it has no UTC offset: give one, as in 2026-12-01T12:45:00+01:00"
        raise RefusedError(InvalidValueError(message=message, path=["pickup", "latest"]))
    until = None if latest is None else latest.timestamp()
    return QuoteRequest(lines, slot_of(pickup), expected_total, until)


def slot_of(pickup: PickupInput | None) -> str | None:
    """Return the id of the chosen slot; None: as soon as possible."""
    return None if pickup is None or pickup.slot_id is None else str(pickup.slot_id)
