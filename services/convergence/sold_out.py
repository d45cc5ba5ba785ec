"""Publishes an alert when an item sells out in a store.

The table's stream has one reader per region, because a global table's stream should have no more
(AWS Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB"): so the alert is published
here and not by a Lambda of its own. Each region's topic carries the alerts of all stores,
whichever region sold: a subscriber needs one topic, and loses no alert when another region fails. A
subscriber to several topics recognizes a repeated alert by its id.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from services.convergence.repair import Change
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import StockLine
from services.domain.sold_out import came_back, taken_last
from services.domain.stamp import Stamp
from services.storage import keys, parts
from services.storage.keys import Key
from services.storage.replica import Replica

_REMEMBERED: Final = 10_000

Alert = dict[str, Any]


class NoTimeError(TimeoutError):
    """No time is left in an invocation for what is not worth to hold up repairs."""


class SoldOutAlerts:
    """Publishes alerts for the changes of stock in one region's stream, each once."""

    def __init__(
        self,
        replica: Replica,
        publish: Callable[[Alert], object],
        changed: Callable[[str], object] = lambda _: None,
    ) -> None:
        """Begin with no alerts published; nothing is read yet.

        Args:
            replica: The region's replica, from which the other parts of a stock are read.
            publish: Sends one alert.
            changed: Gets the id of a store in which something sold out or is back.
        """
        self._replica = replica
        self._publish = publish
        self._changed = changed
        self._published: OrderedDict[str, None] = OrderedDict()

    def look_at(self, change: Change, may_go_on: Callable[[], bool] = lambda: True) -> int:
        """Publish an alert for each item that a change sold out; return the number of alerts.

        An item sells out once per count and per goods that came back since, both of which are in
        the alert's id: it is the same in every region, and another for every time that the item
        sells out. Exceptions of `publish` are passed on.

        Args:
            change: What the stream shows.
            may_go_on: Called before every alert; returns False where no time is left for it.

        Raises:
            NoTimeError: No time was left for an alert.
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
        published = 0
        gone = taken_last(before, after)
        if gone or came_back(before, after):
            self._changed(part.store_id)
        for item in gone:
            name = _alert_id(part.store_id, item, after.lines[item])
            if name in self._published:
                continue
            if not may_go_on():
                raise NoTimeError(f"no time is left to publish that {name} sold out")
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
            published += 1
        return published

    def _remember(self, name: str) -> None:
        self._published[name] = None
        if len(self._published) > _REMEMBERED:
            self._published.popitem(last=False)

    def _other_parts(self, key: Key, store_id: str) -> Stock:
        joined = Stock(store_id, {})
        for row in self._replica.partition(key.pk, prefix=keys.STOCK):
            document = row.document() if row.key != key else None
            if isinstance(document, Stock):
                joined = joined.merge(document)
        return joined


def _alert_id(store_id: str, item: str, line: StockLine) -> str:
    """Return what the same sell-out is called in every region, and no other one.

    Under one count, what is left grows only by sales and reservations that are taken back. Their
    pieces since the count only grow, and every region gets to know them.
    """
    count = line.count
    if count is None:
        return f"{store_id}/{item}/"
    seen = count.value.seen
    sold = sum(max(0, slot.sold - seen.get(region, 0)) for region, slot in line.slots.items())
    back = sold - line.sold_since(seen, count.value.held)
    name = f"{store_id}/{item}/{count.stamp}"
    return f"{name}/{back}" if back else name


def _is_stock(key: Key) -> bool:
    return parts.is_divided(key) or parts.owner(key) is not None
