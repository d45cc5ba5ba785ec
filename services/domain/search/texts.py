"""Finds which stores the words of a search fit, and how well."""

import math
from array import array
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, pairwise
from typing import Final

from services.domain.search.evidence import (
    Evidence,
    Fit,
    Matches,
    StoreBlocks,
    Subject,
    summed,
    weaker,
)
from services.domain.search.folding import is_unspaced
from services.domain.search.names import Names
from services.domain.search.places import PlaceNames
from services.domain.search.ranking import by_prominence, lost_by_distance
from services.domain.search.street_kinds import (
    FIRST,
    LAST,
    PARTICLES,
    of_street_names,
    other_spellings,
)
from services.domain.search.tables import StoreTables
from services.domain.search.typing_mistakes import Steps, similar

_LONGEST_SPAN: Final = 6  # words of the longest name of a place that is looked up
_MOST_IN_SPANS: Final = 16  # words as typed, of which runs are looked up; ten different ones count
_LONGEST_STREET: Final = 4  # words of a street with its kind: `rue de la gare`
_MOST_STREETS: Final = 8  # names of streets that one search is looked through for
_LONGEST_ELSEWHERE: Final = 3  # words of a name of a large city elsewhere
_ZIP: Final = 5  # digits of a postal code of the USA
_ZIP_AND_FOUR: Final = 9
_LONGEST_CODE: Final = 3  # letters of codes: `TX`, `USA`
_PREFIX_OF_OTHER_NAMES: Final = 3  # letters; shorter ones begin too many names
_PREFIX_IN_OTHER_SCRIPTS: Final = 2  # of which a letter is a syllable; Chinese has one a word
_MOST_CORRECTED: Final = 3  # words of a search in which typing mistakes are assumed
_LONGEST_CORRECTED: Final = 2  # words of a name of a place in which mistakes are assumed
_CORRECTION_STEPS: Final = 4000  # of one search, about a microsecond each
# A city that is only also called so counts as much as one of that name if it has twelve times its
# stores: `york` is York, not Toronto, which was called York once.
_FAMOUS: Final = math.log(12)
_NOTHING: Final = -math.inf
# Words with which names of cities begin that are not those of cities without them.
_BEGINNINGS: Final = (
    "new east west north south upper lower great little port fort mount lake san santa "
    "santo sao saint sainte st el los las la le les neu alt bad nueva nuevo nouvelle nuova "
    "villa ville al ciudad puerto"
)
_NAMES_BEGIN: Final = frozenset(_BEGINNINGS.split())
_SUFFIXES: Final = tuple("市区町村都府県州駅")


