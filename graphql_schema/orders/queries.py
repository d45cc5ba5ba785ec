"""The queries of orders: one order, a store's orders, pickup slots, quotes."""

from bisect import bisect_right
from collections.abc import Collection
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

import strawberry

from graphql_schema.access import for_store
from graphql_schema.context import Context
from graphql_schema.cost.directives import Cost, page, sized
from graphql_schema.errors import BadInputError
from graphql_schema.info import Info
from graphql_schema.mutations.errors import MutationError
from graphql_schema.mutations.running import expected_failures
from graphql_schema.orders.board_cursors import BoardCursor, no_cursor
from graphql_schema.orders.inputs import QuoteInput, quote_request, requested_lines
from graphql_schema.orders.reading import (
    bounds_of,
    is_collected_within,
    order_of,
    ordering_store,
    slot_places,
)
from graphql_schema.orders.refusing import refusing_orders
from graphql_schema.orders.types import (
    Order,
    OrderConnection,
    OrderConnectionView,
    OrderStatus,
    PickupSlot,
    Quote,
)
from graphql_schema.pagination.arguments import After, First
from graphql_schema.pagination.reads import MAX_PAGE, check_first
from graphql_schema.pagination.views import EdgeView, PageInfoView
from graphql_schema.stores.arguments import StoreId
from graphql_schema.stores.existing import existing_profile
from graphql_schema.stores.views import StoreView
from services.domain.orders.identity import is_order_id
from services.domain.orders.listing import (
    CHANGED_AT_MOST,
    BoardPlace,
    utc_days,
)
from services.domain.orders.state import fold
from services.domain.people.policy import Permission
from services.domain.quotes.delivered_rules import RULES
from services.domain.quotes.pickup import OpeningTimes, days_of, slots
from services.domain.quotes.quote import quote as quoted

if TYPE_CHECKING:
    from services.storage.order_boards import BoardEntry

MAX_DAYS: Final = 366  # a day in an argument is from today, into the past or the future

OrderId = Annotated[strawberry.ID, strawberry.argument(name="id", description="The order's id.")]


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
    changed: Annotated[
        list[strawberry.ID] | None,
        strawberry.argument(
            description="Ids of orders that this client changed in the last seconds, at most "
            f"{CHANGED_AT_MOST}: the list has these changes, which it otherwise shows with a delay "
            "of some 200 milliseconds. Ids of other orders are passed over."
        ),
    ] = None,
) -> Any:
    """Return a page of the orders to be collected at a store on a day; for its staff.

    Makes a Query for each day of UTC that the day touches, from the page's first order on, and
    reads a bounded part of a long day. A page goes on with the day of the page before.
    Orders in `changed` are read by one request more, which is consistent in this region, and so
    are those of later pages and of long days, by one for 100 items: an order that is on an earlier
    page is not shown again by what one region knows of it.
    """
    context = info.context
    for_store(context, Permission.READ_ORDERS, store_id)
    context.cache.narrow(0)
    check_first(first)
    profile = existing_profile(context, store_id)
    store = StoreView(profile, context.at)
    hours = OpeningTimes.of(profile)
    wanted = None if status is None else {str(one.value) for one in status}
    cursor = BoardCursor.parse(after) if after else None
    listed = _near(_day_of(day, cursor), hours.today(context.at))
    start, end = bounds_of(profile, listed)
    days = list(utc_days(start, end))
    begin = None if cursor is None else _place_of(context, cursor, store_id, days)
    known = _checked_ids(changed or ())
    boards = context.services.order_boards
    part = boards.board(store_id, days, begin, known)

    def is_wanted(one: "BoardEntry") -> bool:
        return is_collected_within(one.order, start, end) and (
            wanted is None or fold(one.order).status.value in wanted
        )

    found = [one for one in part.entries if is_wanted(one)]
    before = 0 if cursor is None else cursor.before
    lasts = sorted(one.last for one in found)

    def cursor_of(place: BoardPlace) -> str:
        # An order with an item behind the cursor as well is counted there.
        return str(BoardCursor(place, listed, before + bisect_right(lasts, place)))

    chosen = found[:first]
    standing = chosen if part.is_whole else boards.standing(chosen, store_id, days, begin)
    edges = [
        EdgeView(shape, cursor_of(one.behind))
        for one in standing
        if is_wanted(one) and (shape := Order.of(one.order, store, None)) is not None
    ]
    page_info = PageInfoView.of(
        edges,
        has_next=first < len(found) or part.rest is not None,
        has_previous=cursor is not None,
    )
    if page_info.has_next_page:
        # Behind all that this request looked at, whether or not it is shown.
        goes_on = chosen[-1].behind if first < len(found) else part.rest
        assert goes_on is not None  # noqa: S101 - narrows the type
        page_info = page_info._replace(end_cursor=cursor_of(goes_on))
    return OrderConnectionView(edges, page_info, before + len(found), part.rest is None)


def _checked_ids(changed: Collection[str]) -> list[str]:
    """Return ids of orders that a client says that it changed.

    Raises:
        BadInputError: They are too many, or one has not the form of an order's id.
    """
    if len(changed) > CHANGED_AT_MOST:
        raise BadInputError(f"`changed` has at most {CHANGED_AT_MOST} ids; name the latest ones")
    for one in changed:
        if not is_order_id(one):
            raise BadInputError(f"`changed` has {one[:64]!r}, which is no order's id")
    return list(changed)


def _day_of(day: date | None, cursor: BoardCursor | None) -> date | None:
    """Return the day that is listed: the one that is asked for, or that of the cursor.

    Raises:
        BadInputError: They are two.
    """
    listed = None if cursor is None else cursor.day
    if day is not None and listed is not None and day != listed:
        raise BadInputError(
            f"`after` is a cursor of {listed.isoformat()}; leave it out to start with another day"
        )
    return day or listed


def _place_of(
    context: Context, cursor: BoardCursor, store_id: str, days: Collection[str]
) -> BoardPlace:
    """Return the place at which a cursor's page begins.

    Raises:
        BadInputError: It is no cursor of the store's board of these days.
    """
    place = cursor.place or context.services.order_boards.place_behind(
        cursor.after_order, store_id, days
    )
    if place is None or place.day not in days:
        raise no_cursor()
    return place


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
    profile = existing_profile(context, store_id)
    opening = OpeningTimes.of(profile)
    rules = services.order_rules.pickup
    chosen = slots(opening, _near(day, opening.today(context.at)), context.at, rules)
    places = slot_places(context, profile, {one.utc_day for one in chosen})
    return [PickupSlot.of(one, opening.time_zone, places) for one in chosen]


def quote(
    info: Info,
    input: Annotated[  # noqa: A002 - the name in the schema
        QuoteInput, strawberry.argument(description="What to order, where and when.")
    ],
) -> QuotePayload:
    """Return what an order would cost and when it can be collected; makes two DynamoDB requests.

    It takes the slot that an order of this moment in this region would have.
    """
    context = info.context
    context.cache.narrow(0)
    errors: list[MutationError] = []
    found = None
    with expected_failures(errors), refusing_orders():
        store = ordering_store(context, input.store_id)
        request = quote_request(requested_lines(input.lines), input.pickup)
        rules = context.services.order_rules
        profile = store.documents.profile
        days = days_of(request.slot_id, context.at, rules.pickup)
        places = slot_places(context, profile, days)
        priced = quoted(
            *(request, store.documents, store.catalog, rules, context.at),
            has_place=places.has_place,
        )
        found = Quote.of(priced, profile["time_zone"])
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
