"""The subscriptions to one order, and to the orders of a store."""

from typing import Final

import strawberry

from graphql_schema.access import for_store
from graphql_schema.cost.directives import Cost, sized
from graphql_schema.info import Info
from graphql_schema.orders.queries import OrderId
from graphql_schema.orders.reading import order_of, orders_of_day
from graphql_schema.orders.types import Order
from graphql_schema.stores.arguments import StoreId
from graphql_schema.stores.existing import existing_profile
from graphql_schema.stores.views import StoreView
from graphql_schema.versions import NOTHING, version_of
from services.domain.orders.identity import is_order_id
from services.domain.orders.order import Order as StoredOrder
from services.domain.people.policy import Permission
from services.domain.quotes.pickup import OpeningTimes

MAX_ORDERS: Final = 100  # of a store's day, the latest ones


@strawberry.type(description="An order as it stands now, as the answering region knows it.")
class OrderState:
    version: str = strawberry.field(
        description="Names the facts that it is made of, the same in all regions that have them; "
        "`0` where the region has none."
    )
    order: Order | None = strawberry.field(
        description="The order. Null: there is none here (yet); it is sent when it arrives."
    )


@strawberry.type(description="The orders of a store's day as they stand now.")
class StoreOrdersState:
    version: str = strawberry.field(
        description="Names the facts that the orders are made of, the same in all regions that "
        "have them; `0` where there are none."
    )
    orders: list[Order] = strawberry.field(
        description=f"In the order in which they were placed, the latest {MAX_ORDERS}; without "
        "contacts.",
        directives=[sized(MAX_ORDERS)],
    )


def order_changed(info: Info, order_id: OrderId) -> OrderState:
    """Return an order now."""
    context = info.context
    context.cache.narrow(0, f"order:{order_id}")
    found = context.services.orders.read(order_id) if is_order_id(order_id) else None
    if found is None:
        return OrderState(version=NOTHING, order=None)
    return OrderState(version=version_of(_facts(found)), order=order_of(context, found))


def store_orders(info: Info, store_id: StoreId) -> StoreOrdersState:
    """Return the orders to be collected at a store today; for its staff."""
    context = info.context
    for_store(context, Permission.READ_ORDERS, store_id)
    context.cache.narrow(0, f"orders:{store_id}")
    profile = existing_profile(context, store_id)
    store = StoreView(profile, context.at)
    today = OpeningTimes.of(profile).today(context.at)
    found = orders_of_day(context, store_id, profile, today)[-MAX_ORDERS:]
    shapes = [Order.of(one, store, None) for one in found]
    return StoreOrdersState(
        version=version_of(text for one in found for text in _facts(one)),
        orders=[one for one in shapes if one is not None],
    )


def _facts(order: StoredOrder) -> list[str]:
    return [f"{order.order_id}/{name}={fact.stamp}" for name, fact in order.facts.items()]


@strawberry.type
class OrderSubscriptions:
    """Fields of `Subscription` about orders."""

    order_changed: OrderState = strawberry.field(
        resolver=order_changed,
        description="An order, for whoever knows its id: now, and again after each step.",
        directives=[Cost(weight=200)],
    )
    store_orders: StoreOrdersState = strawberry.field(
        resolver=store_orders,
        description="The orders to be collected at a store today, by its calendar: now, and again "
        "after each step of one of them. Needs its manager or a till.",
        directives=[Cost(weight=800)],
    )
