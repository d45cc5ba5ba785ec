"""Where an order is listed: on its store's board, and among open work; two sparse indexes.

An item of the table is in an index while it has the index's attributes. They are written with the
facts of a region, so a region's item is listed by what that region knew when it wrote.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from services.domain.orders.duties import open_work
from services.domain.orders.duty import Duty
from services.domain.orders.identity import ALPHABET
from services.domain.orders.order import Order
from services.domain.orders.state import OrderState, fold
from services.domain.quotes.pickup import utc_day

SHARDS: Final = 16
CHANGED_AT_MOST: Final = 20  # orders that are read from the table itself with a board
_BOARD: Final = "BOARD#"
_ABOVE_REGIONS: Final = "z"  # the name of no AWS region begins with it


class Listing(NamedTuple):
    """The attributes of a region's item that put it into the indexes; None: in neither.

    Attributes:
        board: Partition of the store's board.
        board_at: Place on it.
        work: Shard of open work.
        work_at: Place in it, by when something is due.
    """

    board: str | None = None
    board_at: str | None = None
    work: str | None = None
    work_at: str | None = None


class BoardPlace(NamedTuple):
    """A place on a store's board, from which on it is read.

    Attributes:
        day: Day of UTC, `YYYY-MM-DD`.
        place: What lies after this sort key of the index; empty: the whole day.
    """

    day: str
    place: str = ""


def listing_of(
    order: Order,
    region: str,
    regions: Sequence[str],
    now: int | None = None,
    before: Listing | None = None,
) -> Listing:
    """Return where a region lists an order.

    Args:
        order: The order as this region has it.
        region: The region whose item is listed.
        regions: All regions of the deployment.
        now: What the region's wall clock says, Unix milliseconds (UTC): what is due already is not
            listed later. None: where a stamp runs ahead of the clock, it is.
        before: Where the item is listed now; None: nowhere.
    """
    state = fold(order)
    board, at = _board_place(order, state)
    if not board:
        return Listing()
    place = f"{at}#{region}"
    # Also what only another region may do: that region may have no item of its own to be listed.
    due = open_work(order, regions, state)
    if not due:
        return Listing(board, place)
    work = work_partition(shard_of(order.order_id))
    return Listing(board, place, work, work_place(_due_at(due, now, before), order.order_id))


def _due_at(due: Iterable[Duty], now: int | None, before: Listing | None) -> int:
    """Return by when the first of some duties is due.

    The place of a duty whose stamp runs ahead of the clock is that of when it was first listed: an
    item whose place changed with each look would be written, and looked at again, for ever.
    """
    stamped = min(one.due_at for one in due)
    if now is None or stamped <= now:
        return stamped
    first = min(one.due_at if one.waits else now for one in due)
    listed = before.work_at if before is not None else None
    if first == now and listed is not None and due_of_place(listed) < now:
        return due_of_place(listed)
    return first


def board_place(order: Order) -> tuple[str, str]:
    """Return the partition of the board that an order is on, and its place there but for a region.

    Both are empty where no placement has arrived.
    """
    return _board_place(order, fold(order))


def _board_place(order: Order, state: OrderState) -> tuple[str, str]:
    if state.placement is None:
        return "", ""
    placed = state.holding["placed"].stamp
    board = board_partition(state.placement.store_id, utc_day(state.placement.pickup_at))
    return board, f"{placed}#{order.order_id}"


def place_behind(place: str) -> str:
    """Return the place on a board behind all items of an order, whichever regions have one.

    Args:
        place: The order's, as `board_place` returns it.
    """
    return f"{place}#{_ABOVE_REGIONS}"


def work_place(due: int, order_id: str = "") -> str:
    """Return the place in a shard of open work; without an id, the place before all of that time.

    Args:
        due: Unix milliseconds (UTC).
        order_id: Id of the order.
    """
    return f"{due:013d}#{order_id}"


def due_of_place(place: str) -> int:
    """Return from when on something is due, Unix milliseconds, of a place of `work_place`."""
    return int(place.partition("#")[0])


def board_partition(store_id: str, day: str) -> str:
    """Return the partition of a store's orders to be collected on a day of UTC."""
    return f"{_BOARD}{store_id}#{day}"


def day_of_board(partition: str) -> str:
    """Return the day of UTC of a partition of `board_partition`."""
    return partition.rpartition("#")[2]


def store_of_board(partition: str) -> str:
    """Return the store of a partition of `board_partition`."""
    return partition.removeprefix(_BOARD).rpartition("#")[0]


def work_partition(shard: int) -> str:
    """Return the partition of a shard of open work."""
    return f"DUE#{shard:02d}"


def shard_of(order_id: str) -> int:
    """Return the shard of an order: ids are evenly distributed, so are shards."""
    return ALPHABET.index(order_id[0]) * SHARDS // len(ALPHABET)


def utc_days(start: datetime, end: datetime) -> Iterator[str]:
    """Yield the days of UTC that a span of time touches; `end` is exclusive.

    Args:
        start: Aware instant.
        end: Aware instant after it.
    """
    day, last = start.astimezone(UTC).date(), (end - timedelta(seconds=1)).astimezone(UTC).date()
    while day <= last:
        yield day.isoformat()
        day += timedelta(days=1)
