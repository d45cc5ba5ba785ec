"""Due times of requests at fixed rates, known before the first request is sent.

An open loop: the schedule does not depend on answers. A client that waited for an answer before it
sends again would send less while a region hangs, and so leave out the very requests that users
would have suffered from (coordinated omission).
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from loadtests.drills.records import Route


@dataclass(frozen=True, slots=True, order=True)
class Arrival:
    """A request that is due.

    Attributes:
        at: Seconds since the traffic began.
        number: Counts within its place and route.
    """

    at: float
    place: str
    route: Route
    number: int


def arrivals(places: Sequence[str], rates: Mapping[Route, float]) -> Iterator[Arrival]:
    """All arrivals in order, without end.

    Args:
        places: Where clients are.
        rates: Requests a second of each route, from each place; 0: none.
    """
    wanted = [(place, route, rate) for place in places for route, rate in rates.items() if rate]
    fastest = max((rate for _, _, rate in wanted), default=1.0)
    streams = [
        # Spread over the shortest interval, so that streams do not all send at one moment.
        _stream(place, route, rate, first=index / len(wanted) / fastest)
        for index, (place, route, rate) in enumerate(wanted)
    ]
    return heapq.merge(*streams)


def _stream(place: str, route: Route, rate: float, *, first: float) -> Iterator[Arrival]:
    for number in count():
        yield Arrival(first + number / rate, place, route, number)
