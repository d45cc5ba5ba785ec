"""Searches and suggestions over the stores of an index.

A module of its own, loaded at the first search: lists, and the nearest stores, do without.
"""

import bisect
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate

from services.domain.documents.directory import DirectoryEntry
from services.domain.locales import fitting
from services.domain.search.cursors import Cursor, InvalidCursorError, decoded, encoded
from services.domain.search.evidence import Fit, strongest
from services.domain.search.folding import folded_words
from services.domain.search.pages import MAX_WORDS, Page, TooManyWordsError
from services.domain.search.places import PlaceNames
from services.domain.search.ranking import Remoteness, ranked
from services.domain.search.reading import Reading, read
from services.domain.search.suggestions import Suggestion, Suggestions
from services.domain.search.tables import StoreTables, TablesSource
from services.domain.search.texts import StoreTexts


class StoreSearch:
    """Finds stores by words; immutable once made."""

    def __init__(
        self,
        entries: Sequence[DirectoryEntry],
        keys: Sequence[str],
        places: Callable[[], PlaceNames] | None = None,
        tables: TablesSource | None = None,
    ) -> None:
        """Take the stores; tables of their words are made at the first search.

        Args:
            entries: The stores in the index's order.
            keys: The key of each, as cursors have it.
            places: Returns the names of places; None: there are none.
            tables: Returns the tables of the words of the stores; None: they are made here.
        """
        self._entries = entries
        self._keys = keys
        self._places = places or PlaceNames.none
        self._tables = tables or StoreTables.of

    @cached_property
    def _texts(self) -> StoreTexts:
        places = self._places()
        return StoreTexts(self._tables(self._entries, places), places)

    @cached_property
    def _suggestions(self) -> Suggestions:
        return Suggestions(self._entries, self._texts)

    def suggestions(
        self, typed: str, near: tuple[float, float] | None, locale: str | None
    ) -> list[Suggestion]:
        """Return what `StoreIndex.suggestions` does.

        Raises:
            TooManyWordsError: `typed` has more than `MAX_WORDS` different words.
        """
        reading = _typed(typed, "text")
        if not self._entries:
            return []
        language = fitting(locale)[-1] if locale and fitting(locale) else None
        return self._suggestions.of(reading, near, language)

    def found(
        self,
        search: str,
        market: str | None,
        first: int,
        after: str | None,
        near: tuple[float, float] | None,
    ) -> Page:
        """Return what `StoreIndex.page` does where something was typed.

        Raises:
            InvalidCursorError: `after` is no cursor.
            TooManyWordsError: `search` has more than `MAX_WORDS` different words.
        """
        reading = _typed(search)
        before = None if after is None else decoded(after)
        words = reading.words
        if not words:
            return Page([], 0, has_next=False, has_previous=False)
        texts = self._texts
        matches = texts.matches(words, near, reading.optional, generic=reading.generic)
        fits, named = matches.fits, matches.named
        if reading.any_store and strongest(fits) <= len({*words}) * Fit.OTHER_NAME_PART:
            fits, named = bytes((Fit.OTHER_NAME_PART,)) * len(fits), False
        if market is not None:
            of_market = texts.places.market(market)
            kept = fits[of_market.start : of_market.stop]
            fits = bytes(of_market.start) + kept + bytes(len(fits) - of_market.stop)
        remote: Remoteness
        if near is None:
            remote = texts.places.remote_from_anywhere
        else:
            remote = texts.places.remoteness(near, named=named)
        chosen = ranked(fits, remote, self._after(before, fits, remote), first + 1)
        return Page(
            entries=[
                (
                    self._entries[rank.store],
                    encoded(self._keys[rank.store], (rank.unfit, rank.remote)),
                )
                for rank in chosen[:first]
            ],
            total=len(fits) - fits.count(0),
            has_next=len(chosen) > first,
            has_previous=before is not None,
            regions=self._regions([rank.store for rank in chosen[:first]]),
        )

    def _regions(self, stores: Sequence[int]) -> dict[str, str]:
        """Return by id the states of stores in cities that `_telling_states` has."""
        states, home_of = self._telling_states, self._texts.places.home_of
        return {
            self._entries[store].store_id: state
            for store in stores
            if (state := states.get(home_of(store)))
        }

    @cached_property
    def _telling_states(self) -> Mapping[int, str]:
        """The states of cities of whose name their market has others, in another state.

        Named alike are also those of which one name is the beginning of the other: Frankfurt, on
        the Oder, and Frankfurt am Main.
        """
        texts = self._texts
        named: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for home, stores in enumerate(texts.places.homes):
            city = self._entries[stores[0]]
            named[city.market, *folded_words(city.city)].append(home)
        alike: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for name, homes in named.items():
            for beginning in accumulate(((word,) for word in name), tuple.__add__):
                if beginning in named:
                    alike[beginning] += homes
        telling: dict[int, str] = {}
        for homes in alike.values():
            states = {home: texts.places.state_of(home) for home in homes}
            if len({*states.values()}) > 1:
                telling.update((home, state) for home, state in states.items() if state)
        return telling

    def _after(
        self, cursor: Cursor | None, fits: bytes, remote: Remoteness
    ) -> tuple[int, int, int] | None:
        """Return the rank after which a page begins: that of its store now, or else as it was.

        Raises:
            InvalidCursorError: The cursor is one of a list, and its store is not found.
        """
        if cursor is None:
            return None
        at = bisect.bisect_right(self._keys, cursor.key) - 1
        if at >= 0 and self._keys[at] == cursor.key and fits[at]:
            (down,) = remote.of((at,))
            return -fits[at], down, at
        if cursor.rank is not None:
            return (*cursor.rank, at)
        raise InvalidCursorError("the cursor is of another search; leave `after` out")


def _typed(search: str, argument: str = "search") -> Reading:
    reading = read(search)
    if (different := len({*reading.words})) > MAX_WORDS:
        raise TooManyWordsError(
            f"{argument} has {different} different words; leave at most {MAX_WORDS}"
        )
    return reading
