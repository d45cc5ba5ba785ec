"""Finds open work that is past its due time and puts its orders into the fulfilment queue."""

import random
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

from services.configuration import tracing
from services.domain import log_lines
from services.domain.orders.listing import SHARDS
from services.domain.orders.takeover import LONGEST_WAIT_MS
from services.domain.orders.wakeups import entry
from services.domain.queue_messages import AT_ONCE
from services.storage.open_orders import OpenOrders, Overdue

# Work younger than this is left to the stream: its message may be under way.
GRACE_MS: Final = 30_000
_MINUTE_MS: Final = 60_000
_REMEMBERED: Final = 50_000
# Time that one page of a shard and its messages may take.
_RESERVE_MS: Final = 5_000
PAGE: Final = 100
SWEPT: Final = "OrdersSwept"
OLDEST: Final = "OldestDueMinutes"
UNFINISHED: Final = "SweepsUnfinished"
SILENT: Final = "RegionSilentSeconds"
UNHEARD: Final = "RegionsUnheard"


@dataclass(slots=True)
class Sweep:
    """What one sweep found.

    Attributes:
        found: Orders of which something is past its due time.
        sent: Orders that were put into the queue.
        oldest_ms: Milliseconds since the earliest of them was due.
        unfinished: Time ran out before all shards were read.
        silent_s: Seconds since the last write arrived of the region that is silent longest.
        unheard: Other regions of which no write has ever arrived.
    """

    found: int = 0
    sent: int = 0
    oldest_ms: int = 0
    unfinished: bool = False
    silent_s: int = 0
    unheard: int = 0

    def line(self, region: str, unix_ms: int, living: AbstractSet[str]) -> str:
        """Return the log line that publishes it, with its newline."""
        values = {
            SWEPT: self.sent,
            OLDEST: self.oldest_ms // _MINUTE_MS,
            UNFINISHED: int(self.unfinished),
            SILENT: self.silent_s,
            UNHEARD: self.unheard,
        }
        return log_lines.text(
            {
                **log_lines.counts(unix_ms, values),
                **tracing.of_invocation(),
                "level": "INFO",
                "region": region,
                "found": self.found,
                "living": sorted(living),
            }
        )


class Sweeper:
    """Sweeps the index of open work in one region.

    Work that stays due, because another region or a person has to act first, is put into the queue
    less and less often: after one, two, four minutes, at last once an hour; and at once when a
    region is lost or comes back, or when the order is listed anew.
    """

    def __init__(
        self, open_orders: OpenOrders, send: Callable[[list[dict[str, Any]]], object]
    ) -> None:
        """Take the index to sweep; nothing is read or sent yet.

        Args:
            open_orders: The region's open work.
            send: Sends entries of one `SendMessageBatch` request; raises where one was not taken.
        """
        self._open_orders = open_orders
        self._send = send
        self._living: AbstractSet[str] = frozenset()
        self._next_look: dict[str, tuple[str, int, int]] = {}

    def sweep(
        self,
        now_ms: int,
        living: AbstractSet[str],
        remaining_ms: Callable[[], int] | None = None,
        ahead_ms: int = 0,
    ) -> Sweep:
        """Read all shards, from a random one on, and queue what is to be looked at.

        Args:
            now_ms: Unix milliseconds (UTC).
            living: Regions that perform their duties, as `takeover.alive` returns them.
            remaining_ms: Milliseconds that this invocation may still take.
            ahead_ms: By how much another region's clock is ahead: what that region noted when it
                was done is listed so much later.
        """
        if living != self._living:
            self._living, self._next_look = living, {}
        done = Sweep()
        first = random.randrange(SHARDS)
        for shard in ((first + at) % SHARDS for at in range(SHARDS)):
            after: str | None = None
            while True:
                if remaining_ms is not None and remaining_ms() < _RESERVE_MS:
                    done.unfinished = True
                    return done
                until = now_ms + ahead_ms - GRACE_MS
                page = self._open_orders.overdue(shard, until, after=after, limit=PAGE)
                self._queue(page, now_ms, done)
                if len(page) < PAGE:
                    break
                after = page[-1].place
        return done

    def _queue(self, page: Iterable[Overdue], now_ms: int, done: Sweep) -> None:
        wanted: dict[str, list[Overdue]] = {}
        for one in page:
            done.found += 1
            done.oldest_ms = max(done.oldest_ms, now_ms - one.due_ms)
            if self._is_time(one, now_ms):
                wanted.setdefault(one.order_id, []).append(one)
        orders = list(wanted)
        for at in range(0, len(orders), AT_ONCE):
            chosen = orders[at : at + AT_ONCE]
            self._send([entry(one, f"sweep-{now_ms // _MINUTE_MS}") for one in chosen])
            # Only now: what the queue did not take is looked at again in the next sweep.
            for order_id in chosen:
                for one in wanted[order_id]:
                    self._put_off(one, now_ms)
            done.sent += len(chosen)

    def _is_time(self, one: Overdue, now_ms: int) -> bool:
        """Return whether to look at an order now."""
        place, look_at, _ = self._next_look.get(one.row, ("", 0, 0))
        return place != one.place or now_ms >= look_at

    def _put_off(self, one: Overdue, now_ms: int) -> None:
        """Note when to look at an order again that was put into the queue."""
        place, _, wait = self._next_look.get(one.row, ("", 0, 0))
        wait = min(LONGEST_WAIT_MS, 2 * wait) if place == one.place else _MINUTE_MS
        if len(self._next_look) >= _REMEMBERED:
            self._next_look.clear()
        # Half a minute less: the schedule is not exact.
        look_at = now_ms + wait - _MINUTE_MS // 2
        if one.due_ms > now_ms:  # a deadline, maybe: not to be missed for having looked early
            look_at = min(look_at, one.due_ms + GRACE_MS)
        self._next_look[one.row] = (one.place, look_at, wait)
