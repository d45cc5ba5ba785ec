"""The index of the words of all stores: which stores the words of a search fit, and how well."""

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from services.domain.documents.directory import DirectoryEntry
from services.domain.search.evidence import Evidence, Fit, StoreBlocks, summed, weaker
from services.domain.search.folding import (
    FoldedTokens,
    is_unspaced,
    joined,
    spellings,
)
from services.domain.search.names import Names
from services.domain.search.places import PlaceNames
from services.domain.search.ranking import Positions, by_prominence, lost_by_distance
from services.domain.search.typing_mistakes import Steps, similar

_LONGEST_SPAN: Final = 6  # words of the longest name of a place that is looked up
_LONGEST_CODE: Final = 3  # letters of codes: `TX`, `USA`
_PREFIX_OF_OTHER_NAMES: Final = 3  # letters; shorter ones begin too many names
_MOST_CORRECTED: Final = 3  # words of a search in which typing mistakes are assumed
_LONGEST_CORRECTED: Final = 2  # words of a name of a place in which mistakes are assumed
_CORRECTION_STEPS: Final = 4000  # of one search, about a microsecond each
# A city that is only also called so counts as much as one of that name if it has twelve times its
# stores: `york` is York, not Toronto, which was called York once.
_FAMOUS: Final = math.log(12)
_NOTHING: Final = -math.inf
_SUFFIXES: Final = tuple("市区町村都府県州駅")


