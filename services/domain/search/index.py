"""The store directory in memory: search by words, suggest, list by market, find the nearest."""

import bisect
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from services.domain.documents.directory import DirectoryEntry
from services.domain.geo import Cell, cell_of, cells_within, distance_km
from services.domain.search.cursors import decoded, encoded
from services.domain.search.pages import Page

if TYPE_CHECKING:  # searches alone need them
    from services.domain.search.places import PlaceNames
    from services.domain.search.store_search import StoreSearch
    from services.domain.search.suggestions import Suggestion
    from services.domain.search.tables import TablesSource

_SEPARATOR: Final = "\x1f"


class StoreIndex:
    """All stores, ordered by market, city, name and id; immutable once made.

    What searches need is made at the first search: lists, and the nearest stores, do without.
    """

    def __init__(
        self,
        entries: Iterable[DirectoryEntry],
        places: "Callable[[], PlaceNames] | None" = None,
        tables: "TablesSource | None" = None,
    ) -> None:
        """Index stores.

        Args:
            entries: The stores.
            places: Returns the names of places, at the first search; None: there are none.
            tables: Returns the tables of the words of the stores, at the first search; None: they
                are made then.
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
    def _search(self) -> "StoreSearch":
        from services.domain.search.store_search import StoreSearch

        return StoreSearch(self._entries, self._keys, self._places, self._tables)

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
            return self._search.found(search, market, first, after, near)
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
    ) -> "list[Suggestion]":
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
        return self._search.suggestions(typed, near, locale)

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
