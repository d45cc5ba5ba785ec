"""The orders that the bench places: two items of a store, in pickup slots that have room."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from loadtests.bench.chain import Stores, items_of, store_fields
from services.domain.quotes.pickup import OpeningTimes, PickupRules, slots

QUOTES: Final = "BENCH_QUOTES"
"""Environment variable: the file with the total of an order of each store, in minor units."""
# Fewer than a slot has room for, so that no order is refused.
_IN_A_SLOT: Final = 15
_DAYS_AHEAD: Final = 2
# The first item of a store is the one whose price is set while orders are placed.
_ORDERED: Final = slice(10, 12)


def lines(number: int, group: Stores) -> list[dict[str, Any]]:
    """Return the lines of every order of the store of this number."""
    return [{"itemId": item, "quantity": 2} for item in items_of(number, group)[_ORDERED]]


@cache
def total(store_id: str, path: str) -> int:
    """Return what such an order costs, tax included, in minor units, as carte quoted it.

    Args:
        store_id: The store.
        path: The file of quotes.
    """
    totals: dict[str, int] = json.loads(Path(path).read_text(encoding="utf-8"))
    return totals[store_id]


class Slots:
    """Hands out pickup slots, each to no more orders than it has room for."""

    def __init__(self, days_ahead: int = _DAYS_AHEAD) -> None:
        """Start with the first slot of a day.

        Args:
            days_ahead: Days from today; each process that places orders in the same table needs
                another day.
        """
        self._day = datetime.now(UTC).date() + timedelta(days=days_ahead)
        self._orders: Counter[str] = Counter()

    def next(self, store_id: str, number: int, group: Stores) -> str:
        """Return the id of a slot of the store.

        Raises:
            ValueError: All slots of the day are full.
        """
        taken = self._orders[store_id]
        self._orders[store_id] += 1
        known = _ids(self._day, number, group.market)
        if taken >= len(known) * _IN_A_SLOT:
            raise ValueError(f"{store_id} has no slot left on {self._day} after {taken} orders")
        return known[taken // _IN_A_SLOT]


@cache
def _ids(day: date, number: int, market: str) -> tuple[str, ...]:
    fields = store_fields(number, market)
    opening = OpeningTimes(fields["hours"], fields["time_zone"])
    return tuple(slot.id for slot in slots(opening, day, datetime.now(UTC), PickupRules()))
