"""What an engine does in the comparison, and the ranking that is built around those of others."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

Near = tuple[float, float] | None


class Engine(Protocol):
    """An engine, opened over an index that it built."""

    def search(self, words: Sequence[str], near: Near) -> Sequence[str]:
        """Return the ids of the best three stores.

        Args:
            words: Folded words in the order in which they were typed.
            near: Where the reader is: degrees north and east.
        """
        ...


class EngineModule(Protocol):
    """A module that builds and opens an index."""

    def build(self, documents: Iterable[dict[str, Any]], folder: Path) -> None:
        """Build the index of some documents in a folder."""
        ...

    def open_index(self, folder: Path) -> Engine:
        """Open the index of a folder."""
        ...


def reranked(
    found: Iterable[tuple[str, float, float, float, float]], near: Near, weight: float
) -> list[str]:
    """Return the ids of the best three, by the engine's score, the city's size and the distance.

    Size and distance count as in carte (`services.domain.search.ranking`): engines have no ranking
    by them.

    Args:
        found: Id, score, size, latitude and longitude of each candidate.
        near: Where the reader is.
        weight: What one unit of the logarithm of size and distance counts beside the score.
    """

    def order(one: tuple[str, float, float, float, float]) -> float:
        _, score, size, latitude, longitude = one
        lost = 0.0 if near is None else 1.3 * math.log1p(_km(near, latitude, longitude) / 50)
        return -(score + weight * (size - lost))

    return [one[0] for one in sorted(found, key=order)[:3]]


def _km(near: tuple[float, float], latitude: float, longitude: float) -> float:
    north = math.radians(latitude - near[0])
    east = math.radians((longitude - near[1] + 180) % 360 - 180) * math.cos(
        math.radians((latitude + near[0]) / 2)
    )
    return 6371 * math.hypot(north, east)


def spans(words: Sequence[str], longest: int = 6) -> list[tuple[int, int, str]]:
    """Return each run of words: its first word, the one after its last, and the words joined."""
    return [
        (first, last, "".join(words[first:last]))
        for first in range(len(words))
        for last in range(first + 1, min(len(words), first + longest) + 1)
    ]
