"""What the fields of orders read: stores with their catalogs, orders with their stores."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from graphql_schema.context import Context
from graphql_schema.mutations.running import RefusedError, unknown_store
from graphql_schema.orders.errors import UnknownOrderError
from graphql_schema.orders.types import Order
from graphql_schema.stores.views import StoreView
from services.domain.aws_regions import nearest_regions
from services.domain.documents.catalog import CatalogVersion
from services.domain.documents.profile import StoreProfile
from services.domain.hours import zone
from services.domain.ids import is_id
from services.domain.menu import StoreDocuments
from services.domain.orders.facts import Placed
from services.domain.orders.identity import is_order_id
from services.domain.orders.listing import BoardPlace, utc_days
from services.domain.orders.order import Order as StoredOrder
from services.domain.orders.slot_use import SlotPlaces, slot_epoch
from services.domain.orders.state import fold

_PARTS: Final = 5  # of a long day, each of 2,000 items at most


class OrderingStore(NamedTuple):
    """A store from which something is ordered, and its market's catalog."""

    documents: StoreDocuments
    catalog: CatalogVersion


def ordering_store(context: Context, store_id: str) -> OrderingStore:
    """Return a store with all that a quote needs, by one request.

    Raises:
        RefusedError: The store does not exist.
        CatalogMissingError: Its market has no published catalog.
    """
    documents = context.services.stores.documents(store_id) if is_id(store_id) else None
    if documents is None:
        raise unknown_store(store_id)
    return OrderingStore(documents, context.services.catalogs.current(documents.profile["market"]))


def slot_places(context: Context, profile: StoreProfile, days: Iterable[str]) -> SlotPlaces:
    """Return the places that this region has left in a store's pickup slots, by one request.

    Args:
        context: Of the request.
        profile: The store's.
        days: Days of UTC; those of other slots count as free.
    """
    services = context.services
    regions = services.orders.regions
    nearest = nearest_regions(profile["latitude"], profile["longitude"], regions)
    epoch = slot_epoch(services.order_rules.pickup.orders_per_slot, nearest)
    used = services.orders.slot_use(profile.store_id, sorted(days))
    return SlotPlaces(profile.store_id, used, epoch, services.region)


def existing_order(context: Context, order_id: str) -> StoredOrder:
    """Return an order.

    Raises:
        RefusedError: The id has not the form of an order's, or this region has no placement of it:
            what else is known of it may arrive sooner.
    """
    if not is_order_id(order_id):
        message = "this is no order's id: an id has 26 letters a to z and digits 2 to 7"
        raise RefusedError(UnknownOrderError(message=message, path=["orderId"]))
    order = context.services.orders.read(order_id)
    if order is None or not order.of_kind(Placed):
        message = "there is no such order here (yet); try again in a second"
        raise RefusedError(UnknownOrderError(message=message, path=["orderId"]))
    return order


def order_of(context: Context, order: StoredOrder) -> Order | None:
    """Return the GraphQL object of an order, with its store and its contact: two requests."""
    placed = fold(order).placement
    if placed is None:
        return None
    profile = context.services.stores.profile(placed.store_id)
    store = StoreView(profile, context.at) if profile else None
    return Order.of(order, store, context.services.orders.contact(order.order_id))


def orders_of_day(
    context: Context, store_id: str, profile: StoreProfile, day: date
) -> list[StoredOrder]:
    """Return the orders to be collected at a store on a day of its calendar, by placement.

    Makes a Query for each day of UTC that the day touches, and reads a long day in parts, of
    which it leaves out what follows the fifth.
    """
    start, end = bounds_of(profile, day)
    days = list(utc_days(start, end))
    orders: dict[str, StoredOrder] = {}
    rest: BoardPlace | None = None
    for _ in range(_PARTS):
        part = context.services.order_boards.board(store_id, days, rest)
        for one in part.orders:
            # Two parts may each have some of its items.
            known = orders.get(one.order_id)
            orders[one.order_id] = one if known is None else known.merge(one)
        rest = part.rest
        if rest is None:
            break
    return collected_within(orders.values(), start, end)


def collected_within(
    orders: Iterable[StoredOrder], start: datetime, end: datetime
) -> list[StoredOrder]:
    """Return the placed orders whose pickup is from `start` until before `end`."""
    return [one for one in orders if is_collected_within(one, start, end)]


def is_collected_within(order: StoredOrder, start: datetime, end: datetime) -> bool:
    """Return whether an order is placed, and its pickup is from `start` until before `end`."""
    placed = fold(order).placement
    return placed is not None and start.timestamp() <= placed.pickup_at < end.timestamp()


def bounds_of(profile: StoreProfile, day: date) -> tuple[datetime, datetime]:
    """Return the first instant of a day of the store's calendar, and that of the next."""
    tz = zone(profile["time_zone"])
    midnight = datetime.min.time()
    return (
        datetime.combine(day, midnight, tz),
        datetime.combine(day + timedelta(days=1), midnight, tz),
    )
