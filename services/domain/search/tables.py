"""The tables from which a search of stores is answered, as they are made from the directory."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from services.domain.documents.directory import DirectoryEntry
from services.domain.search.folding import FoldedTokens, joined, spellings
from services.domain.search.names import Names
from services.domain.search.places import PlaceNames
from services.domain.search.ranking import Positions


class StoreTables(NamedTuple):
    """The words of stores and where they stand; stores are numbers, their positions in an order.

    A city of the directory is a number, too: a name of a city in one market and at one place.

    Attributes:
        store_names: Folded words of the names of stores, each with the stores.
        streets: Folded words of streets, each with the stores.
        postal_codes: Joined postal codes, each with the stores.
        ids: Joined ids, each with the store.
        city_names: Joined spellings of the names of cities, each with the cities.
        city_words: Folded words of the names of cities, each with the cities.
        city_of: By store: its city.
        place_of: By city: its position among the cities of `PlaceNames`; -1: it is not known there.
        positions: Where the stores are.
        markets: By id of a market: the first of its stores, and the one after the last.
    """

    store_names: Names
    streets: Names
    postal_codes: Names
    ids: Names
    city_names: Names
    city_words: Names
    city_of: "array[int]"
    place_of: "array[int]"
    positions: Positions
    markets: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, entries: Sequence[DirectoryEntry], places: PlaceNames) -> "StoreTables":
        """Make the tables of some stores.

        Args:
            entries: Ordered so that the stores of a market stand together, and those of a city
                within it.
            places: Names of places in other languages.
        """
        tokens = FoldedTokens()
        names: defaultdict[str, set[int]] = defaultdict(set)
        words: defaultdict[str, set[int]] = defaultdict(set)
        cities: dict[tuple[int | None, str, str], int] = {}
        spelled: dict[tuple[str, str], Sequence[str]] = {}
        same_name: dict[tuple[str, str], list[int]] = {}
        place_of, city_of = array("i"), array("I")
        markets: dict[str, tuple[int, int]] = {}
        for number, entry in enumerate(entries):
            name = entry.city
            key = (entry.market, name)
            if key not in spelled:
                spelled[key] = sorted(spellings(name))
                same_name[key] = places.cities_named(spelled[key], entry.market)
            place = places.nearest(same_name[key], entry.latitude, entry.longitude)
            city = cities.setdefault((place, entry.market, name), len(cities))
            if city == len(place_of):
                place_of.append(-1 if place is None else place)
                for spelling in spelled[key]:
                    names[spelling].add(city)
                for word in tokens.words(name):
                    words[word].add(city)
            city_of.append(city)
            markets[entry.market] = markets.get(entry.market, (number,))[0], number + 1
        return cls(
            store_names=_words((entry.name for entry in entries), tokens),
            streets=_words((entry.street or "" for entry in entries), tokens),
            postal_codes=_joined(entry.postal_code or "" for entry in entries),
            ids=_joined(entry.store_id for entry in entries),
            city_names=Names.of(names),
            city_words=Names.of(words),
            city_of=city_of,
            place_of=place_of,
            positions=Positions.of(entries),
            markets=markets,
        )


TablesSource = Callable[[Sequence[DirectoryEntry], PlaceNames], StoreTables]
"""Returns the tables of stores: made anew, or as they were made before from the same stores."""


def _words(texts: Iterable[str], tokens: FoldedTokens) -> Names:
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        for word in tokens.words(text):
            numbers[word].append(number)
    return Names.of(numbers)


def _joined(texts: Iterable[str]) -> Names:
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        if name := joined(text):
            numbers[name].append(number)
    return Names.of(numbers)
