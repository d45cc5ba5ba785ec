"""Tells that a store ran out of something.

The table's stream has one reader per region, because a global table's stream should have no more
(AWS Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB"): so the alert is raised here,
and not by a Lambda of its own. Each region's topic tells of all stores, whichever region sold, so a
subscriber needs one topic and loses nothing with another region; who subscribes to several, or gets
a message twice, knows an alert by its id.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from services.convergence.repair import Change
from services.domain.documents.stock import Stock
from services.domain.sold_out import taken_last
from services.domain.stamp import Stamp
from services.storage import keys, parts
from services.storage.keys import Key
from services.storage.replica import Replica

_REMEMBERED: Final = 10_000

Alert = dict[str, Any]


class SoldOutAlerts:
    """Looks at the changes of stock in one region's stream."""

    def __init__(self, replica: Replica, publish: Callable[[Alert], object]) -> None:
        """Prepare.

        Args:
            replica: the region's, for the other parts of a stock.
            publish: sends one alert.
        """
        self._replica = replica
        self._publish = publish
        self._told: OrderedDict[str, None] = OrderedDict()

    def look_at(self, change: Change) -> int:
        """Publish what a change sold out; returns how many items.

        An item runs out once per count, whose stamp is part of the alert's id. What `publish`
        raises is raised.
        """
        new = change.new
        if new is None or not _is_stock(change.key):
            return 0
        part = new.document()
        if not isinstance(part, Stock):
            return 0
        others = self._other_parts(change.key, part.store_id)
        old = change.old.document() if change.old else None
        before = others.merge(old) if isinstance(old, Stock) else others
        after = others.merge(part)
        told = 0
        for item in taken_last(before, after):
            count = after.lines[item].count
            name = f"{part.store_id}/{item}/{count.stamp if count else ''}"
            if name in self._told:
                continue
            written = Stamp.parse(new.rev)
            self._publish(
                {
                    "alert": "SOLD_OUT",
                    "alertId": name,
                    "storeId": part.store_id,
                    "itemId": item,
                    "left": after.left(item),
                    "soldIn": written.region,
                    "unixMs": written.unix_ms,
                }
            )
            self._remember(name)
            told += 1
        return told

    def _remember(self, name: str) -> None:
        self._told[name] = None
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)

    def _other_parts(self, key: Key, store_id: str) -> Stock:
        joined = Stock(store_id, {})
        for row in self._replica.partition(key.pk, prefix=keys.STOCK):
            document = row.document() if row.key != key else None
            if isinstance(document, Stock):
                joined = joined.merge(document)
        return joined


def _is_stock(key: Key) -> bool:
    return parts.is_divided(key) or parts.owner(key) is not None