class StoreTexts:
    """What the words of a search fit, of stores in a fixed order.

    Attributes:
        count: How many stores there are.
        positions: Where they are.
        homes: By city: its stores. A city is a number, as in `StoreTables`.
        prominence: By store: the bits of the number of stores in its city.
        remote_from_anywhere: From stores to how far down each belongs for a reader anywhere.
    """

    def __init__(self, tables: StoreTables, places: PlaceNames) -> None:
        """Take over the tables of the stores.

        Args:
            tables: As they were made with `places`.
            places: Names of places in other languages.
        """
        self.count = len(tables.city_of)
        self.positions = tables.positions
        self._places = places
        self._store_names, self._streets = tables.store_names, tables.streets
        self._postal_codes, self._ids = tables.postal_codes, tables.ids
        self._city_names, self._city_words = tables.city_names, tables.city_words
        self._home_of, self._places_of_homes = tables.city_of, tables.place_of
        self._markets = {market: range(*bounds) for market, bounds in tables.markets.items()}
        self._blocks = {
            id(names): StoreBlocks(names.all_numbers, self.count)
            for names in (self._store_names, self._streets, self._postal_codes, self._ids)
        }
        self._gather_homes()

    def _gather_homes(self) -> None:
        """Gather the stores of each city and of each state."""
        homes: list[list[int]] = [[] for _ in self._places_of_homes]
        for number, home in enumerate(self._home_of):
            homes[home].append(number)
        self.homes = [_compact(stores) for stores in homes]
        weights = bytes(len(stores).bit_length() for stores in homes)
        self.prominence = bytes(map(weights.__getitem__, self._home_of))
        self.remote_from_anywhere = by_prominence(self.prominence)
        self._homes_of_place: defaultdict[int, list[int]] = defaultdict(list)
        states: defaultdict[str, list[int]] = defaultdict(list)
        for home, place in enumerate(self._places_of_homes):
            if place >= 0:
                self._homes_of_place[place].append(home)
                states[self._places.states[self._places.state_of[place]]] += homes[home]
        self._states = {state: array("I", stores) for state, stores in states.items()}

    def matches(
        self,
        typed: Sequence[str],
        near: tuple[float, float] | None,
        optional: Container[str] = (),
        *,
        generic: AbstractSet[str] = frozenset(),
        typing: bool = False,
    ) -> Matches:
        """Return what the words of a search fit.

        Args:
            typed: Folded words in the order in which they were typed.
            near: Where the reader is: degrees north and east.
            optional: Words that a store need not fit, not all of them.
            generic: Words that a store need not fit where none fits all.
            typing: Whether the last word may still become a longer one: `athen` is Athens in
                Greece, but may become Athens in Georgia.
        """
        # A word that is typed twice counts once, but names of several words may share it.
        by_word = {word: Evidence() for word in typed}
        words, found = list(by_word), list(by_word.values())
        within = typed[:_MOST_IN_SPANS]
        of_streets = self._add_streets(within, by_word)
        named = self._add_spans(within, by_word, near, of_streets, optional)
        elsewhere = self._named_elsewhere(within)
        for word, evidence in by_word.items():
            if word in optional:
                # Any store fits, but one that is named so fits better.
                evidence.add(Fit.TWO_MISTAKES_ELSEWHERE, range(self.count), Subject.CITY)
                self._add_whole(evidence, Fit.STORE_NAME_WORD, self._store_names, word)
            else:
                is_elsewhere = word in elsewhere
                self._add_parts(word, evidence, begun=typing or not is_elsewhere)
                self._add_cities(word, evidence, elsewhere=is_elsewhere, typing=typing)
        arrays: list[bytes | bytearray] = [one.array(self.count) for one in found]
        fits = summed(arrays, self.count)
        left_out = {word for word in words if word in optional}
        if not any(fits) and (spared := (generic & by_word.keys()) - left_out - elsewhere):
            left_out |= spared
            fits = self._without(spared, words, found, arrays)
        significant = [at for at, word in enumerate(words) if word not in left_out]
        if max(fits, default=0) > len(left_out) + len(significant) * Fit.OTHER_NAME_PART:
            return Matches(fits, found, {}, named=named)
        mistyped = [
            at
            for at in significant
            if words[at] not in elsewhere | generic and (any(fits) or not found[at].names_place())
        ]
        meant = self._corrections(words, arrays, mistyped, near)
        for at, evidence in meant.items():
            arrays[at] = weaker(arrays[at], evidence.array(self.count))
        if meant:
            fits, named = summed(arrays, self.count), True
        if not any(fits) and named:
            # What no store has in a city: an address, or `roma termini`.
            spared = self._beside_city(words, found, left_out) - elsewhere
            fits = self._without(spared, words, found, arrays)
        return Matches(fits, found, meant, named=named)

    def _beside_city(
        self, words: Sequence[str], found: Sequence[Evidence], left_out: AbstractSet[str]
    ) -> set[str]:
        """Return the words beside those of a city, its state and its country.

        There are none where one of them is a part of the name: New Plymouth is not Plymouth.
        The city stands at the end rather than at the beginning, and not in the name of the street.
        """
        kept: list[bytes | bytearray] = []
        beside = set(words)
        passed = {*left_out, *of_street_names(words)}
        for word, evidence in zip(reversed(words), reversed(found), strict=True):
            if word in passed or not evidence.names_place():
                continue
            places = [*kept, evidence.array(self.count, Subject.AREA)]
            if any(summed(places, self.count)):
                kept = places
                beside.discard(word)
        of_name = any(
            before in beside and before in _NAMES_BEGIN and word not in beside
            for before, word in pairwise(words)
        )
        return set() if of_name else beside

    def _without(
        self,
        spared: AbstractSet[str],
        words: Sequence[str],
        found: list[Evidence],
        arrays: list[bytes | bytearray],
    ) -> bytes:
        """Let some words fit any store, though weakly; return how well all words fit then.

        None fits where no other word is left.

        Args:
            spared: The words that a store need not fit.
            words: All words.
            found: By position: what the word fits; changed.
            arrays: By position: how well it fits each store; changed.
        """
        if all(word in spared for word in words):
            return bytes(self.count)
        everywhere = bytes((Fit.TWO_MISTAKES_ELSEWHERE,)) * self.count
        for at, word in enumerate(words):
            if word in spared:
                if len(word) <= _LONGEST_CODE:
                    # `in` is no Indiana then.
                    found[at], arrays[at] = Evidence(), everywhere
                found[at].add(Fit.TWO_MISTAKES_ELSEWHERE, range(self.count), Subject.CITY)
                arrays[at] = weaker(arrays[at], everywhere)
        return summed(arrays, self.count)

    def _add_spans(
        self,
        typed: Sequence[str],
        found: Mapping[str, Evidence],
        near: tuple[float, float] | None,
        of_streets: Container[int],
        optional: Container[str],
    ) -> bool:
        """Add what one or more words name in full; return whether they name a city.

        Args:
            typed: Folded words in the order in which they were typed.
            found: By word: what it fits.
            near: Where the reader is: degrees north and east.
            of_streets: Positions of the words that name a street; they name no city.
            optional: Words that name nothing on their own.
        """
        named = False
        for first, last in _spans(len(typed), _LONGEST_SPAN):
            if last == first + 1 and typed[first] in optional:
                continue
            text = "".join(typed[first:last])
            span = [found[word] for word in dict.fromkeys(typed[first:last])]
            is_place = self._add_places(text, span, near)
            named |= is_place and not all(at in of_streets for at in range(first, last))
            _add(span, Fit.POSTAL_CODE, self._stores_of_code(text))
            _add(span, Fit.STORE_ID, self._ids.find(text))
            if last == first + 2 and any(map(str.isdigit, text)):
                for evidence in span:
                    self._add_beginning(evidence, Fit.POSTAL_CODE_PART, self._postal_codes, text)
        return named

    def _named_elsewhere(self, typed: Sequence[str]) -> set[str]:
        """Return the words of names of large cities outside the markets: `buenos aires`."""
        elsewhere, found = self._places.elsewhere, set[str]()
        for first, last in _spans(len(typed), _LONGEST_ELSEWHERE):
            text = "".join(typed[first:last])
            if text in elsewhere and not self._city_names.find(text):
                found.update(typed[first:last])
        return found

    def _stores_of_code(self, text: str) -> Sequence[int]:
        """Return the stores of a postal code, also of one of the USA with its four more digits."""
        stores = self._postal_codes.find(text)
        if stores or len(text) != _ZIP_AND_FOUR or not text.isdecimal():
            return stores
        american = self.market("us")
        return [store for store in self._postal_codes.find(text[:_ZIP]) if store in american]

    def _add_streets(self, typed: Sequence[str], found: Mapping[str, Evidence]) -> set[int]:
        """Add the streets that words name with their kind; return the positions of these words.

        `via roma` is a street before it is the city: its stores fit better than those in Rome that
        are in any other `via`.
        """
        covered: set[int] = set()
        tried = 0
        for first, last in _spans(len(typed), _LONGEST_STREET):
            span = typed[first:last]
            if tried == _MOST_STREETS or not _may_be_street(span):
                continue
            tried += 1
            if self._city_names.find("".join(span)):
                continue
            stores = self._stores_in_street(span)
            if stores:
                _add([found[word] for word in {*span}], Fit.STREET, stores)
                covered.update(range(first, last))
        return covered

    def _stores_in_street(self, span: Sequence[str]) -> Iterable[int]:
        """Return the stores of which the street has all words, or the words as one."""
        as_one = "".join(span)
        written = {*self._streets.find(as_one), *self._other_streets(as_one)}
        stores: set[int] | None = None
        # The kind of the street, the word of the most stores, comes last.
        for word in sorted(span, key=lambda one: one in LAST or one in FIRST):
            of_word = chain(self._streets.find(word), self._other_streets(word))
            stores = {*of_word} if stores is None else stores.intersection(of_word)
            if not stores:
                break
        return sorted(written | (stores or set()))

    def _other_streets(self, word: str) -> Iterator[int]:
        for other in other_spellings(word):
            yield from self._streets.find(other)

    def _add_places(
        self, text: str, span: Sequence[Evidence], near: tuple[float, float] | None
    ) -> bool:
        """Add the cities, states and countries of a name; return whether there is a city."""
        homes = self._city_names.find(text)
        code = len(text) <= _LONGEST_CODE and text.isascii()
        weight = max((self.weight(self.homes[home], near) for home in homes), default=_NOTHING)
        for home in homes:
            _add(span, Fit.CITY, self.homes[home], Subject.CITY)
        for area in self._places.areas.get(text, ()):
            stores = self.stores_of(area)
            if not stores:
                continue
            area_weight = self.weight(stores, near)
            fit = Fit.CITY if area_weight - _FAMOUS >= weight else Fit.AREA
            _add(span, Fit.CODE if code else fit, stores, Subject.AREA)
            weight = max(weight, area_weight)
        others: set[int] = set()
        if text not in self._places.elsewhere:
            others = self._homes_named_otherwise(text) - {*homes}
        for home in others:
            stores = self.homes[home]
            famous = self.weight(stores, near) - _FAMOUS >= weight
            fit = Fit.CITY if famous else Fit.OTHER_CITY_NAME
            _add(span, Fit.OTHER_CITY_CODE if code else fit, stores, Subject.CITY)
        return bool(homes or others)

    def _homes_named_otherwise(self, text: str) -> set[int]:
        return {
            home
            for form in _forms(text)
            for place in self._places.names.find(form)
            for home in self._homes_of_place.get(place, ())
        }

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

    def _add_parts(self, word: str, evidence: Evidence, *, begun: bool) -> None:
        """Add the stores of which a word is in the texts, or, if `begun`, begins a word of them."""
        for names, whole, part in (
            (self._streets, Fit.STREET_WORD, Fit.STREET_PART),
            (self._store_names, Fit.STORE_NAME_WORD, Fit.STORE_NAME_PART),
        ):
            if begun:
                self._add_beginning(evidence, part, names, word)
            self._add_whole(evidence, whole, names, word)
        for other in other_spellings(word):
            self._add_whole(evidence, Fit.STREET_WORD, self._streets, other)
            self._add_whole(evidence, Fit.STORE_NAME_WORD, self._store_names, other)
            self._add_homes(evidence, Fit.CITY_WORD, self._city_words.find(other))
        self._add_beginning(evidence, Fit.POSTAL_CODE_PART, self._postal_codes, word)
        self._add_beginning(evidence, Fit.STORE_NAME_PART, self._ids, word)

    def _add_cities(self, word: str, evidence: Evidence, *, elsewhere: bool, typing: bool) -> None:
        """Add the stores in cities of which a name has a word, or a word that begins with it.

        The name of a large city elsewhere is no beginning of one here: `moskau` is not in Idaho.
        """
        if elsewhere and not typing:
            self._add_homes(evidence, Fit.CITY_WORD, self._city_words.find(word))
            return
        homes: set[int] = {
            *_beginning(self._city_words, word),
            *_beginning(self._city_names, word),
        }
        self._add_homes(evidence, Fit.CITY_PART, homes)
        self._add_homes(evidence, Fit.CITY_WORD, self._city_words.find(word))
        if is_unspaced(word):
            self._add_inside(word, evidence)
        if elsewhere:
            return
        shortest = _PREFIX_OF_OTHER_NAMES if word.isascii() else _PREFIX_IN_OTHER_SCRIPTS
        if is_unspaced(word) or len(word) >= shortest:
            places = {*_beginning(self._places.names, word)}
            named = {home for one in places for home in self._homes_of_place.get(one, ())}
            self._add_homes(evidence, Fit.OTHER_NAME_PART, named)

    def _add_homes(self, evidence: Evidence, fit: int, homes: Iterable[int]) -> None:
        """Add the stores of cities; those of neighbors in the order of the stores at once."""
        start = end = 0
        for home in sorted(homes):
            stores = self.homes[home]
            if not isinstance(stores, range):
                evidence.add(fit, stores, Subject.CITY)
            elif stores.start == end:
                end = stores.stop
            else:
                if end:
                    evidence.add(fit, range(start, end), Subject.CITY)
                start, end = stores.start, stores.stop
        if end:
            evidence.add(fit, range(start, end), Subject.CITY)

    def _add_whole(self, evidence: Evidence, fit: int, names: Names, word: str) -> None:
        at = names.position(word)
        if at is not None:
            for stores in self._stores_of_names(names, at, at + 1):
                evidence.add(fit, stores)

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
                evidence.add(Fit.CITY_PART, self.homes[home], Subject.CITY)

    def _corrections(
        self,
        words: Sequence[str],
        arrays: Sequence[bytes | bytearray],
        mistyped: Sequence[int],
        near: tuple[float, float] | None,
    ) -> dict[int, Evidence]:
        """Return what the words mean if they are mistyped, by the position of the word.

        `mistyped` are the positions of the words that may be. Words that fit nothing are corrected
        first, then the names that several words make; and
        names of which there are few before the names of places in all languages, so that the
        steps that one search may take are spent on the likeliest first.
        """
        singles = sorted(
            ((at, at + 1) for at in mistyped),
            key=lambda one: (any(arrays[one[0]]), -len(words[one[0]])),
        )
        several = [
            one
            for one in _spans(len(words), _LONGEST_CORRECTED)
            if one[1] - one[0] > 1 and all(at in mistyped for at in range(*one))
        ]
        meant: dict[int, Evidence] = {}
        steps = Steps(_CORRECTION_STEPS)
        spans = singles[:_MOST_CORRECTED] + several[:_MOST_CORRECTED]
        largest: dict[tuple[int, int], float] = {}
        for subject, similar_names in (
            (Subject.CITY, self._similar_cities),
            (Subject.AREA, self._similar_areas),
            (Subject.STORE, self._similar_texts),
            (Subject.CITY, self._similar_places),
        ):
            for span in spans:
                first, last = span
                found = list(similar_names("".join(words[first:last]), last - first, steps))
                if subject is Subject.CITY:
                    weights = [
                        self.weight(stores, near)
                        for stores, _ in found
                        if isinstance(stores, Sequence)
                    ]
                    rival = largest.setdefault(span, max(weights, default=math.inf))
                    if last == first + 1:
                        rival = min(rival, _begun(arrays[first]))
                    found = [
                        (stores, _famous(fit) if weight - _FAMOUS >= rival else fit)
                        for (stores, fit), weight in zip(found, weights, strict=True)
                    ]
                for at in range(first, last):
                    for stores, fit in found:
                        meant.setdefault(at, Evidence()).add(fit, stores, subject)
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

    def _similar_areas(
        self, word: str, _: int, steps: Steps
    ) -> Iterator[tuple[Sequence[int], int]]:
        """Yield the stores of the states and countries that a word may mean."""
        count, positions = similar(self._places.area_names, word, steps)
        for position in positions:
            for area in self.areas_named(position, position + 1):
                yield self.stores_of(area), _elsewhere(count)

    def _similar_texts(
        self, word: str, words: int, steps: Steps
    ) -> Iterator[tuple[Iterable[int] | int, int]]:
        """Yield the stores of which a single word may mean one of the name or of the street."""
        if words > 1:
            return
        for names in (self._store_names, self._streets):
            count, positions = similar(names, word, steps)
            for position in positions:
                for some in self._stores_of_names(names, position, position + 1):
                    yield some, _elsewhere(count)

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
            yield self.homes[home]

    def _other_stores(self, position: int) -> Iterator[Sequence[int]]:
        for place in self._places.names.numbers(position, position + 1):
            for home in self._homes_of_place.get(place, ()):
                yield self.homes[home]

    def areas_named(self, low: int, high: int) -> Iterator[str]:
        """Yield the states and markets of the names from a position to the one before `high`."""
        for position in range(low, high):
            yield from self._places.areas[self._places.area_names[position]]

    def homes_beginning(self, text: str) -> set[int]:
        """Return the cities of which a name, in any language, begins with a text.

        Args:
            text: Folded words, joined.
        """
        places = {*_beginning(self._places.names, text)}
        named = {home for place in places for home in self._homes_of_place.get(place, ())}
        return named | {*_beginning(self._city_names, text)}

    def homes_read(self, text: str, language: str | None) -> set[int]:
        """Return the cities of which a name that a reader uses begins with a text.

        They are those of which a name in the reader's language does, and those of which the name
        does that the directory has.

        Args:
            text: Folded words, joined.
            language: The reader's, as `PlaceNames.readable_by` takes it.
        """
        places = self._places.readable_by(language).cities.beginning(text)
        named = {home for place in places for home in self._homes_of_place.get(place, ())}
        return named | {*_beginning(self._city_names, text)}

    def areas_read(self, text: str, language: str | None) -> set[str]:
        """Return the states and markets of which a name that a reader uses begins with a text.

        Args:
            text: Folded words, joined.
            language: The reader's, as `PlaceNames.readable_by` takes it.
        """
        return self._places.readable_by(language).areas.beginning(text)

    def areas_beginning(self, text: str) -> tuple[set[str], set[str]]:
        """Return the states and markets of a name, and those of which a name begins with it.

        Args:
            text: Folded words, joined.
        """
        names = self._places.area_names
        return {*self._places.areas.get(text, ())}, {*self.areas_named(*names.with_prefix(text))}

    def areas_meant(self, text: str) -> set[str]:
        """Return the states and markets that a mistyped name may mean.

        Args:
            text: Folded words, joined.
        """
        _, positions = similar(self._places.area_names, text, Steps(_CORRECTION_STEPS))
        return {area for at in positions for area in self.areas_named(at, at + 1)}

    def state_of(self, home: int) -> str | None:
        """Return the name of the state of a city of `homes`; None: it is not known."""
        place = self._places_of_homes[home]
        if place < 0:
            return None
        return self.state_name(self._places.states[self._places.state_of[place]])

    def state_name(self, state: str) -> str | None:
        """Return the name of a state as people there write it; None: it is not known."""
        return self._places.state_names.get(state)

    def home_of(self, store: int) -> int:
        """Return the city of a store: a position in `homes`."""
        return self._home_of[store]

    def market(self, market: str) -> range:
        """Return the stores of a market."""
        return self._markets.get(market, range(0))


