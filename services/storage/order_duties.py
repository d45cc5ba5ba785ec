"""The duties of an order that need the table alone: expire, close, reopen, settle its reservation.

Performing one twice is harmless: the outcome is a fact with an id of its own, and a reservation is
settled in the same transaction as the fact that says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from services.domain.documents import stock_rights
from services.domain.documents.layout import unread
from services.domain.documents.stock import Stock
from services.domain.orders.duty import Duty, DutyKind
from services.domain.orders.facts import (
    Closed,
    ClosedAgain,
    Confirmed,
    Data,
    Expired,
    Fact,
    Placed,
    Reopened,
    Reserved,
    Settled,
)
from services.domain.orders.order import Order
from services.domain.orders.slot_use import SlotUse
from services.domain.quotes.pickup import SLOT_PREFIX, utc_day
from services.domain.rights.account import Account
from services.domain.rights.selling import give_back
from services.storage import keys, parts
from services.storage.keys import Key
from services.storage.orders import (
    OrderRepository,
    TransitionRefusedError,
    facts_keys,
    held_order,
)
from services.storage.replica import Replica, Stored, Write

AUTHOR: Final = "carte"
KINDS: Final = frozenset(
    {DutyKind.EXPIRE, DutyKind.CLOSE, DutyKind.REOPEN, DutyKind.CONFIRM, DutyKind.SETTLE}
)


class OrderDuties:
    """Performs in one region the duties that touch nothing but the table."""

    def __init__(self, replica: Replica, orders: OrderRepository) -> None:
        self._replica = replica
        self._orders = orders

    def perform(self, order_id: str, duty: Duty) -> None:
        """Perform one duty of `KINDS`; one that became needless in between does nothing.

        Args:
            order_id: The order's id.
            duty: The duty.

        Raises:
            ContentionError: Others wrote the order, or what it reserved, faster every time.
        """
        if duty.kind is DutyKind.SETTLE:
            self._settle(order_id, given_back=duty.given_back)
            return
        try:
            self._orders.record(order_id, _fact_of(duty), AUTHOR)
        except TransitionRefusedError:
            return  # something happened in between that makes it needless

    def _settle(self, order_id: str, *, given_back: bool) -> None:
        region = self._replica.region

        def attempt() -> None:
            found = self._replica.get_many(
                facts_keys(order_id, self._orders.regions), consistent=True
            )
            held = held_order(order_id, region, found)
            placed = held.order.facts.get(f"{Placed.KIND}/{region}")
            if (
                placed is None
                or not isinstance(placed.data, Placed)
                or _is_settled(held.order, region)
            ):
                return
            data = placed.data
            wanted = [_counter_key(data.store_id, one, region) for one in data.reserved]
            counters = self._replica.get_many(wanted, consistent=True) if wanted else {}
            stamp = self._replica.clock.tick(*held.stamps())
            after = held.order.with_fact(Fact(stamp, AUTHOR, Settled(given_back)))
            now_ms = self._replica.clock.now_ms()
            facts = held.write(after, stamp, self._orders.regions, now_ms)
            assert facts is not None  # noqa: S101 - there is a new fact
            changed = self._counter_writes(order_id, data, counters, back=given_back)
            self._replica.transact([facts, *changed])
            return

        self._replica.retry(f"order {order_id}", attempt)

    def _counter_writes(
        self, order_id: str, data: Placed, counters: Mapping[Key, Stored], *, back: bool
    ) -> Iterator[Write]:
        """Yield the writes of the region's own counters, one an item of the table."""
        region = self._replica.region
        for key, stored in counters.items():
            mine = [one for one in data.reserved if _counter_key(data.store_id, one, region) == key]
            if key.pk.startswith(keys.SLOTS_PREFIX):
                after = _slots_after(data.store_id, mine, stored, region, back=back)
                body = after.dump() | unread(stored.body)
            else:
                stock = Stock.load(data.store_id, stored.body)
                for one in mine:
                    stock = _stock_after(stock, one, order_id, region, back=back)
                body = stock.dump()
            if body != stored.body:
                rev = self._replica.next_stamp(stored, None)
                yield Write(key, body, rev, stored.rev, stored.expires)


def _fact_of(duty: Duty) -> Data:
    """Return the fact that a duty consists in recording."""
    match duty.kind:
        case DutyKind.EXPIRE:
            return Expired()
        case DutyKind.REOPEN:
            return Reopened()
        case DutyKind.CONFIRM:
            return Confirmed(duty.name)
        case _:
            again = duty.key.startswith(f"{ClosedAgain.KIND}/")
            return ClosedAgain() if again else Closed()


def _is_settled(order: Order, region: str) -> bool:
    return f"{Settled.KIND}/{region}" in order.facts


def _counter_key(store_id: str, reserved: Reserved, region: str) -> Key:
    if reserved.counter.startswith(SLOT_PREFIX):
        return keys.slots(store_id, _day_of(reserved), region)
    return parts.own_part(keys.stock(store_id), region)


def _day_of(reserved: Reserved) -> str:
    return utc_day(int(reserved.counter.removeprefix(SLOT_PREFIX)))


def _stock_after(
    stock: Stock, reserved: Reserved, order_id: str, region: str, *, back: bool
) -> Stock:
    item, at = reserved.counter, reserved.position
    if back:
        return stock_rights.given_back(stock, item, reserved.pieces, region, at, order_id)
    return stock_rights.handed_out(stock, item, region, at)


def _slots_after(
    store_id: str, mine: Iterable[Reserved], stored: Stored, region: str, *, back: bool
) -> SlotUse:
    """Return the slots with the places given back; a place that was used stays used."""
    use: SlotUse | None = None
    for one in mine:
        use = use or SlotUse.load(store_id, _day_of(one), stored.body)
        if back:
            account = Account(parts=use.parts.get(one.counter, {}))
            after = give_back(account, region, one.position, one.pieces)
            use = use.with_account(one.counter, after)
    assert use is not None  # noqa: S101 - the item was read for one of them
    return use
