"""The boards of stores: orders of one region's replica by the day at which they are collected.

The index follows the table with a delay, so what it lists is what regions knew a moment ago.
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
)
from services.domain.orders.order import Order
from services.domain.orders.part import read_listing
from services.domain.orders.table_indexes import BOARD
from services.storage import keys
from services.storage.orders import facts_keys
from services.storage.replica import Replica, Stored

BOARD_AT_MOST: Final = 2_000  # items of a store's board that one call reads
_AFTER_ALL: Final = "~"  # no sort key of the board has a character above it


class BoardEntry(NamedTuple):
    """An order on a store's board.

    It stands where the first of its items is listed. They are listed at different places where two
    regions placed the order before they heard of each other, until both have written again.

    Attributes:
        order: The facts of the items that were read.
        behind: The place behind it: from there on the board goes on.
        last: The place behind the last of its items that were read.
    """

    order: Order
    behind: BoardPlace
    last: BoardPlace


class BoardPart(NamedTuple):
    """A part of a store's board.

    Attributes:
        entries: By day of UTC, and in the order of placement.
        rest: From where on there are more; None: these are the last.
        is_whole: It is all of the board; orders of other parts may have items outside of them.
    """

    entries: list[BoardEntry]
    rest: BoardPlace | None
    is_whole: bool

    @property
    def orders(self) -> list[Order]:
        """Return the orders of the part."""
        return [one.order for one in self.entries]


class OrderBoards:
    """Reads the boards of stores."""

    def __init__(self, replica: Replica, regions: Sequence[str]) -> None:
        """Take the replica and the regions; nothing is read yet.

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
        at_most: int | None = None,
    ) -> BoardPart:
        """Return a store's orders to be collected on days of UTC, a bounded part of them.

        An order has an item for each region that recorded something about it. Those listed at one
        place are in one part; see `standing` for the others. The index follows the table with a
        delay (docs/orders.md), so a client that has just changed orders names them: they are as
        this region last acknowledged them.

        Args:
            store_id: The store's id.
            days: Days of UTC, ascending.
            start: From where on; None: from the beginning. `BoardPart.rest` of the part before, or
                `BoardEntry.behind` of an order, which need not be on the board any more.
            changed: Ids of orders that are read from the table, by one request; at most
                `listing.CHANGED_AT_MOST`. Those of other stores or days are left out.
            at_most: Items that are read at most; None: `BOARD_AT_MOST`.
        """
        most = BOARD_AT_MOST if at_most is None else at_most
        rows: list[tuple[BoardPlace | None, Stored]] = []
        rest: BoardPlace | None = None
        for day in days:
            if start is not None and day < start.day:
                continue
            place = start.place if start is not None and day == start.day else ""
            left = most - len(rows)
            found = self._replica.listed(
                BOARD,
                board_partition(store_id, day),
                after=place or None,
                until=_AFTER_ALL,
                limit=left + 1,
            )
            if len(found) > left:
                # The place of the first item that is left out, as a whole.
                out = _behind(day, found[left].place)
                found = [one for one in found[:left] if _behind(day, one.place) != out]
                rest = _behind(day, found[-1].place) if found else BoardPlace(day, place)
            rows += [(_behind(day, one.place), one.stored) for one in found]
            if rest is not None:
                break
        entries = _entries_of(rows)
        if changed:
            # Also orders that the index does not show at all yet.
            fresh = [
                one
                for one in self._read(changed, store_id, days).values()
                if (start is None or start < one.behind) and (rest is None or one.behind <= rest)
            ]
            entries = [one for one in entries if one.order.order_id not in changed] + fresh
            entries.sort(key=attrgetter("behind"))
        return BoardPart(entries, rest, start is None and rest is None)

    def standing(
        self,
        entries: Iterable[BoardEntry],
        store_id: str,
        days: Collection[str],
        start: BoardPlace | None,
    ) -> list[BoardEntry]:
        """Return those of a part's orders that stand in it, with the facts of all their items.

        Reads them from the table, 100 items in a request. An order of which an earlier part has an
        item stands there.

        Args:
            entries: Of a part of a board that is not whole.
            store_id: As in `board`.
            days: As in `board`.
            start: From where on the part was read.
        """
        listed = list(entries)
        known = self._read([one.order.order_id for one in listed], store_id, days)
        return [
            one._replace(order=found.order)
            for one in listed
            if (found := known.get(one.order.order_id)) and (start is None or start < found.behind)
        ]

    def place_behind(
        self, order_id: str, store_id: str, days: Collection[str]
    ) -> BoardPlace | None:
        """Return the place behind an order on a store's board; None: it is not on it."""
        found = self._read([order_id], store_id, days).get(order_id)
        return None if found is None else found.behind

    def _read(
        self, order_ids: Iterable[str], store_id: str, days: Collection[str]
    ) -> dict[str, BoardEntry]:
        """Return those of some orders that are on a store's board of some days, by id."""
        wanted = dict.fromkeys(order_ids)
        rows = self._replica.get_many(
            [key for one in wanted for key in facts_keys(one, self._regions)], consistent=True
        )
        boards = {board_partition(store_id, day) for day in days}
        entries = _entries_of((_listed_at(row, boards), row) for row in rows.values())
        return {one.order.order_id: one for one in entries if board_place(one.order)[0] in boards}


def _entries_of(rows: Iterable[tuple[BoardPlace | None, Stored]]) -> list[BoardEntry]:
    """Return the orders of regions' items, each item with the place behind it on the board.

    Items without a place only add their facts.
    """
    orders: dict[str, Order] = {}
    places: dict[str, list[BoardPlace]] = {}
    for place, row in rows:
        name = row.key.pk.removeprefix(keys.ORDER_PREFIX)
        part = Order.load(name, row.body)
        orders[name] = orders[name].merge(part) if name in orders else part
        if place is not None:
            places.setdefault(name, []).append(place)
    entries = [BoardEntry(orders[name], min(of), max(of)) for name, of in places.items()]
    return sorted(entries, key=attrgetter("behind"))


def _listed_at(row: Stored, boards: Collection[str]) -> BoardPlace | None:
    """Return the place behind an item of the table; None: it is listed on none of some boards."""
    listing = read_listing(row.body)
    if listing.board is None or listing.board_at is None or listing.board not in boards:
        return None
    return _behind(day_of_board(listing.board), listing.board_at)


def _behind(day: str, place: str) -> BoardPlace:
    """Return the place behind all items that are listed where one of them is."""
    return BoardPlace(day, place_behind(place.rpartition("#")[0]))
