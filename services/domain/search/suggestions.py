"""Suggests countries, states, cities and stores while a search is being typed."""

import math
from collections.abc import Iterator, Sequence
from itertools import compress, islice
from operator import itemgetter
from typing import Final, NamedTuple

from services.domain.documents.directory import DirectoryEntry
from services.domain.markets import MARKETS
from services.domain.search.evidence import Fit
from services.domain.search.ranking import Remoteness, ranked
from services.domain.search.readable_names import USUAL
from services.domain.search.reading import Reading
from services.domain.search.texts import StoreTexts

COUNTRY: Final = "COUNTRY"
STATE: Final = "STATE"
CITY: Final = "CITY"
STORE: Final = "STORE"

MOST: Final = 8
"""Most suggestions: as many as a list beside a search field shows at once."""

_PLACES: Final = 5  # of the suggestions at most, where stores fit too
_STORES_OF_CITY: Final = 3  # that are suggested below a city whose stores fit by nothing else
_LOOKED_AT: Final = 200  # stores, the best first, among which those are that fit by more than place
# A name that only begins with what was typed counts as much as one that was typed in full if its
# place has twelve times the stores: `york` is York and not Yorkton, `lon` is London.
_COMPLETE: Final = math.log(12)
# A place in a country of the reader's language counts as much as one with twelve times the stores:
# `m` is München for readers of German, not Mumbai. Not of English, which readers of other languages
# choose where theirs is not there, or do not choose at all.
_AT_HOME: Final = math.log(12)
_SHORT: Final = 2  # letters, with which names in other languages are not suggested


class Suggestion(NamedTuple):
    """One suggestion.

    Attributes:
        kind: `COUNTRY`, `STATE`, `CITY` or `STORE`.
        name: The English name of a country, the name of a state, or that of a city or a store as
            the directory has it.
        market: Id of the market it is in.
        city: The city, of a city and of a store.
        state: Name of the state; None of a country, and where it is not known.
        stores: How many stores are there; 1 for a store.
        search: What to search for to find its stores, within its market.
        entry: The store; None for places.
    """

    kind: str
    name: str
    market: str
    city: str | None
    state: str | None
    stores: int
    search: str
    entry: DirectoryEntry | None


class _Place(NamedTuple):
    """A place that may be meant.

    Attributes:
        weight: The larger the likelier.
        suggestion: How it is suggested.
        home: Its position in `StorePlaces.homes`; None: it is no city.
    """

    weight: float
    suggestion: Suggestion
    home: int | None


