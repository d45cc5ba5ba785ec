"""The stores that are read: popular ones often (Zipf), each more when people eat there."""

import bisect
import itertools
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from loadtests.visit_hours import VISITS_BY_HOUR

_ZIPF: Final = 1.0  # web pages and menus alike: the r-th most popular is read 1/r as often

STORES_QUERY: Final = """query Population($after: String) {
  stores(first: 100, after: $after) {
    edges { node { id market { id } timeZone latitude longitude } }
    pageInfo { hasNextPage endCursor }
  }
}"""


@dataclass(frozen=True, slots=True)
class Store:
    """The facts about a store that simulated customers need."""

    id: str
    market: str
    time_zone: str
    latitude: float
    longitude: float

    @property
    def place(self) -> str:
        """The location of its customers, as the header `x-carte-place` takes it."""
        return f"{self.latitude:.2f},{self.longitude:.2f}"


class Population:
    """Stores with their weights. Ranks are drawn by a seed, so all workers agree on them."""

    def __init__(self, stores: Sequence[Store], seed: int = 0) -> None:
        if not stores:
            raise ValueError("there are no stores to read")
        ranked = list(stores)
        random.Random(seed).shuffle(ranked)
        zones: dict[str, list[Store]] = {}
        weights: dict[str, list[float]] = {}
        for rank, store in enumerate(ranked, 1):
            zones.setdefault(store.time_zone, []).append(store)
            weights.setdefault(store.time_zone, []).append(1 / rank**_ZIPF)
        self.stores = ranked
        self._zones = zones
        self._cumulated = {name: list(itertools.accumulate(w)) for name, w in weights.items()}
        self._names = list(zones)
        self._shares: tuple[int, list[float]] = (-1, [])

    def guest(self, source: random.Random, at: datetime) -> Store:
        """Return the store of a random customer that orders at this time.

        Args:
            source: Of chance.
            at: The moment, aware; decides where people eat.
        """
        hour = int(at.timestamp() // 3600)
        if self._shares[0] != hour:
            # Time zones with quarter hours are rounded: an hour's share is a step, too.
            weights = [self._cumulated[name][-1] * appetite(name, at) for name in self._names]
            self._shares = (hour, list(itertools.accumulate(weights)))
        sums = self._shares[1]
        name = self._names[bisect.bisect_left(sums, source.random() * sums[-1])]
        chosen = self._cumulated[name]
        return self._zones[name][bisect.bisect_left(chosen, source.random() * chosen[-1])]

    def anyone(self, source: random.Random) -> Store:
        """A store that is as likely as any other: what no cache is warm for."""
        return source.choice(self.stores)


def appetite(time_zone: str, at: datetime) -> float:
    """Share of a day's visits in the hour that it is in a time zone."""
    return VISITS_BY_HOUR[at.astimezone(ZoneInfo(time_zone)).hour]


def world_appetite(stores: Sequence[Store], at: datetime) -> float:
    """Visits now, as a multiple of the day's mean, over all stores."""
    zones: dict[str, int] = {}
    for store in stores:
        zones[store.time_zone] = zones.get(store.time_zone, 0) + 1
    total = sum(count * appetite(name, at) for name, count in zones.items())
    return 24 * total / len(stores)


def compressed_day(elapsed_s: float, duration_s: float) -> datetime:
    """A moment of a day that lasts as long as the run: the rush rolls around the world in it."""
    start = datetime(2026, 11, 18, tzinfo=UTC)
    return start + timedelta(days=min(1.0, elapsed_s / duration_s))


SendQuery = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]


def load(send: SendQuery, most: int) -> list[Store]:
    """Stores of the target, at most so many, spread over all it has.

    Args:
        send: Sends a query with variables and returns its data.
        most: Stores; a page costs a request.
    """
    found: list[Store] = []
    after: str | None = None
    while len(found) < most:
        page = send(STORES_QUERY, {"after": after})["stores"]
        found += [
            Store(
                node["id"],
                node["market"]["id"],
                node["timeZone"],
                node["latitude"],
                node["longitude"],
            )
            for node in (edge["node"] for edge in page["edges"])
        ]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    return found[:most]
