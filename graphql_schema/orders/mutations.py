"""What guests and stores do with an order that was placed: cancel, accept, reject, hand out."""

from collections.abc import Callable
from typing import Annotated, Any

import strawberry

from graphql_schema.access import for_store, staff
from graphql_schema.context import Context
from graphql_schema.info import Info
from graphql_schema.mutations import fields
from graphql_schema.mutations.errors import MutationError
from graphql_schema.mutations.running import check_operation_id, device_of, expected_failures
from graphql_schema.orders.paying import offer_card, refund_order
from graphql_schema.orders.placing import PlaceOrderPayload, place_order
from graphql_schema.orders.reading import existing_order, order_of
from graphql_schema.orders.reasons import REASON, checked_reason
from graphql_schema.orders.refusing import refusing_orders
from graphql_schema.orders.types import OrderPayload
from services.domain.orders import facts
from services.domain.orders.facts import Data
from services.domain.orders.order import Order as StoredOrder
from services.domain.orders.state import fold
from services.domain.people.policy import Permission
from services.storage.orders import StaffStep


def _order_id() -> Any:
    return strawberry.field(description="The order's id.")


@strawberry.input(description="A step of an order.")
class OrderStepInput:
    operation_id: strawberry.ID = fields.operation_id()
    order_id: strawberry.ID = _order_id()


@strawberry.input(description="A step of an order, with why.")
class OrderRefusalInput:
    operation_id: strawberry.ID = fields.operation_id()
    order_id: strawberry.ID = _order_id()
    reason: str | None = strawberry.field(default=None, description=REASON)


@strawberry.input(description="A decision about a large order.")
class DecideOrderReviewInput:
    operation_id: strawberry.ID = fields.operation_id()
    order_id: strawberry.ID = _order_id()
    approve: bool = strawberry.field(description="True lets it pass; false rejects it.")
    reason: str | None = strawberry.field(default=None, description=REASON)


@strawberry.type(description="What became of forgetGuest.")
class ForgetGuestPayload:
    forgotten: bool = strawberry.field(
        description="Whether there was personal data, which is gone now; false on errors."
    )
    errors: list[MutationError] = fields.errors()


Step = Annotated[OrderStepInput, strawberry.argument(description="Which order.")]
Refusal = Annotated[OrderRefusalInput, strawberry.argument(description="Which order, and why.")]
Decision = Annotated[
    DecideOrderReviewInput, strawberry.argument(description="Which order, and the decision.")
]


def cancel_order(info: Info, input: Refusal) -> OrderPayload:  # noqa: A002
    """Record that the guest cancels; whoever has the order's id may."""
    context = info.context
    return _step(
        context, input, lambda: facts.Cancelled(checked_reason(input.reason)), permission=None
    )


def accept_order(info: Info, input: Step) -> OrderPayload:  # noqa: A002
    """Record that the store accepts an order; for its staff."""
    return _step(info.context, input, facts.Accepted, "acceptOrder")


def reject_order(info: Info, input: Refusal) -> OrderPayload:  # noqa: A002
    """Record that the store rejects an order, and why; for its staff."""
    return _step(
        info.context, input, lambda: facts.Rejected(checked_reason(input.reason)), "rejectOrder"
    )


def mark_order_ready(info: Info, input: Step) -> OrderPayload:  # noqa: A002
    """Record that an order can be collected; for the store's staff."""
    return _step(info.context, input, facts.Ready, "markOrderReady")


def mark_order_collected(info: Info, input: Step) -> OrderPayload:  # noqa: A002
    """Record that the guest has the goods; for the store's staff."""
    return _step(info.context, input, facts.Collected, "markOrderCollected")


def decide_order_review(info: Info, input: Decision) -> OrderPayload:  # noqa: A002
    """Record that the store approves or rejects a large order; for its staff."""

    def decided() -> Data:
        reason = checked_reason(input.reason)
        return facts.Approved(reason) if input.approve else facts.Rejected(reason)

    return _step(info.context, input, decided, "decideOrderReview", Permission.REVIEW_ORDERS)


