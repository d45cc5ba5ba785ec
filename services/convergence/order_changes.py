"""Puts orders into the fulfilment queue when their facts change in this region's replica.

The table's stream has one reader per region (see `sold_out`), and a slow payment provider must not
hold up repairs: so the work itself is another Lambda's, and this only names the orders. A message
that is lost costs a minute: the sweeper finds what is past its due time.
"""

from collections.abc import Callable
from typing import Any, Final

from services.convergence.queue_batch import send_all
from services.convergence.repair import Change
from services.domain.orders.contradictions import ENDINGS
from services.domain.orders.facts import (
    Authorized,
    Closed,
    ClosedAgain,
    Collected,
    Fact,
    Placed,
    Reopened,
    Settled,
)
from services.domain.orders.part import OrderPart
from services.domain.orders.wakeups import entry
from services.storage import keys, parts

# What a region records that other regions may have to act on at once: reservations are given back
# or are gone, and each region closes an order that has ended. All else is found by the sweeper.
_FOR_EVERY_REGION: Final = frozenset(
    {
        *(Placed.KIND, Collected.KIND, Closed.KIND, ClosedAgain.KIND, Reopened.KIND, Settled.KIND),
        *ENDINGS,
    }
)
_FIRST_ATTEMPT: Final = 1


class OrderChanges:
    """Looks at the changes of orders in one region's stream."""

    def __init__(self, region: str, send: Callable[[list[dict[str, Any]]], object]) -> None:
        """Begin with no orders; nothing is sent yet.

        Args:
            region: The region whose stream it is.
            send: Sends entries of one `SendMessageBatch` request; raises where one was not taken.
        """
        self._region = region
        self._send = send
        self._waiting: dict[str, dict[str, Any]] = {}

    def look_at(self, change: Change) -> None:
        """Note an order whose facts changed; of those of other regions, only what may matter here.

        Raises:
            InvalidDocumentError: An image is no item of an order.
        """
        key, new = change.key, change.new
        if new is None or not _is_facts(change):
            return
        after, before = new.document(), change.old.document() if change.old else None
        assert isinstance(after, OrderPart)  # noqa: S101 - by its key
        known = before.order.facts if isinstance(before, OrderPart) else {}
        new_facts = [fact for name, fact in after.order.facts.items() if name not in known]
        here = parts.owner(key) == self._region
        if not any(here or _is_for_every_region(fact) for fact in new_facts):
            return  # only listed elsewhere, or another region's business
        order_id = key.pk.removeprefix(keys.ORDER_PREFIX)
        self._waiting[order_id] = entry(order_id, new.rev)

    def flush(self) -> int:
        """Send what was noted; return the number of orders. What `send` raises is raised.

        Orders that the queue did not take are kept for the next flush.
        """
        entries = list(self._waiting.values())
        left, fault = send_all(entries, self._send)
        self._waiting = {one["Id"]: one for one in left}  # the order's id
        if fault is not None:
            raise fault
        return len(entries)


def _is_for_every_region(fact: Fact) -> bool:
    """Return whether regions other than the one that recorded a fact may have to act on it now."""
    if isinstance(fact.data, Authorized):
        # Another card than the first may come after the acceptance, whose region then takes the
        # money. The first one was seen by the region that accepted the order.
        return fact.data.attempt > _FIRST_ATTEMPT
    return fact.kind in _FOR_EVERY_REGION


def _is_facts(change: Change) -> bool:
    key = change.key
    return key.pk.startswith(keys.ORDER_PREFIX) and key.sk.startswith(keys.FACTS_PREFIX)
