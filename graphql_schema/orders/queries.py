"""The queries of orders: one order, a store's orders, pickup slots, quotes."""

from datetime import date, timedelta
from typing import Annotated, Any, Final

import strawberry

from graphql_schema.access import for_store
from graphql_schema.cost.directives import Cost, page, sized
from graphql_schema.errors import BadInputError
from graphql_schema.info import Info
from graphql_schema.mutations.errors import MutationError
from graphql_schema.mutations.running import expected_failures
from graphql_schema.orders.inputs import QuoteInput, requested_lines, slot_of
from graphql_schema.orders.reading import order_of, ordering_store, orders_of_day
from graphql_schema.orders.refusing import refusing_orders
from graphql_schema.orders.types import Order, OrderConnection, OrderStatus, PickupSlot, Quote
from graphql_schema.pagination.arguments import After, First
from graphql_schema.pagination.reads import MAX_PAGE, check_first
from graphql_schema.pagination.views import ConnectionView, EdgeView, PageInfoView
from graphql_schema.stores.views import StoreView
from services.domain.aws_regions import nearest_regions
from services.domain.ids import is_id
from services.domain.orders.identity import is_order_id
from services.domain.orders.slot_use import slot_epoch
from services.domain.orders.state import fold
from services.domain.people.policy import Permission
from services.domain.quotes.delivered_rules import RULES
from services.domain.quotes.pickup import OpeningTimes, slots
from services.domain.quotes.quote import QuoteRequest
from services.domain.quotes.quote import quote as quoted

MAX_DAYS: Final = 366  # a day in an argument is from today, into the past or the future

OrderId = Annotated[strawberry.ID, strawberry.argument(name="id", description="The order's id.")]
StoreId = Annotated[strawberry.ID, strawberry.argument(description="The store's id.")]


@strawberry.type(description="What became of a quote.")
class QuotePayload:
    quote: Quote | None = strawberry.field(description="The quote; null on errors.")
    errors: list[MutationError] = strawberry.field(
        description="Why it cannot be ordered; empty on success.", directives=[sized(10)]
    )


def order(info: Info, order_id: OrderId) -> Order | None:
    """Return an order, or None if this region has none of that id."""
    context = info.context
    context.cache.narrow(0)
    found = context.services.orders.read(order_id) if is_order_id(order_id) else None
    return None if found is None else order_of(context, found)


def _near(day: date | None, today: date) -> date:
    """Return the day, today where it is None.

    Raises:
        BadInputError: It is further away than `MAX_DAYS`.
    """
    if day is not None and abs(day - today) > timedelta(days=MAX_DAYS):
        raise BadInputError(f"day is within {MAX_DAYS} days of today, {today.isoformat()}")
    return day or today


def store_orders(  # noqa: PLR0917 - the arguments of the field
    info: Info,
    store_id: StoreId,
    day: Annotated[
        date | None,
        strawberry.argument(
            description="Day of the pickup by the store's calendar. Default: today."
        ),
    ] = None,
    status: Annotated[
        list[OrderStatus] | None,
        strawberry.argument(description="Only orders that stand there. Default: all."),
    ] = None,
    first: First = 50,
    after: After = None,
) -> Any:
    """Return a page of the orders to be collected at a store on a day; for its staff.

    Makes a Query for each day of UTC that the day touches.
    """
    context = info.context
    for_store(context, Permission.READ_ORDERS, store_id)
    context.cache.narrow(0)
    check_first(first)
    profile = context.services.stores.profile(store_id) if is_id(store_id) else None
    if profile is None:
        raise BadInputError(f"there is no store {store_id[:64]!r}")
    store = StoreView(profile, context.at)
    hours = OpeningTimes.of(profile)
    wanted = None if status is None else {str(one.value) for one in status}
    found = [
        one
        for one in orders_of_day(context, store_id, profile, _near(day, hours.today(context.at)))
        if wanted is None or fold(one).status.value in wanted
    ]
    ids = [one.order_id for one in found]
    if after is not None and after not in ids:
        raise BadInputError("`after` is no cursor of this list")
    at = 0 if after is None else ids.index(after) + 1
    chosen = found[at : at + first]
    shown = [(one.order_id, Order.of(one, store, None)) for one in chosen]
    edges = [EdgeView(shape, cursor) for cursor, shape in shown if shape is not None]
    info_view = PageInfoView(
        at + first < len(found),
        at > 0,
        edges[0].cursor if edges else None,
        edges[-1].cursor if edges else None,
    )
    return ConnectionView(edges, info_view, len(found))


def pickup_slots(
    info: Info,
    store_id: StoreId,
    day: Annotated[
        date | None,
        strawberry.argument(description="Day by the store's calendar. Default: today."),
    ] = None,
) -> list[PickupSlot]:
    """Return the pickup slots of a store on a day, each with whether it can take an order."""
    context = info.context
    context.cache.narrow(0)
    services = context.services
    profile = services.stores.profile(store_id) if is_id(store_id) else None
    if profile is None:
        raise BadInputError(f"there is no store {store_id[:64]!r}")
    opening = OpeningTimes.of(profile)
    rules = services.order_rules.pickup
    chosen = slots(opening, _near(day, opening.today(context.at)), context.at, rules)
    used = services.orders.slot_use(store_id, sorted({one.utc_day for one in chosen}))
    regions = services.orders.regions
    nearest = nearest_regions(profile["latitude"], profile["longitude"], regions)
    epoch = slot_epoch(rules.orders_per_slot, nearest)
    return [
        PickupSlot.of(
            one,
            opening.time_zone,
            used[one.utc_day].account(one.counter, epoch),
            services.region,
        )
        for one in chosen
    ]


def quote(
    info: Info,
    input: Annotated[  # noqa: A002 - the name in the schema
        QuoteInput, strawberry.argument(description="What to order, where and when.")
    ],
) -> QuotePayload:
    """Return what an order would cost and when it can be collected; makes one DynamoDB request."""
    context = info.context
    context.cache.narrow(0)
    errors: list[MutationError] = []
    found = None
    with expected_failures(errors), refusing_orders():
        store = ordering_store(context, input.store_id)
        request = QuoteRequest(requested_lines(input.lines), slot_of(input.pickup))
        rules = context.services.order_rules
        priced = quoted(request, store.documents, store.catalog, rules, context.at)
        found = Quote.of(priced, store.documents.profile["time_zone"])
    return QuotePayload(quote=found, errors=errors)


@strawberry.type
class OrderQueries:
    """Fields of `Query` about orders."""

    order: Order | None = strawberry.field(
        resolver=order,
        description="An order, for whoever knows its id. Null: there is none here (yet).",
        directives=[Cost(weight=200)],
    )
    store_orders: Any = strawberry.field(
        resolver=store_orders,
        graphql_type=OrderConnection,
        description="A store's orders by day of the pickup; staff only. Contacts are left out.",
        directives=[Cost(weight=800), page(MAX_PAGE, "edges")],
    )
    pickup_slots: list[PickupSlot] = strawberry.field(
        resolver=pickup_slots,
        description="When orders can be collected at a store, up to "
        f"{RULES.pickup.days_ahead} days ahead.",
        directives=[Cost(weight=300), sized(96)],
    )
    quote: QuotePayload = strawberry.field(
        resolver=quote,
        description="What an order would cost, and when it could be collected.",
        directives=[Cost(weight=300)],
    )