class Suggestions:
    """Suggests what is in an index of stores; immutable once made."""

    def __init__(self, entries: Sequence[DirectoryEntry], texts: StoreTexts) -> None:
        """Take over an index.

        Args:
            entries: The stores, in the order of `texts`.
            texts: The index of their words.
        """
        self._entries = entries
        self._texts = texts
        # The fits by names of a city are the same for all its stores. With one number more it
        # returns a tuple also where there is one city.
        self._fits_of_homes = itemgetter(*(stores[0] for stores in texts.places.homes), 0)

    def of(
        self, reading: Reading, near: tuple[float, float] | None, language: str | None = None
    ) -> list[Suggestion]:
        """Return at most `MOST` suggestions, the best first.

        A postal code or an id that was typed in full comes first; then places, by how much of
        their names was typed, how many stores they have and how near they are; then stores.

        Args:
            reading: The words that were typed; each may be the beginning of a word.
            near: Where the reader is: degrees north and east.
            language: The reader's, such as `de`; None: it is not known.
        """
        words = [word for word in reading.words if word not in reading.optional]
        if not words:
            return []
        texts = self._texts
        matches = texts.matches(words, near, generic=reading.generic, typing=True)
        by_place, by_city = matches.of_places()
        remote: Remoteness = texts.places.remote_from_anywhere
        if near is not None:
            remote = texts.places.remoteness(near, named=matches.named)
        text = "".join(words)
        places = [
            *self._areas(text, near, language),
            *self._cities(by_city, text, len({*words}), near, language, reading),
        ]
        places.sort(key=_order)
        stores = self._stores(matches.fits, by_place, remote)
        if not stores and places and (home := places[0].home) is not None:
            stores = self._stores_of(home, matches.fits, remote)
        typed = Fit.POSTAL_CODE * len({*words})
        codes = [store for store in stores if matches.fits[store] >= typed]
        others = [store for store in stores if matches.fits[store] < typed]
        shown = _distinct(places)[: max(_PLACES, MOST - len(stores))]
        return [*map(self._store, codes), *shown, *map(self._store, others)][:MOST]

    def _areas(
        self, text: str, near: tuple[float, float] | None, language: str | None
    ) -> Iterator[_Place]:
        """Yield the countries and states of which a name begins with a text, or is meant by it."""
        texts = self._texts
        complete, begun = texts.places.areas_beginning(text)
        read = texts.places.areas_read(text, language)
        english = texts.places.areas_read(text, USUAL)
        if not begun and not texts.places.homes_read(text, language):
            begun = texts.corrections.areas(text)
        for area in begun:
            stores = texts.places.stores_of(area)
            if not stores:
                continue
            market = area.partition(":")[0]
            weight = texts.places.weight(stores, near) + _at_home(market, language)
            if area in complete:
                weight += _COMPLETE
            elif area not in read and text.isascii():
                # Those who type in another script read names in it.
                if area not in english and len(text) <= _SHORT:
                    continue
                weight -= _COMPLETE if area in english else 3 * _COMPLETE
            count = len(stores)
            if area in MARKETS:
                name = MARKETS[area].country
                yield _Place(
                    weight, Suggestion(COUNTRY, name, area, None, None, count, name, None), None
                )
            elif state := texts.places.state_name(area):
                suggestion = Suggestion(STATE, state, market, None, state, count, state, None)
                # `new y` is the city rather than the state around it, which has more stores.
                yield _Place(weight - _COMPLETE, suggestion, None)

    def _cities(  # noqa: PLR0917 - what was typed, and by whom
        self,
        by_city: bytes,
        text: str,
        words: int,
        near: tuple[float, float] | None,
        language: str | None,
        reading: Reading,
    ) -> Iterator[_Place]:
        """Yield the cities that fit; `köl` is rather the beginning of `Köln` than of `Kolkata`."""
        texts = self._texts
        fits = self._fits_of_homes(by_city)[:-1]
        spelled_out, accented = reading.spelled_out, reading.accented
        as_typed = texts.places.homes_beginning(spelled_out) if spelled_out else set[int]()
        read = texts.places.homes_read(text, language)
        fitting = {*compress(range(len(fits)), fits)}
        for home in sorted(fitting | read):
            stores = texts.places.homes[home]
            fit = fits[home] / words
            entry, state = self._entries[stores[0]], texts.places.state_of(home)
            weight = texts.places.weight(stores, near) + _at_home(entry.market, language)
            if home in as_typed or (accented and entry.city.casefold().startswith(accented)):
                weight += _COMPLETE
            # A code is one that people type for large cities only: `ny`, but not `ger` for Herne.
            unread = words == 1 and text.isascii() and home not in read
            if fit >= Fit.OTHER_CITY_NAME and unread:
                weight -= _COMPLETE  # `Venise` is one more name of Vénissieux
            elif fit > Fit.OTHER_CITY_CODE or (fit == Fit.OTHER_CITY_CODE and weight >= _COMPLETE):
                weight += _COMPLETE
            elif fit == Fit.OTHER_CITY_CODE:
                weight -= _COMPLETE
            elif fit < Fit.OTHER_NAME_PART and home not in read:
                weight -= 2 * _COMPLETE  # mistyped
            elif home not in read and (text.isascii() or fit > Fit.OTHER_NAME_PART):
                # In a language that the reader does not use, or a later word of the name: `mai` is
                # rather Mainz than Frankfurt am Main. Names in other scripts are read by those who
                # type them, and a word that was typed in full may be any of the name.
                weight -= 0 if fit >= Fit.CITY_WORD and len(text) > _SHORT else _COMPLETE
            is_ambiguous = state not in {None, entry.city}
            search = f"{entry.city}, {state}" if is_ambiguous else entry.city
            suggestion = Suggestion(
                CITY, entry.city, entry.market, entry.city, state, len(stores), search, None
            )
            yield _Place(weight, suggestion, home)

    def _stores(self, fits: bytes, by_place: bytes, remote: Remoteness) -> list[int]:
        """Return the best stores that fit by more than the names of their places."""
        best = (rank.store for rank in ranked(fits, remote, None, _LOOKED_AT))
        return list(islice((one for one in best if fits[one] > by_place[one]), MOST))

    def _stores_of(self, home: int, fits: bytes, remote: Remoteness) -> list[int]:
        """Return the first stores of a city."""
        only = bytearray(len(fits))
        for store in self._texts.places.homes[home]:
            # None fits where the city's name in the reader's language was only begun.
            only[store] = fits[store] or Fit.OTHER_NAME_PART
        return [rank.store for rank in ranked(bytes(only), remote, None, _STORES_OF_CITY)]

    def _store(self, number: int) -> Suggestion:
        entry = self._entries[number]
        state = self._texts.places.state_of(self._texts.places.home_of(number))
        return Suggestion(
            STORE, entry.name, entry.market, entry.city, state, 1, entry.store_id, entry
        )


def _at_home(market: str, language: str | None) -> float:
    at_home = language not in {None, USUAL} and MARKETS[market].locale == language
    return _AT_HOME if at_home else 0.0


def _order(place: _Place) -> tuple[float, str, str, str]:
    one = place.suggestion
    return -place.weight, one.market, one.name, one.state or ""


def _distinct(places: Sequence[_Place]) -> list[Suggestion]:
    """Return what is suggested of places, without what looks like one before it."""
    seen: set[tuple[str, str, str, str | None]] = set()
    found = []
    for _, one, _ in places:
        looks = (one.kind, one.name, one.market, one.state)
        if looks not in seen:
            seen.add(looks)
            found.append(one)
    return found
