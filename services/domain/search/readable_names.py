"""The names of places that readers of one language use, of which suggestions come first."""

import bisect
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, takewhile
from typing import Final, Generic, TypeVar

OF_ALL: Final = ""
"""The key of names that readers of every language use: those that a place has itself."""

USUAL: Final = "en"
"""The language of readers who name none, or one of which no names are known."""

Place = TypeVar("Place")


class ReadableNames:
    """Names of cities, states and countries; joined folded texts (`newyork`) with their places.

    Attributes:
        cities: Names of cities, each with the numbers of its cities in `PlaceNames`.
        areas: Names of states and countries, each with ids of states and markets.
    """

    __slots__ = ("areas", "cities")

    def __init__(
        self,
        cities: Iterable[Mapping[str, Sequence[int]]] = (),
        areas: Iterable[Mapping[str, Sequence[str]]] = (),
    ) -> None:
        """Put the names together.

        Args:
            cities: Names of cities of one or more languages.
            areas: Names of states and countries, the same.
        """
        self.cities = _Prefixes(cities)
        self.areas = _Prefixes(areas)


class _Prefixes(Generic[Place]):
    """Names in order, of which those that begin with a text are found."""

    __slots__ = ("_names", "_places")

    def __init__(self, names: Iterable[Mapping[str, Sequence[Place]]]) -> None:
        places: dict[str, set[Place]] = {}
        for name, some in chain.from_iterable(one.items() for one in names):
            places.setdefault(name, set()).update(some)
        self._names = sorted(places)
        self._places = places

    def beginning(self, text: str) -> set[Place]:
        """Return the places of which a name begins with a text."""
        start = bisect.bisect_left(self._names, text)
        begun = takewhile(lambda name: name.startswith(text), self._names[start:])
        return set().union(*map(self._places.__getitem__, begun))
