"""Finds which stores the words of a search fit, and how well."""

import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import chain, pairwise
from typing import Final

from services.domain.search.corrections import FAMOUS, Corrections
from services.domain.search.evidence import (
    Evidence,
    Fit,
    Matches,
    StoreBlocks,
    Subject,
    as_array,
    everywhere,
    strongest,
    summed,
    weaker,
)
from services.domain.search.folding import is_unspaced
from services.domain.search.names import Names
from services.domain.search.places import PlaceNames
from services.domain.search.spans import spans
from services.domain.search.store_places import StorePlaces, beginning
from services.domain.search.street_kinds import (
    FIRST,
    LAST,
    PARTICLES,
    of_street_names,
    other_spellings,
)
from services.domain.search.tables import StoreTables

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
        places: Their cities, states and markets.
        corrections: What mistyped words mean.
    """

    def __init__(self, tables: StoreTables, place_names: PlaceNames) -> None:
        """Take over the tables of the stores.

        Args:
            tables: As they were made with `place_names`.
            place_names: Names of places in other languages.
        """
        self.count = len(tables.city_of)
        self.places = StorePlaces(tables, place_names)
        self._store_names, self._streets = tables.store_names, tables.streets
        self._postal_codes, self._ids = tables.postal_codes, tables.ids
        self._city_names, self._city_words = tables.city_names, tables.city_words
        blocks = {
            id(names): StoreBlocks(names.all_numbers, self.count)
            for names in (self._store_names, self._streets, self._postal_codes, self._ids)
        }
        self._stores_of_names = partial(_stores_of_names, blocks)
        self.corrections = Corrections(
            self.places, (self._store_names, self._streets), self._stores_of_names
        )

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
        numbers = [one.number(self.count) for one in found]
        total = summed(numbers, self.count)
        left_out = {word for word in words if word in optional}
        if not total and (spared := (generic & by_word.keys()) - left_out - elsewhere):
            left_out |= spared
            total = self._without(spared, words, found, numbers)
        significant = [at for at, word in enumerate(words) if word not in left_out]
        fits = as_array(total, self.count)
        if strongest(fits) > len(left_out) + len(significant) * Fit.OTHER_NAME_PART:
            return Matches(fits, found, {}, named=named)
        mistyped = [
            at
            for at in significant
            if words[at] not in elsewhere | generic and (total or not found[at].names_place())
        ]
        corrections = self.corrections.corrected(words, numbers, mistyped, near)
        for at, evidence in corrections.items():
            numbers[at] = weaker(numbers[at], evidence.number(self.count), self.count)
        if corrections:
            total, named = summed(numbers, self.count), True
        if not total and named:
            # What no store has in a city: an address, or `roma termini`.
            spared = self._beside_city(words, found, left_out) - elsewhere
            total = self._without(spared, words, found, numbers)
        return Matches(as_array(total, self.count), found, corrections, named=named)

    def _beside_city(
        self, words: Sequence[str], found: Sequence[Evidence], left_out: AbstractSet[str]
    ) -> set[str]:
        """Return the words beside those of a city, its state and its country.

        There are none where one of them is a part of the name: New Plymouth is not Plymouth.
        The city stands at the end rather than at the beginning, and not in the name of the street.
        """
        kept: list[int] = []
        beside = set(words)
        passed = {*left_out, *of_street_names(words)}
        for word, evidence in zip(reversed(words), reversed(found), strict=True):
            if word in passed or not evidence.names_place():
                continue
            places = [*kept, evidence.number(self.count, Subject.AREA)]
            if summed(places, self.count):
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
        numbers: list[int],
    ) -> int:
        """Let some words fit any store, though weakly; return how well all words fit then.

        None fits where no other word is left.

        Args:
            spared: The words that a store need not fit.
            words: All words.
            found: By position: what the word fits; changed.
            numbers: By position: how well it fits each store; changed.
        """
        if all(word in spared for word in words):
            return 0
        weakly = everywhere(Fit.TWO_MISTAKES_ELSEWHERE, self.count)
        for at, word in enumerate(words):
            if word in spared:
                if len(word) <= _LONGEST_CODE:
                    # `in` is no Indiana then.
                    found[at], numbers[at] = Evidence(), weakly
                found[at].add(Fit.TWO_MISTAKES_ELSEWHERE, range(self.count), Subject.CITY)
                numbers[at] = weaker(numbers[at], weakly, self.count)
        return summed(numbers, self.count)

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
        for first, last in spans(len(typed), _LONGEST_SPAN):
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
        elsewhere, found = self.places.place_names.elsewhere, set[str]()
        for first, last in spans(len(typed), _LONGEST_ELSEWHERE):
            text = "".join(typed[first:last])
            if text in elsewhere and not self._city_names.find(text):
                found.update(typed[first:last])
        return found

    def _stores_of_code(self, text: str) -> Sequence[int]:
        """Return the stores of a postal code, also of one of the USA with its four more digits."""
        stores = self._postal_codes.find(text)
        if stores or len(text) != _ZIP_AND_FOUR or not text.isdecimal():
            return stores
        american = self.places.market("us")
        return [store for store in self._postal_codes.find(text[:_ZIP]) if store in american]

    def _add_streets(self, typed: Sequence[str], found: Mapping[str, Evidence]) -> set[int]:
        """Add the streets that words name with their kind; return the positions of these words.

        `via roma` is a street before it is the city: its stores fit better than those in Rome that
        are in any other `via`.
        """
        covered: set[int] = set()
        tried = 0
        for first, last in spans(len(typed), _LONGEST_STREET):
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
        weight = max(
            (self.places.weight(self.places.homes[home], near) for home in homes), default=_NOTHING
        )
        for home in homes:
            _add(span, Fit.CITY, self.places.homes[home], Subject.CITY)
        for area in self.places.place_names.areas.get(text, ()):
            stores = self.places.stores_of(area)
            if not stores:
                continue
            area_weight = self.places.weight(stores, near)
            fit = Fit.CITY if area_weight - FAMOUS >= weight else Fit.AREA
            _add(span, Fit.CODE if code else fit, stores, Subject.AREA)
            weight = max(weight, area_weight)
        others: set[int] = set()
        if text not in self.places.place_names.elsewhere:
            others = self._homes_named_otherwise(text) - {*homes}
        for home in others:
            stores = self.places.homes[home]
            famous = self.places.weight(stores, near) - FAMOUS >= weight
            fit = Fit.CITY if famous else Fit.OTHER_CITY_NAME
            _add(span, Fit.OTHER_CITY_CODE if code else fit, stores, Subject.CITY)
        return bool(homes or others)

    def _homes_named_otherwise(self, text: str) -> set[int]:
        return self.places.homes_of(
            place for form in _forms(text) for place in self.places.place_names.names.find(form)
        )

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
            *beginning(self._city_words, word),
            *beginning(self._city_names, word),
        }
        self._add_homes(evidence, Fit.CITY_PART, homes)
        self._add_homes(evidence, Fit.CITY_WORD, self._city_words.find(word))
        if is_unspaced(word):
            self._add_inside(word, evidence)
        if elsewhere:
            return
        shortest = _PREFIX_OF_OTHER_NAMES if word.isascii() else _PREFIX_IN_OTHER_SCRIPTS
        if is_unspaced(word) or len(word) >= shortest:
            places = {*beginning(self.places.place_names.names, word)}
            named = self.places.homes_of(places)
            self._add_homes(evidence, Fit.OTHER_NAME_PART, named)

    def _add_homes(self, evidence: Evidence, fit: int, homes: Iterable[int]) -> None:
        """Add the stores of cities; those of neighbors in the order of the stores at once."""
        start = end = 0
        for home in sorted(homes):
            stores = self.places.homes[home]
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
                evidence.add(Fit.CITY_PART, self.places.homes[home], Subject.CITY)


def _stores_of_names(
    blocks: Mapping[int, StoreBlocks], names: Names, low: int, high: int
) -> list[Iterable[int] | int]:
    return blocks[id(names)].stores(*names.bounds(low, high))


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


def _forms(text: str) -> Iterator[str]:
    """Yield a name and, in a script without blanks, the name without what it is: a city, a ward."""
    yield text
    if len(text) > 2 and text.endswith(_SUFFIXES):  # noqa: PLR2004 - two letters are a name
        yield text[:-1]
