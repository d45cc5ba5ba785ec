"""The cities, states and markets of stores, by their names and by their stores."""

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from services.domain.search.names import Names
from services.domain.search.places import PlaceNames
from services.domain.search.ranking import Remoteness, by_prominence, lost_by_distance
from services.domain.search.tables import StoreTables


class StorePlaces:
    """Where stores are, in a fixed order of stores.

    Attributes:
        count: How many stores there are.
        positions: Where they are on the earth.
        place_names: Names of places in other languages.
        city_names: Names of cities as the addresses of stores have them; their numbers are cities.
        homes: By city: its stores. A city is a number, as in `StoreTables`.
        remote_from_anywhere: How far down stores belong for a reader anywhere.
    """

    def __init__(self, tables: StoreTables, place_names: PlaceNames) -> None:
        """Take over the tables of the stores.

        Args:
            tables: As they were made with `place_names`.
            place_names: Names of places in other languages.
        """
        self.count = len(tables.city_of)
        self.positions = tables.positions
        self.place_names = place_names
        self.city_names = tables.city_names
        self._home_of, self._places_of_homes = tables.city_of, tables.place_of
        self._markets = {market: range(*bounds) for market, bounds in tables.markets.items()}
        self._gather_homes()

    def _gather_homes(self) -> None:
        """Gather the stores of each city and of each state."""
        homes: list[list[int]] = [[] for _ in self._places_of_homes]
        for number, home in enumerate(self._home_of):
            homes[home].append(number)
        self.homes = [_compact(stores) for stores in homes]
        weights = bytes(len(stores).bit_length() for stores in homes)
        self._prominence = bytes(map(weights.__getitem__, self._home_of))
        self._most_prominent = self.positions.most_prominent(self._prominence)
        self.remote_from_anywhere = by_prominence(self._prominence)
        self._homes_of_place: defaultdict[int, list[int]] = defaultdict(list)
        states: defaultdict[str, list[int]] = defaultdict(list)
        for home, place in enumerate(self._places_of_homes):
            if place >= 0:
                self._homes_of_place[place].append(home)
                states[self.place_names.states[self.place_names.state_of[place]]] += homes[home]
        self._states = {state: array("I", stores) for state, stores in states.items()}

    def remoteness(self, near: tuple[float, float], *, named: bool) -> Remoteness:
        """Return how far down stores belong for a reader.

        Args:
            near: Where the reader is: degrees north and east.
            named: Whether the search names a place: then a large city may be meant that is far.
        """
        return self.positions.remoteness(near, self._prominence, self._most_prominent, named=named)

    def weight(self, stores: Sequence[int], near: tuple[float, float] | None) -> float:
        """Return the logarithm of the number of stores, lowered by how far the first one is."""
        weight = math.log(len(stores))
        if near is not None:
            weight -= lost_by_distance(self.positions.distance_km(stores[0], near))
        return weight

    def stores_of(self, area: str) -> Sequence[int]:
        """Return the stores of a market or a state."""
        if area in self._markets:
            return self._markets[area]
        return self._states.get(area, ())

    def city_stores(self, position: int) -> Iterator[Sequence[int]]:
        """Yield the stores of each city of a name, by its position in `city_names`."""
        for home in self.city_names.numbers(position, position + 1):
            yield self.homes[home]

    def other_stores(self, position: int) -> Iterator[Sequence[int]]:
        """Yield the stores of each city of a name, by its position in `place_names.names`."""
        for place in self.place_names.names.numbers(position, position + 1):
            for home in self._homes_of_place.get(place, ()):
                yield self.homes[home]

    def homes_of(self, places: Iterable[int]) -> set[int]:
        """Return the cities at places, which are numbers of `place_names`."""
        return {home for place in places for home in self._homes_of_place.get(place, ())}

    def areas_named(self, low: int, high: int) -> Iterator[str]:
        """Yield the states and markets of the names from a position to the one before `high`."""
        for position in range(low, high):
            yield from self.place_names.areas[self.place_names.area_names[position]]

    def homes_beginning(self, text: str) -> set[int]:
        """Return the cities of which a name, in any language, begins with a text.

        Args:
            text: Folded words, joined.
        """
        places = {*beginning(self.place_names.names, text)}
        return self.homes_of(places) | {*beginning(self.city_names, text)}

    def homes_read(self, text: str, language: str | None) -> set[int]:
        """Return the cities of which a name that a reader uses begins with a text.

        They are those of which a name in the reader's language does, and those of which the name
        does that the directory has.

        Args:
            text: Folded words, joined.
            language: The reader's, as `PlaceNames.readable_by` takes it.
        """
        places = self.place_names.readable_by(language).cities.beginning(text)
        return self.homes_of(places) | {*beginning(self.city_names, text)}

    def areas_read(self, text: str, language: str | None) -> set[str]:
        """Return the states and markets of which a name that a reader uses begins with a text.

        Args:
            text: Folded words, joined.
            language: The reader's, as `PlaceNames.readable_by` takes it.
        """
        return self.place_names.readable_by(language).areas.beginning(text)

    def areas_beginning(self, text: str) -> tuple[set[str], set[str]]:
        """Return the states and markets of a name, and those of which a name begins with it.

        Args:
            text: Folded words, joined.
        """
        names = self.place_names.area_names
        begun = {*self.areas_named(*names.with_prefix(text))}
        return {*self.place_names.areas.get(text, ())}, begun

    def state_of(self, home: int) -> str | None:
        """Return the name of the state of a city of `homes`; None: it is not known."""
        place = self._places_of_homes[home]
        if place < 0:
            return None
        return self.state_name(self.place_names.states[self.place_names.state_of[place]])

    def state_name(self, state: str) -> str | None:
        """Return the name of a state as people there write it; None: it is not known."""
        return self.place_names.state_names.get(state)

    def home_of(self, store: int) -> int:
        """Return the city of a store: a position in `homes`."""
        return self._home_of[store]

    def market(self, market: str) -> range:
        """Return the stores of a market."""
        return self._markets.get(market, range(0))


def _compact(stores: Sequence[int]) -> Sequence[int]:
    """Return numbers as a range where none is left out: those of most cities."""
    first, last = stores[0], stores[-1]
    if last - first + 1 == len(stores):
        return range(first, last + 1)
    return array("I", stores)


def beginning(names: Names, prefix: str) -> "array[int]":
    """Return the numbers of the names that begin with a text."""
    return names.numbers(*names.with_prefix(prefix))
