"""Where the chain opens: an endless order of cities in which every first part is proportional.

The j-th store of a city with a share `w` of its market's people stands at `(j + start) / w`, with
a start of the city's own between 0 and 1; sorting by that gives each city its share of any first
n stores, give or take three. So a chain of 300 is the beginning of the chain of 31,000. The markets
are woven into each other the same way, each starting at 0: the first stores are one of each.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from dataload.chain.dice import Dice
from dataload.chain.gazetteer import City, cities
from dataload.chain.markets import chain_markets

LARGEST_CHAIN: Final = 31_000


@dataclass(frozen=True, slots=True)
class Site:
    """The place of one store.

    Attributes:
        number: counts the stores of its market from 1; part of the store's id.
        in_city: counts the stores of its city from 0.
    """

    number: int
    city: City
    in_city: int

    @property
    def store_id(self) -> str:
        """The market and the number within it: `us-00001`. Stable while the chain grows."""
        return f"{self.city.market}-{self.number:05d}"


def first_sites(seed: int, count: int) -> list[Site]:
    """The sites of the first `count` stores of a chain; a larger chain begins alike.

    Raises:
        ValueError: count is negative or over 31,000.
    """
    if not 0 <= count <= LARGEST_CHAIN:
        raise ValueError(f"a chain has 0 to {LARGEST_CHAIN} stores, not {count}")
    return list(islice(sites(seed), count))


def sites(seed: int) -> Iterator[Site]:
    """The sites of a chain in the order of opening, without end."""
    markets = chain_markets()
    by_market = {market: [city for city in cities() if city.market == market] for market in markets}
    everyone = sum(city.population for places in by_market.values() for city in places)
    opening = {market: _within_market(seed, places) for market, places in by_market.items()}
    shares = {
        market: sum(city.population for city in places) / everyone
        for market, places in by_market.items()
    }
    numbers = dict.fromkeys(markets, 0)
    # Ties (all markets at 0) go to the larger share, then to the order of `MARKETS`.
    queue = [(0.0, -shares[market], order, market) for order, market in enumerate(markets)]
    heapq.heapify(queue)
    while True:
        _, share, order, market = queue[0]
        city, in_city = next(opening[market])
        numbers[market] += 1
        yield Site(numbers[market], city, in_city)
        heapq.heapreplace(queue, (numbers[market] / -share, share, order, market))


def _within_market(seed: int, places: list[City]) -> Iterator[tuple[City, int]]:
    # The largest city comes first, whatever the seed: a chain opens where most people see it.
    starts = [
        0.0 if index == 0 else Dice(seed, "start", city.geoname_id).random()
        for index, city in enumerate(places)
    ]
    queue = [
        (start / city.population, index)
        for index, (city, start) in enumerate(zip(places, starts, strict=True))
    ]
    heapq.heapify(queue)
    opened = [0] * len(places)
    while True:
        _, index = queue[0]
        yield places[index], opened[index]
        opened[index] += 1
        due = (opened[index] + starts[index]) / places[index].population
        heapq.heapreplace(queue, (due, index))
