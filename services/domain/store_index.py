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

_SEPARATOR: Final = "\x1f"


class InvalidCursorError(ValueError):
    """A cursor was not made by this index."""


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
        """Stores of a market (or all) in which a word starts with each word of `search`.

        Raises:
            InvalidCursorError: `after` is no cursor.
        """
        low, high = 0, len(self._keys)
        if market is not None:
            low = bisect.bisect_left(self._keys, market + _SEPARATOR)
            high = bisect.bisect_left(self._keys, market + chr(ord(_SEPARATOR) + 1))
        wanted = [" " + word for word in normalized(search or "").split()]
        matches: list[int] | range = range(low, high)
        if wanted:
            words = self._words
            matches = [at for at in matches if all(word in words[at] for word in wanted)]
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


def normalized(text: str) -> str:
    """Lower case, accents off, everything that is no letter or digit as one blank."""
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)
    )
    return " ".join("".join(c if c.isalnum() else " " for c in plain.casefold()).split())


def _words(entry: DirectoryEntry) -> str:
    parts = (entry.city, entry.name, entry.postal_code, entry.street, entry.store_id)
    return " " + normalized(" ".join(part for part in parts if part))


def _key(entry: DirectoryEntry) -> str:
    return _SEPARATOR.join(
        (entry.market, normalized(entry.city), normalized(entry.name), entry.store_id)
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
