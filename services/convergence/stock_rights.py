"""Moves rights to counted pieces between regions, when the stock of a store changes.

A region that runs low notes in its own item how many rights it would like to have; a region that
has plenty finds that in its stream and gives some, in its own item. Each writes only what it owns,
so no two regions write one item. What a record did not bring about, the next change of the store's
stock does: each looks at the whole state of its items.
"""

from contextlib import suppress

from services.convergence.repair import Change
from services.domain.documents import stock_rights
from services.domain.documents.stock import Stock
from services.domain.stamp import Stamp
from services.storage import keys, parts
from services.storage.kinds import Document
from services.storage.replica import Replica


class _StockGoneError(Exception):
    """The stock was deleted since the record was written."""


class RightsMovement:
    """Looks at the changes of stock in one region's stream."""

    def __init__(self, replica: Replica) -> None:
        """Take the replica in which rights are moved; nothing is read yet.

        Args:
            replica: The region's replica.
        """
        self._replica = replica

    def look_at(self, change: Change) -> int:
        """Give rights to regions that need them, and note what this one needs.

        Returns:
            The items of which this region's part was written.

        Raises:
            ContentionError: Others wrote the stock faster, every time.
        """
        changed = _changed_items(change)
        if not changed:
            return 0
        region = self._replica.region
        stock_key = keys.stock(change.key.pk.removeprefix(keys.STORE_PREFIX))
        written = 0

        def edit(current: Document | None, _stamp: Stamp) -> Stock:
            nonlocal written
            if not isinstance(current, Stock):
                raise _StockGoneError
            after = current
            for item in changed:
                after = stock_rights.moved(after, item, region)
            written = sum(after.line(item) != current.line(item) for item in changed)
            return after

        with suppress(_StockGoneError):
            # No count may come between: what it shares out would be given away once more.
            self._replica.change(stock_key, edit, whole=True)
        return written


def _changed_items(change: Change) -> list[str]:
    """Return the items of which a change of a stock's part says something new."""
    new = change.new
    if new is None or not (parts.is_divided(change.key) or _is_sales(change)):
        return []
    after, before = new.document(), change.old.document() if change.old else None
    if not isinstance(after, Stock):
        return []
    known = before.lines if isinstance(before, Stock) else {}
    return [item for item, line in after.lines.items() if known.get(item) != line]


def _is_sales(change: Change) -> bool:
    return change.key.sk.startswith(keys.SALES_PREFIX)
