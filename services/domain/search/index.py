"""The store directory in memory: search by words, list by market, find the nearest."""

import base64
import bisect
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from services.domain.documents.directory import DirectoryEntry
from services.domain.geo import Cell, cell_of, cells_within, distance_km
from services.domain.markets import MARKETS
from services.domain.search.folding import folded_words, is_unspaced, spelled_out_words

MAX_WORDS: Final = 10
"""Most different words of one search: each word is a pass over the stores that match so far."""

_SEPARATOR: Final = "\x1f"


class InvalidCursorError(ValueError):
    """A cursor was not made by this index."""


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
    """

    entries: list[tuple[DirectoryEntry, str]]
    total: int
    has_next: bool
    has_previous: bool


class StoreIndex:
    """All stores, ordered by market, city, name and id; immutable once made."""

    def __init__(self, entries: Iterable[DirectoryEntry]) -> None:
        keyed = sorted((_key(entry), entry) for entry in _unique(entries))
        self._keys = [key for key, _ in keyed]
        self._entries = [entry for _, entry in keyed]
        self._words = [_words(entry) for entry in self._entries]
        cells: defaultdict[Cell, list[DirectoryEntry]] = defaultdict(list)
        for entry in self._entries:
            cells[cell_of(entry.latitude, entry.longitude)].append(entry)
        self._cells = dict(cells)

    def __len__(self) -> int:
        return len(self._entries)

    def page(
        self, *, market: str | None, search: str | None, first: int, after: str | None
    ) -> Page:
        """Return stores of a market (or all) in which a word starts with each word of `search`.

        A word in Chinese or Japanese script may also stand inside a word of the store. A search
        without any letter or digit matches no store; a blank search is no search.

        Raises:
            InvalidCursorError: `after` is no cursor.
            TooManyWordsError: `search` has more than `MAX_WORDS` different words.
        """
        low, high = 0, len(self._keys)
        if market is not None:
            low = bisect.bisect_left(self._keys, market + _SEPARATOR)
            high = bisect.bisect_left(self._keys, market + chr(ord(_SEPARATOR) + 1))
        matches: list[int] | range = range(low, high)
        if search is not None and search.strip():
            matches = self._matching(_wanted(search), matches)
        start = 0
        if after is not None:
            position = bisect.bisect_right(self._keys, _decoded(after))
            start = bisect.bisect_left(matches, position)
        chosen = matches[start : start + first]
        return Page(
            entries=[(self._entries[at], _encoded(self._keys[at])) for at in chosen],
            total=len(matches),
            has_next=start + len(chosen) < len(matches),
            has_previous=start > 0,
        )

    def _matching(self, wanted: list[str], candidates: list[int] | range) -> list[int]:
        if not wanted:
            return []
        texts = self._words
        # One pass a word over what is left: the longest word, likely the rarest, goes first.
        for word in wanted:
            candidates = [at for at in candidates if word in texts[at]]
        return list(candidates)

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


def _wanted(search: str) -> list[str]:
    words = sorted(set(folded_words(search)), key=lambda word: (-len(word), word))
    if len(words) > MAX_WORDS:
        raise TooManyWordsError(
            f"search has {len(words)} different words; leave at most {MAX_WORDS}"
        )
    # A word that begins a longer one is implied by it.
    words = [
        word for at, word in enumerate(words) if not any(w.startswith(word) for w in words[:at])
    ]
    return [word if is_unspaced(word) else " " + word for word in words]


def _words(entry: DirectoryEntry) -> str:
    market = MARKETS.get(entry.market)
    country = market.country if market else None
    parts = (entry.city, entry.name, entry.postal_code, entry.street, entry.store_id, country)
    text = " ".join(part for part in parts if part)
    words = folded_words(text)
    if not text.isascii():
        # A set: most of the words are the same in both spellings.
        words += sorted(set(spelled_out_words(text)) - set(words))
    if entry.postal_code:
        words.append("".join(folded_words(entry.postal_code)))
    return " " + " ".join(words)


def _ordering(text: str) -> str:
    # Stands in cursors that clients keep: a change of what search compares must not change it.
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)
    )
    return " ".join("".join(c if c.isalnum() else " " for c in plain.casefold()).split())


def _key(entry: DirectoryEntry) -> str:
    return _SEPARATOR.join(
        (entry.market, _ordering(entry.city), _ordering(entry.name), entry.store_id)
    )


def _unique(entries: Iterable[DirectoryEntry]) -> list[DirectoryEntry]:
    # A store that moved to another market may stand in two shards until its old row is gone.
    return list({entry.store_id: entry for entry in entries}.values())


def _encoded(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _decoded(cursor: str) -> str:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise InvalidCursorError(
            f"{cursor[:80]!r} is no cursor; pass pageInfo.endCursor of a page, or leave it out"
        ) from error
