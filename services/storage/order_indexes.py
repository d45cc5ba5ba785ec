"""The indexes of orders of one region's replica: a store's board by day, and open work by time due.

An index follows the table with a delay, so what it lists is what regions knew a moment ago.
"""

from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter
from typing import Final, NamedTuple

from services.domain.orders.listing import (
    BoardPlace,
    board_partition,
    board_place,
    day_of_board,
    place_behind,
    work_partition,
    work_place,
)
from services.domain.orders.order import Order
from services.domain.orders.table_indexes import BOARD, WORK
from services.storage import keys
from services.storage.orders import facts_keys
from services.storage.replica import Listed, Replica, Stored

DUE_AT_ONCE: Final = 100  # orders that one look at a shard of open work returns
BOARD_AT_MOST: Final = 2_000  # items of a store's board that one call reads
_AFTER_ALL: Final = "~"  # no sort key of the board has a character above it


class Overdue(NamedTuple):
    """An entry of the index of open work.

    Attributes:
        order_id: The order's id.
        item: Sort key of the item that is listed: one of the order's regions.
        place: Its place in the shard, by when something is due.
    """

    order_id: str
    item: str
    place: str

    @property
    def row(self) -> str:
        """Return the name of the entry, the same wherever it is listed."""
        return f"{self.order_id}/{self.item}"

    @property
    def due_ms(self) -> int:
        """Return from when on something is due, Unix milliseconds (UTC)."""
        return int(self.place.partition("#")[0])


class BoardEntry(NamedTuple):
    """An order on a store's board.

    Attributes:
        order: The facts of all regions that have arrived.
        behind: The place behind it: from there on the board goes on.
    """

    order: Order
    behind: BoardPlace


class BoardPart(NamedTuple):
    """A part of a store's board.

    Attributes:
        entries: By day of UTC, and in the order of placement.
        rest: From where on there are more; None: these are the last.
    """

    entries: list[BoardEntry]
    rest: BoardPlace | None

    @property
    def orders(self) -> list[Order]:
        """Return the orders of the part."""
        return [one.order for one in self.entries]


class OrderIndexes:
    """Reads where orders are listed: on boards of stores, and among open work."""

    def __init__(self, replica: Replica, regions: Sequence[str]) -> None:
        """Prepare.

        Args:
            replica: The region's replica.
            regions: All regions of the deployment, also those that are lost.
        """
        self._replica = replica
        self._regions = tuple(regions)

    def board(
        self,
        store_id: str,
        days: Sequence[str],
        start: BoardPlace | None = None,
        changed: Collection[str] = (),
    ) -> BoardPart:
        """Return a store's orders to be collected on days of UTC, at most `BOARD_AT_MOST` items.

        An order has an item for each region that recorded something about it; all of them are in
        one part. The index follows the table with a delay (docs/orders.md), so a client that has
        just changed orders names them: they are as this region last acknowledged them.

        Args:
            store_id: The store's id.
            days: Days of UTC, ascending.
            start: From where on; None: from the beginning. `BoardPart.rest` of the part before, or
                `BoardEntry.behind` of an order, which need not be on the board any more.
            changed: Ids of orders that are read from the table, by one request; at most
                `listing.CHANGED_AT_MOST`. Those of other stores or days are left out.
        """
        rows: list[tuple[str, Listed]] = []
        rest: BoardPlace | None = None
        for day in days:
            if start is not None and day < start.day:
                continue
            place = start.place if start is not None and day == start.day else ""
            left = BOARD_AT_MOST - len(rows)
            found = self._replica.listed(
                BOARD,
                board_partition(store_id, day),
                after=place or None,
                until=_AFTER_ALL,
                limit=left + 1,
            )
            if len(found) > left:
                # The order of the first item that is left out, as a whole.
                out = found[left].stored.key.pk
                found = [one for one in found[:left] if one.stored.key.pk != out]
                rest = _behind(day, found[-1]) if found else BoardPlace(day, place)
            rows += [(day, one) for one in found]
            if rest is not None:
                break
        entries = _entries_of(rows)
        if changed:
            fresh = self._changed(changed, store_id, days)
            entries = [
                one._replace(order=fresh.pop(one.order.order_id, one.order)) for one in entries
            ]
            # Orders that the index does not show at all yet.
            new = [_entry(one) for one in fresh.values()]
            new = [
                one
                for one in new
                if (start is None or start < one.behind) and (rest is None or one.behind < rest)
            ]
            if new:
                entries = sorted([*entries, *new], key=attrgetter("behind"))
        return BoardPart(entries, rest)

    def _changed(
        self, order_ids: Iterable[str], store_id: str, days: Collection[str]
    ) -> dict[str, Order]:
        """Return those of some orders that are on a store's board of some days, by id."""
        wanted = dict.fromkeys(order_ids)
        rows = self._replica.get_many(
            [key for one in wanted for key in facts_keys(one, self._regions)], consistent=True
        )
        boards = {board_partition(store_id, day) for day in days}
        return {
            one.order_id: one for one in _orders_of(rows.values()) if board_place(one)[0] in boards
        }

    def overdue(
        self, shard: int, until_ms: int, *, after: str | None = None, limit: int = DUE_AT_ONCE
    ) -> list[Overdue]:
        """Return where regions noted that something is due, earliest first.

        An order is returned once for each region whose item is listed.

        Args:
            shard: 0 to `listing.SHARDS` - 1.
            until_ms: Only what is due before, Unix milliseconds (UTC).
            after: Only places after this one: the last place of the page before.
            limit: Items of the index that are read at most.
        """
        rows = self._replica.listed(
            WORK,
            work_partition(shard),
            after=after,
            until=work_place(until_ms),
            limit=limit,
        )
        return [
            Overdue(stored.key.pk.removeprefix(keys.ORDER_PREFIX), stored.key.sk, place)
            for place, stored in rows
        ]


def _entries_of(rows: Iterable[tuple[str, Listed]]) -> list[BoardEntry]:
    """Return the orders of listed items, each with its day; where its first item stands."""
    listed = list(rows)
    places: dict[str, BoardPlace] = {}
    for day, one in listed:
        places.setdefault(_id_of(one.stored), _behind(day, one))
    orders = _orders_of(one.stored for _, one in listed)
    return [BoardEntry(one, places[one.order_id]) for one in orders]


def _entry(order: Order) -> BoardEntry:
    """Return an order with its place by its facts."""
    partition, place = board_place(order)
    return BoardEntry(order, BoardPlace(day_of_board(partition), place_behind(place)))


def _behind(day: str, listed: Listed) -> BoardPlace:
    """Return the place behind the order of an item that the index lists."""
    return BoardPlace(day, place_behind(listed.place.rpartition("#")[0]))


def _id_of(row: Stored) -> str:
    return row.key.pk.removeprefix(keys.ORDER_PREFIX)


def _orders_of(rows: Iterable[Stored]) -> list[Order]:
    """Return the orders of regions' items, each merged, in the order of their first items."""
    found: dict[str, Order] = {}
    for row in rows:
        order_id = _id_of(row)
        part = Order.load(order_id, row.body)
        known = found.get(order_id)
        found[order_id] = part if known is None else known.merge(part)
    return list(found.values())
