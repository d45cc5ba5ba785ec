"""Reads the orders of a span of days of a store from its board, as far as one request may."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from services.domain.orders.listing import BoardPlace
from services.domain.orders.order import Order
from services.storage.order_boards import OrderBoards

SPAN_AT_MOST: Final = 300  # items of a span, 55 ms of CPU; more only where its first day has more
_PARTS: Final = 2  # that are read besides, of `BOARD_AT_MOST` items each


class OrderSpan(NamedTuple):
    """The orders of a span of days, or of its beginning.

    Attributes:
        orders: Each once, with the facts of all items that were read.
        unread: The first day of UTC of which something is left; None: nothing is.
    """

    orders: list[Order]
    unread: str | None


def read_span(boards: OrderBoards, store_id: str, days: Sequence[str], at_least: str) -> OrderSpan:
    """Return a store's orders to be collected on days of UTC, the first days of them at least.

    Makes one Query a day, and one more for each MB. Ends after `SPAN_AT_MOST` items where the first
    days are read by then, and in any case after `_PARTS` parts of a board more.

    Args:
        boards: The region's boards.
        store_id: The store's id.
        days: Days of UTC, ascending.
        at_least: One of them: up to it they are read beyond `SPAN_AT_MOST`.
    """
    found: dict[str, Order] = {}
    rest: BoardPlace | None = None
    for number in range(1 + _PARTS):
        wanted = days if number == 0 else [day for day in days if day <= at_least]
        at_most = SPAN_AT_MOST if number == 0 else None
        part = boards.board(store_id, wanted, rest, at_most=at_most)
        for one in part.orders:
            # Two parts may each have some of its items.
            known = found.get(one.order_id)
            found[one.order_id] = one if known is None else known.merge(one)
        rest = part.rest
        if rest is None:
            behind = [day for day in days if day > wanted[-1]]
            return OrderSpan(list(found.values()), behind[0] if behind else None)
        if rest.day > at_least:
            break
    return OrderSpan(list(found.values()), None if rest is None else rest.day)