class StoreTexts:
    """The words of stores in a fixed order; stores are numbers, the positions in that order."""

    def __init__(self, entries: Sequence[DirectoryEntry], places: PlaceNames) -> None:
        """Index stores.

        Args:
            entries: Ordered so that the stores of a market stand together, and those of a city
                within it.
            places: Names of places in other languages.
        """
        self.count = len(entries)
        self._places = places
        tokens = FoldedTokens()
        self._store_names = _words((entry.name for entry in entries), tokens)
        self._streets = _words((entry.street or "" for entry in entries), tokens)
        self._postal_codes = _joined(entry.postal_code or "" for entry in entries)
        self._ids = _joined(entry.store_id for entry in entries)
        self._blocks = {
            id(names): StoreBlocks(names.all_numbers, self.count)
            for names in (self._store_names, self._streets, self._postal_codes, self._ids)
        }
        self._index_cities(entries, tokens)

    def _index_cities(self, entries: Sequence[DirectoryEntry], tokens: FoldedTokens) -> None:
        places = self._places
        names: defaultdict[str, set[int]] = defaultdict(set)
        words: defaultdict[str, set[int]] = defaultdict(set)
        of_place: dict[tuple[int | None, str, str], int] = {}
        spelled: dict[tuple[str, str], Sequence[str]] = {}
        same_name: dict[tuple[str, str], list[int]] = {}
        homes: list[list[int]] = []
        cities: list[int | None] = []
        markets: dict[str, list[int]] = {}
        for number, entry in enumerate(entries):
            city = entry.city
            key = (entry.market, city)
            if key not in spelled:
                spelled[key] = sorted(spellings(city))
                same_name[key] = places.cities_named(spelled[key], entry.market)
            place = places.nearest(same_name[key], entry.latitude, entry.longitude)
            home = of_place.setdefault((place, entry.market, city), len(homes))
            if home == len(homes):
                homes.append([])
                cities.append(place)
                for name in spelled[key]:
                    names[name].add(home)
                for word in tokens.words(city):
                    words[word].add(home)
            homes[home].append(number)
            markets.setdefault(entry.market, [number, number])[1] = number + 1
        self._homes = [_compact(stores) for stores in homes]
        self._city_names = Names.of(names)
        self._city_words = Names.of(words)
        self._markets = {market: range(*bounds) for market, bounds in markets.items()}
        self._homes_of_place: defaultdict[int, list[int]] = defaultdict(list)
        states: defaultdict[str, list[int]] = defaultdict(list)
        self.prominence = bytearray(self.count)
        for home, place in enumerate(cities):
            stores = self._homes[home]
            weight = len(stores).bit_length()
            for number in stores:
                self.prominence[number] = weight
            if place is not None:
                self._homes_of_place[place].append(home)
                states[places.states[places.state_of[place]]] += stores
        self._states = {state: array("I", stores) for state, stores in states.items()}
        self.remote_from_anywhere = by_prominence(self.prominence)
        self.positions = Positions(entries)

    def fits(self, words: Sequence[str], near: tuple[float, float] | None) -> tuple[bytes, bool]:
        """Return how well each store fits all words, and whether a word names a city.

        Args:
            words: Folded words in the order in which they were typed.
            near: Where the reader is: degrees north and east.
        """
        found = [Evidence() for _ in words]
        named = self._add_spans(words, found, near)
        for word, evidence in zip(words, found, strict=True):
            self._add_parts(word, evidence)
        arrays = [one.array(self.count) for one in found]
        fits = summed(arrays, self.count)
        if max(fits, default=0) > len(words) * Fit.OTHER_NAME_PART:
            return fits, named
        meant = self._corrections(words, arrays)
        if not meant:
            return fits, named
        corrected = [
            weaker(strong, meant[at].array(self.count)) if at in meant else strong
            for at, strong in enumerate(arrays)
        ]
        return summed(corrected, self.count), True

    def _add_spans(
        self,
        words: Sequence[str],
        found: Sequence[Evidence],
        near: tuple[float, float] | None,
    ) -> bool:
        """Add what one or more words name in full; return whether they name a city."""
        named = False
        for first, last in _spans(len(words), _LONGEST_SPAN):
            text = "".join(words[first:last])
            span = found[first:last]
            named |= self._add_places(text, span, near)
            _add(span, Fit.POSTAL_CODE, self._postal_codes.find(text))
            _add(span, Fit.STORE_ID, self._ids.find(text))
            if last == first + 2 and any(map(str.isdigit, text)):
                for evidence in span:
                    self._add_beginning(evidence, Fit.POSTAL_CODE_PART, self._postal_codes, text)
        return named

    def _add_places(
        self, text: str, span: Sequence[Evidence], near: tuple[float, float] | None
    ) -> bool:
        """Add the cities, states and countries of a name; return whether there is a city."""
        homes = self._city_names.find(text)
        code = len(text) <= _LONGEST_CODE and text.isascii()
        weight = max((self._weight(self._homes[home], near) for home in homes), default=_NOTHING)
        for home in homes:
            _add(span, Fit.CITY, self._homes[home])
        for area in self._places.areas.get(text, ()):
            stores = self._stores_of(area)
            if not stores:
                continue
            area_weight = self._weight(stores, near)
            fit = Fit.CITY if area_weight - _FAMOUS >= weight else Fit.AREA
            _add(span, Fit.CODE if code else fit, stores)
            weight = max(weight, area_weight)
        others = self._homes_named_otherwise(text) - {*homes}
        for home in others:
            stores = self._homes[home]
            famous = self._weight(stores, near) - _FAMOUS >= weight
            fit = Fit.CITY if famous else Fit.OTHER_CITY_NAME
            _add(span, Fit.OTHER_CITY_CODE if code else fit, stores)
        return bool(homes or others)

    def _homes_named_otherwise(self, text: str) -> set[int]:
        return {
            home
            for form in _forms(text)
            for place in self._places.names.find(form)
            for home in self._homes_of_place.get(place, ())
        }

    def _weight(self, stores: Sequence[int], near: tuple[float, float] | None) -> float:
        """Return the logarithm of the number of stores, lowered by how far the first one is."""
        weight = math.log(len(stores))
        if near is not None:
            weight -= lost_by_distance(self.positions.distance_km(stores[0], near))
        return weight

    def _stores_of(self, area: str) -> Sequence[int]:
        """Return the stores of a market or a state."""
        if area in self._markets:
            return self._markets[area]
        return self._states.get(area, ())

    def _add_parts(self, word: str, evidence: Evidence) -> None:
        """Add the stores of which a word is in the texts, or begins a word of them."""
        for names, whole, part in (
            (self._streets, Fit.STREET_WORD, Fit.STREET_PART),
            (self._store_names, Fit.STORE_NAME_WORD, Fit.STORE_NAME_PART),
        ):
            self._add_beginning(evidence, part, names, word)
            at = names.position(word)
            if at is not None:
                for stores in self._stores_of_names(names, at, at + 1):
                    evidence.add(whole, stores)
        self._add_beginning(evidence, Fit.POSTAL_CODE_PART, self._postal_codes, word)
        self._add_beginning(evidence, Fit.STORE_NAME_PART, self._ids, word)
        homes: set[int] = {
            *_beginning(self._city_words, word),
            *_beginning(self._city_names, word),
        }
        for home in homes:
            evidence.add(Fit.CITY_PART, self._homes[home])
        for home in self._city_words.find(word):
            evidence.add(Fit.CITY_WORD, self._homes[home])
        if is_unspaced(word):
            self._add_inside(word, evidence)
        elif len(word) >= _PREFIX_OF_OTHER_NAMES:
            for place in set(_beginning(self._places.names, word)):
                for home in self._homes_of_place.get(place, ()):
                    evidence.add(Fit.OTHER_NAME_PART, self._homes[home])

    def _add_beginning(self, evidence: Evidence, fit: int, names: Names, word: str) -> None:
        for stores in self._stores_of_names(names, *names.with_prefix(word)):
            evidence.add(fit, stores)

    def _stores_of_names(self, names: Names, low: int, high: int) -> list[Iterable[int] | int]:
        return self._blocks[id(names)].stores(*names.bounds(low, high))

    def _add_inside(self, word: str, evidence: Evidence) -> None:
        """Add the stores of which a word in a script without blanks stands inside a text."""
        for names, fit in (
            (self._streets, Fit.STREET_PART),
            (self._store_names, Fit.STORE_NAME_PART),
        ):
            for position in names.holding(word):
                evidence.add(fit, names.numbers(position, position + 1))
        for position in self._city_names.holding(word):
            for home in self._city_names.numbers(position, position + 1):
                evidence.add(Fit.CITY_PART, self._homes[home])

    def _corrections(
        self, words: Sequence[str], arrays: Sequence[bytearray]
    ) -> dict[int, Evidence]:
        """Return what the words mean if they are mistyped, by the position of the word.

        Words that fit nothing are corrected first, then the names that several words make; and
        names of which there are few before the names of places in all languages, so that the
        steps that one search may take are spent on the likeliest first.
        """
        singles = sorted(
            ((at, at + 1) for at in range(len(words))),
            key=lambda one: (any(arrays[one[0]]), -len(words[one[0]])),
        )
        several = [one for one in _spans(len(words), _LONGEST_CORRECTED) if one[1] - one[0] > 1]
        meant: dict[int, Evidence] = {}
        steps = Steps(_CORRECTION_STEPS)
        spans = singles[:_MOST_CORRECTED] + several[:_MOST_CORRECTED]
        for similar_names in (self._similar_cities, self._similar_texts, self._similar_places):
            for first, last in spans:
                for stores, fit in similar_names("".join(words[first:last]), last - first, steps):
                    for at in range(first, last):
                        meant.setdefault(at, Evidence()).add(fit, stores)
        return meant

    def _similar_cities(
        self, word: str, _: int, steps: Steps
    ) -> Iterator[tuple[Sequence[int], int]]:
        """Yield the stores of the cities that a word may mean, each with the fit of them."""
        count, positions = similar(self._city_names, word, steps)
        fit = Fit.ONE_MISTAKE if count == 1 else Fit.TWO_MISTAKES
        for position in positions:
            for stores in self._city_stores(position):
                yield stores, fit

    def _similar_texts(
        self, word: str, words: int, steps: Steps
    ) -> Iterator[tuple[Iterable[int] | int, int]]:
        """Yield the stores of states, countries, store names and streets that a word may mean."""
        areas = self._places.area_names
        for names in (areas, self._store_names, self._streets)[: 3 if words == 1 else 1]:
            count, positions = similar(names, word, steps)
            fit = _elsewhere(count)
            for position in positions:
                if names is areas:
                    for stores in self._area_stores(position):
                        yield stores, fit
                else:
                    for some in self._stores_of_names(names, position, position + 1):
                        yield some, fit

    def _similar_places(
        self, word: str, _: int, steps: Steps
    ) -> Iterator[tuple[Sequence[int], int]]:
        """Yield the stores of cities that a word may mean in another language."""
        count, positions = similar(self._places.names, word, steps)
        for position in positions:
            for stores in self._other_stores(position):
                yield stores, _elsewhere(count)

    def _city_stores(self, position: int) -> Iterator[Sequence[int]]:
        for home in self._city_names.numbers(position, position + 1):
            yield self._homes[home]

    def _other_stores(self, position: int) -> Iterator[Sequence[int]]:
        for place in self._places.names.numbers(position, position + 1):
            for home in self._homes_of_place.get(place, ()):
                yield self._homes[home]

    def _area_stores(self, position: int) -> Iterator[Sequence[int]]:
        for area in self._places.areas[self._places.area_names[position]]:
            yield self._stores_of(area)

    def market(self, market: str) -> range:
        """Return the stores of a market."""
        return self._markets.get(market, range(0))


def _add(span: Sequence[Evidence], fit: int, stores: Iterable[int]) -> None:
    for evidence in span:
        evidence.add(fit, stores)


def _elsewhere(mistakes: int) -> Fit:
    return Fit.ONE_MISTAKE_ELSEWHERE if mistakes == 1 else Fit.TWO_MISTAKES_ELSEWHERE


def _compact(stores: Sequence[int]) -> Sequence[int]:
    """Return numbers as a range where none is left out: those of most cities."""
    first, last = stores[0], stores[-1]
    if last - first + 1 == len(stores):
        return range(first, last + 1)
    return array("I", stores)


def _beginning(names: Names, prefix: str) -> "array[int]":
    return names.numbers(*names.with_prefix(prefix))


def _forms(text: str) -> Iterator[str]:
    """Yield a name and, in a script without blanks, the name without what it is: a city, a ward."""
    yield text
    if len(text) > 2 and text.endswith(_SUFFIXES):  # noqa: PLR2004 - two letters are a name
        yield text[:-1]


def _spans(count: int, longest: int) -> Iterator[tuple[int, int]]:
    """Yield the first word of each run of words, and the one after its last."""
    for first in range(count):
        for last in range(first + 1, min(count, first + longest) + 1):
            yield first, last


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
