"""Open work on orders in one region's replica: what is due, by when it is due.

The index follows the table with a delay, so what it lists is what regions knew a moment ago.
"""

from typing import Final, NamedTuple

from services.domain.orders.listing import due_of_place, work_partition, work_place
from services.domain.orders.table_indexes import WORK
from services.storage import keys
from services.storage.replica import Replica

DUE_AT_ONCE: Final = 100  # orders that one look at a shard of open work returns


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
        return due_of_place(self.place)


class OpenOrders:
    """Reads where regions noted that something is due for an order."""

    def __init__(self, replica: Replica) -> None:
        """Take the replica; nothing is read yet.

        Args:
            replica: The region's replica.
        """
        self._replica = replica

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
