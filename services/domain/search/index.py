"""The store directory in memory: search by words, suggest, list by market, find the nearest."""

import bisect
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Final

from services.domain.documents.directory import DirectoryEntry
from services.domain.geo import Cell, cell_of, cells_within, distance_km
from services.domain.locales import fitting
from services.domain.search.cursors import Cursor, InvalidCursorError, decoded, encoded
from services.domain.search.evidence import Fit, strongest
from services.domain.search.folding import folded_words
from services.domain.search.places import PlaceNames
from services.domain.search.ranking import Remoteness, ranked
from services.domain.search.reading import Reading, read
from services.domain.search.suggestions import Suggestion, Suggestions
from services.domain.search.tables import StoreTables, TablesSource
from services.domain.search.texts import StoreTexts

MAX_WORDS: Final = 10
"""Most different words of one search: each is looked up in all texts, and their fits add up."""

_SEPARATOR: Final = "\x1f"


class TooManyWordsError(ValueError):
    """A search has more than `MAX_WORDS` different words."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the stores that match, in the index's order.

    Attributes:
        entries: the stores of this page, with the cursor of each.
        total: how many stores match in all.
        has_next: more come after this page.
        has_previous: some come before it.
        regions: of a search, by id of a store: the state that tells its city apart from others of
            its name in its market. Where there are no others, or it is not known, there is none.
    """

    entries: list[tuple[DirectoryEntry, str]]
    total: int
    has_next: bool
    has_previous: bool
    regions: Mapping[str, str] = field(default_factory=dict)


class StoreIndex:
    """All stores, ordered by market, city, name and id; immutable once made.

    What searches need is made at the first search: lists, and the nearest stores, do without.
    """

    def __init__(
        self,
        entries: Iterable[DirectoryEntry],
        places: Callable[[], PlaceNames] = PlaceNames.none,
        tables: TablesSource = StoreTables.of,
    ) -> None:
        """Index stores.

        Args:
            entries: The stores.
            places: Returns the names of places, at the first search.
            tables: Returns the tables of the words of the stores, at the first search.
        """
        ordering = _Ordering()
        keyed = sorted((ordering.key(entry), entry) for entry in _unique(entries))
        self._keys = [key for key, _ in keyed]
        self._entries = [entry for _, entry in keyed]
        self._places = places
        self._tables = tables
        cells: defaultdict[Cell, list[DirectoryEntry]] = defaultdict(list)
        for entry in self._entries:
            cells[cell_of(entry.latitude, entry.longitude)].append(entry)
        self._cells = dict(cells)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> Sequence[DirectoryEntry]:
        """Return all stores in their order."""
        return self._entries

    @cached_property
    def _texts(self) -> StoreTexts:
        places = self._places()
        return StoreTexts(self._tables(self._entries, places), places)

    @cached_property
    def _suggestions(self) -> Suggestions:
        return Suggestions(self._entries, self._texts)

    def page(
        self,
        *,
        market: str | None,
        search: str | None,
        first: int,
        after: str | None,
        near: tuple[float, float] | None = None,
    ) -> Page:
        """Return stores of a market (or all) that fit each word of `search`, the best first.

        A word fits a store by its city, state or country in any language, its name, street, postal
        code or id, and where nothing fits, by what is meant if the word is mistyped. A search
        without any letter or digit finds no store; a blank search is no search: stores are listed
        by market, city, name and id.

        Args:
            market: Id of a market; None: all.
            search: What was typed.
            first: The most stores to return.
            after: The cursor of the store before the page.
            near: Where the reader is, degrees north and east: of stores that fit equally well the
                nearer one comes first.

        Raises:
            InvalidCursorError: `after` is no cursor.
            TooManyWordsError: `search` has more than `MAX_WORDS` different words.
        """
        if search is not None and search.strip():
            return self._found(_typed(search), market, first, after, near)
        low, high = 0, len(self._keys)
        if market is not None:
            low = bisect.bisect_left(self._keys, market + _SEPARATOR)
            high = bisect.bisect_left(self._keys, market + chr(ord(_SEPARATOR) + 1))
        start = low
        if after is not None:
            key = decoded(after).key
            start = min(high, max(low, bisect.bisect_right(self._keys, key)))
        chosen = range(start, min(high, start + first))
        return Page(
            entries=[(self._entries[at], encoded(self._keys[at])) for at in chosen],
            total=high - low,
            has_next=start + len(chosen) < high,
            has_previous=start > low,
        )

    def suggestions(
        self,
        typed: str,
        near: tuple[float, float] | None = None,
        locale: str | None = None,
    ) -> list[Suggestion]:
        """Return countries, states, cities and stores that a search which is being typed may mean.

        They do not depend on case, blanks and punctuation. There are at most `suggestions.MOST`,
        the best first, and none where nothing was typed.

        Args:
            typed: What was typed so far.
            near: Where the reader is: degrees north and east.
            locale: The reader's, a language tag. Names in its language count like the name itself;
                its region does not matter. None: English.

        Raises:
            TooManyWordsError: `typed` has more than `MAX_WORDS` different words.
        """
        reading = _typed(typed, "text")
        if not self._entries:
            return []
        language = fitting(locale)[-1] if locale and fitting(locale) else None
        return self._suggestions.of(reading, near, language)

    def _found(
        self,
        reading: Reading,
        market: str | None,
        first: int,
        after: str | None,
        near: tuple[float, float] | None,
    ) -> Page:
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

    def near(
        self, latitude: float, longitude: float, radius_km: float, first: int
    ) -> list[tuple[DirectoryEntry, float]]:
        """The nearest stores within a radius, with their distance in kilometres, nearest first."""
        found = [
            (distance, entry.store_id, entry)
            for cell in cells_within(latitude, longitude, radius_km)
            for entry in self._cells.get(cell, ())
            if (distance := distance_km(latitude, longitude, entry.latitude, entry.longitude))
            <= radius_km
        ]
        found.sort(key=lambda one: one[:2])
        return [(entry, distance) for distance, _, entry in found[:first]]


def _typed(search: str, argument: str = "search") -> Reading:
    reading = read(search)
    if (different := len({*reading.words})) > MAX_WORDS:
        raise TooManyWordsError(
            f"{argument} has {different} different words; leave at most {MAX_WORDS}"
        )
    return reading


class _Ordering:
    """Makes the keys by which stores are ordered; each word of names and cities is folded once.

    Keys stand in cursors that clients keep: a change of what search compares must not change them.
    """

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def key(self, entry: DirectoryEntry) -> str:
        """Return the key of a store: market, city, name and id."""
        city, name = self._of(entry.city), self._of(entry.name)
        return _SEPARATOR.join((entry.market, city, name, entry.store_id))

    def _of(self, text: str) -> str:
        known = self._known
        words: list[str] = []
        for token in text.split():
            word = known.get(token)
            if word is None:
                word = known[token] = _ordering(token)
            if word:
                words.append(word)
        return " ".join(words)


def _ordering(text: str) -> str:
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)
    )
    return " ".join("".join(c if c.isalnum() else " " for c in plain.casefold()).split())


def _unique(entries: Iterable[DirectoryEntry]) -> list[DirectoryEntry]:
    # A store that moved to another market may stand in two shards until its old row is gone.
    return list({entry.store_id: entry for entry in entries}.values())
