"""When an item is sold out, because a change takes its last piece, and when it is back."""

from services.domain.documents.stock import Stock
from services.domain.menu import SOLD_OUT, availability


def taken_last(before: Stock, after: Stock) -> list[str]:
    """Ids of the items of which a change took the last piece, or one that was not there.

    Also where `before` had none: the sales of two regions may each find the other's already there,
    and then neither finds the last piece. Counting none again takes nothing.
    """
    return [item for item in after.lines if _took_last(before.left(item), after.left(item))]


def came_back(before: Stock, after: Stock) -> list[str]:
    """Ids of the items that were sold out before a change, and are not any more."""
    return [
        item
        for item in after.lines
        if (was := before.left(item)) is not None
        and availability(was) == SOLD_OUT
        and (left := after.left(item)) is not None
        and availability(left) != SOLD_OUT
    ]


def _took_last(before: int | None, after: int | None) -> bool:
    if after is None or availability(after) != SOLD_OUT:
        return False
    return before is None or before > after
