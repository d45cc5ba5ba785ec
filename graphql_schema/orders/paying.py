"""offerCard and refundOrder: another card after a refusal, and money that is given back."""

from typing import Annotated

import strawberry

from graphql_schema.access import for_store, staff
from graphql_schema.context import Context
from graphql_schema.info import Info
from graphql_schema.money import Money
from graphql_schema.mutations import fields
from graphql_schema.mutations.errors import InvalidValueError, MutationError
from graphql_schema.mutations.running import (
    RefusedError,
    check_operation_id,
    device_of,
    expected_failures,
    refusing_fields,
)
from graphql_schema.orders.errors import OrderStateError, RefundTooLargeError
from graphql_schema.orders.inputs import payment_token
from graphql_schema.orders.reading import existing_order, order_of
from graphql_schema.orders.reasons import REASON, checked_reason
from graphql_schema.orders.refusing import refusing_orders
from graphql_schema.orders.types import OrderPayload
from services.domain.orders.facts import GUEST, Offered, RefundAsked
from services.domain.orders.guards import several_payments, too_large_a_refund
from services.domain.orders.identity import refund_id
from services.domain.orders.order import Order as StoredOrder
from services.domain.orders.payment_state import refundable
from services.domain.orders.payment_token import checked_token
from services.domain.orders.state import fold
from services.domain.people.policy import Permission
from services.storage.orders import StaffStep


@strawberry.input(description="Another card for an order whose card was refused.")
class OfferCardInput:
    operation_id: strawberry.ID = fields.operation_id(unit="card")
    order_id: strawberry.ID = strawberry.field(description="The order's id.")
    payment_token: str = strawberry.field(description=payment_token("Of the other card."))


@strawberry.input(description="Money to give back.")
class RefundOrderInput:
    operation_id: strawberry.ID = fields.operation_id(unit="refund")
    order_id: strawberry.ID = strawberry.field(description="The order's id.")
    amount_minor: int | None = strawberry.field(
        default=None,
        description="How much, in the currency's minor unit. Default: all that is left.",
    )
    reason: str | None = strawberry.field(default=None, description=REASON)


OfferCard = Annotated[OfferCardInput, strawberry.argument(description="Which order and card.")]
RefundOrder = Annotated[
    RefundOrderInput, strawberry.argument(description="Which order, and how much.")
]


def offer_card(info: Info, input: OfferCard) -> OrderPayload:  # noqa: A002
    """Record another card; whoever has the order's id may."""
    context = info.context
    errors: list[MutationError] = []
    found = None
    with expected_failures(errors), refusing_orders():
        check_operation_id(input.operation_id)
        with refusing_fields(lambda name: [name]):
            token = checked_token(input.payment_token)
        order = existing_order(context, input.order_id)
        found = order_of(context, _offered(context, order, token))
    return OrderPayload(order=found, errors=errors)


def _offered(context: Context, order: StoredOrder, token: str) -> StoredOrder:
    """Record the offer. A token is offered once, so a repetition changes nothing."""
    state = fold(order)
    if any(data.token == token for _, data in order.of_kind(Offered)):
        return order
    if state.placement is not None and state.placement.token == token:
        message = "this card was refused already: offer another one"
        raise RefusedError(OrderStateError(message=message, path=["paymentToken"]))
    offer = Offered(state.payment.latest_attempt + 1, token)
    return context.services.orders.record(order.order_id, offer, GUEST)


def refund_order(info: Info, input: RefundOrder) -> OrderPayload:  # noqa: A002
    """Record that money is to be given back; for the store's staff."""
    context = info.context
    staff(context)
    errors: list[MutationError] = []
    found = None
    with expected_failures(errors), refusing_orders():
        check_operation_id(input.operation_id)
        order = existing_order(context, input.order_id)
        placed = fold(order).placement
        store_id = placed.store_id if placed else ""
        author = for_store(context, Permission.REFUND_ORDERS, store_id).subject
        requested = _requested(order, input)
        step = StaffStep("refundOrder", input.operation_id, device_of(context))
        after = context.services.orders.record(order.order_id, requested, author, step)
        found = order_of(context, after)
    return OrderPayload(order=found, errors=errors)


def _requested(order: StoredOrder, request: RefundOrderInput) -> RefundAsked:
    """Return the fact to record; the one that is there for a repetition.

    Raises:
        RefusedError: There is less to give back, or nothing.
    """
    name = refund_id(request.operation_id)
    reason = checked_reason(request.reason)
    state = fold(order)
    left = refundable(state.payment)
    known = state.payment.requested.get(name)
    if known is not None:
        if request.amount_minor not in {None, known}:
            message = "this operationId refunded another amount; use a new one for each refund"
            raise RefusedError(InvalidValueError(message=message, path=["operationId"]))
        return RefundAsked(name, known, reason)
    if not state.payment.captured:
        raise RefusedError(OrderStateError(message="nothing was charged", path=["orderId"]))
    amount = left if request.amount_minor is None else request.amount_minor
    if request.amount_minor is not None and amount < 1:
        message = "a refund is at least one minor unit"
        raise RefusedError(InvalidValueError(message=message, path=["amountMinor"]))
    currency = state.placement.currency if state.placement else ""
    if amount > left or not left:
        raise RefusedError(
            RefundTooLargeError(
                message=too_large_a_refund(left),
                path=["amountMinor"],
                left=Money(amount_minor=left, currency=currency),
            )
        )
    at_once = state.payment.refundable_at_once
    if amount > at_once:
        raise RefusedError(
            RefundTooLargeError(
                message=several_payments(state.payment),
                path=["amountMinor"],
                left=Money(amount_minor=at_once, currency=currency),
            )
        )
    return RefundAsked(name, amount, reason)