def _add(
    span: Sequence[Evidence], fit: int, stores: Iterable[int], subject: Subject = Subject.STORE
) -> None:
    for evidence in span:
        evidence.add(fit, stores, subject)


def _may_be_street(span: Sequence[str]) -> bool:
    """Return whether words are a name with one kind of street where it belongs."""
    if len(span) == 1 or span[0] in PARTICLES or span[-1] in PARTICLES:
        return False
    return (span[0] in FIRST) != (span[-1] in LAST)


def _begun(fits: bytes | bytearray) -> float:
    """Return the logarithm of how many stores a word fits as the beginning of another name.

    It is infinite where the word fits none, or some better.
    """
    count = len(fits) - fits.count(0)
    return math.log(count) if count and max(fits) == Fit.OTHER_NAME_PART else math.inf


def _famous(fit: int) -> int:
    """Return the fit of a mistyped city that has twelve times the stores of what it competes with.

    It is that of a city's own name, or of a beginning: `frankfrut` is Frankfurt am Main, too.
    """
    if fit == Fit.TWO_MISTAKES_ELSEWHERE:
        return Fit.TWO_MISTAKES
    return Fit.ONE_MISTAKE if fit == Fit.ONE_MISTAKE_ELSEWHERE else Fit.OTHER_NAME_PART


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