def forget_guest(info: Info, input: Step) -> ForgetGuestPayload:  # noqa: A002
    """Delete the personal data of an order; whoever has the order's id may."""
    context = info.context
    errors: list[MutationError] = []
    forgotten = False
    with expected_failures(errors):
        check_operation_id(input.operation_id)
        order = existing_order(context, input.order_id)
        forgotten = context.services.orders.forget(order.order_id)
    return ForgetGuestPayload(forgotten=forgotten, errors=errors)


def _step(
    context: Context,
    step: OrderStepInput | OrderRefusalInput | DecideOrderReviewInput,
    fact: Callable[[], Data],
    action: str = "",
    permission: Permission | None = Permission.HANDLE_ORDERS,
) -> OrderPayload:
    """Record a fact about an order.

    Args:
        context: The context of the request.
        step: The input.
        fact: Makes the fact's data.
        action: Name of the mutation, where staff are its authors.
        permission: What the member of staff that the token names needs in the order's store; None:
            the guest is the author.
    """
    if permission is not None:
        staff(context)
    errors: list[MutationError] = []
    found = None
    with expected_failures(errors), refusing_orders():
        check_operation_id(step.operation_id)
        known = existing_order(context, step.order_id)
        author, by_staff = facts.GUEST, None
        if permission is not None:
            author = _author(context, known, permission)
            by_staff = StaffStep(action, step.operation_id, device_of(context))
        after = context.services.orders.record(known.order_id, fact(), author, by_staff)
        found = order_of(context, after)
    return OrderPayload(order=found, errors=errors)


def _author(context: Context, order: StoredOrder, permission: Permission) -> str:
    """Return the subject of the token, which must have a permission in the order's store."""
    placed = fold(order).placement
    return for_store(context, permission, placed.store_id if placed else "").subject


@strawberry.type
class OrderMutations:
    """Fields of `Mutation` about orders."""

    place_order: PlaceOrderPayload = strawberry.mutation(
        resolver=place_order,
        description="Orders for pickup; needs no account. The order's id in the answer is the "
        "guest's key to it.",
        directives=fields.weight(),
    )
    cancel_order: OrderPayload = strawberry.mutation(
        resolver=cancel_order,
        description="The guest takes an order back, for whoever knows its id; until it is ready.",
        directives=fields.weight(),
    )
    offer_card: OrderPayload = strawberry.mutation(
        resolver=offer_card,
        description="Offers another card after one was refused, for whoever knows the order's id.",
        directives=fields.weight(),
    )
    refund_order: OrderPayload = strawberry.mutation(
        resolver=refund_order,
        description="Gives money back, all or a part; staff of the store. The payment provider "
        "does it a moment later: see `payment`.",
        directives=fields.weight(),
    )
    accept_order: OrderPayload = strawberry.mutation(
        resolver=accept_order,
        description="The store makes the order; staff of the store.",
        directives=fields.weight(),
    )
    reject_order: OrderPayload = strawberry.mutation(
        resolver=reject_order,
        description="The store refuses the order; staff of the store.",
        directives=fields.weight(),
    )
    mark_order_ready: OrderPayload = strawberry.mutation(
        resolver=mark_order_ready,
        description="The order can be collected; staff of the store.",
        directives=fields.weight(),
    )
    mark_order_collected: OrderPayload = strawberry.mutation(
        resolver=mark_order_collected,
        description="The guest has it; staff of the store.",
        directives=fields.weight(),
    )
    decide_order_review: OrderPayload = strawberry.mutation(
        resolver=decide_order_review,
        description="Lets a large order pass, or rejects it; staff of the store.",
        directives=fields.weight(),
    )
    forget_guest: ForgetGuestPayload = strawberry.mutation(
        resolver=forget_guest,
        description="Removes the personal data of an order in all regions, for ever; for whoever "
        "knows its id.",
        directives=fields.weight(),
    )
