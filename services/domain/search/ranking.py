"""The order of the stores that a search found, and the cursors of its pages.

What matched comes first (`evidence.Fit`), then how far the store is from the reader and how many
stores its city has, then the order of the index. Each store has a place in that order of its own,
whatever other stores there are, and a cursor names such a place: pages neither repeat nor skip a
store while others come and go.
"""

import heapq
import math
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress
from typing import Final, NamedTuple, Self

from services.domain.documents.directory import DirectoryEntry
from services.domain.search.evidence import values

# Of two equal names the larger city is meant, unless the other one is much nearer: 22 times the
# stores weigh as much as London against London, Ontario, for a reader in Toronto, but not in New
# York.
_BESIDE_KM: Final = 50.0
_WEIGHT_OF_DISTANCE: Final = 1.3
_EARTH_KM: Final = 6371.0
_SCALE: Final = 1000
_FEW: Final = 64  # stores; beyond them a pass over all is faster than one search for each


Remoteness = Callable[[Iterable[int]], Iterable[int]]
"""From stores to how far down each belongs, in their order: one call for all of a group."""


class Rank(NamedTuple):
    """The place of a store in the order of a search; the smallest comes first.

    Attributes:
        unfit: The fit of the words, negative.
        remote: The nearness and the size of the city in one number.
        store: The store's number in the index.
    """

    unfit: int
    remote: int
    store: int


class Positions:
    """Where the stores are, as unit vectors: a distance costs three multiplications."""

    __slots__ = ("_x", "_y", "_z")

    def __init__(self, x: "array[float]", y: "array[float]", z: "array[float]") -> None:
        """Take over the parts of all vectors: to 0 and 90 degrees east, and to the north pole."""
        self._x, self._y, self._z = x, y, z

    @classmethod
    def of(cls, entries: Sequence[DirectoryEntry]) -> Self:
        """Return where some stores are."""
        vectors = [_vector(entry.latitude, entry.longitude) for entry in entries]
        x, y, z = (array("f", [vector[axis] for vector in vectors]) for axis in range(3))
        return cls(x, y, z)

    def parts(self) -> "tuple[array[float], array[float], array[float]]":
        """Return what the constructor takes."""
        return self._x, self._y, self._z

    def distance_km(self, store: int, near: tuple[float, float]) -> float:
        """Return how far a store is from a point in degrees north and east, in kilometres."""
        a, b, c = _vector(*near)
        cosine = self._x[store] * a + self._y[store] * b + self._z[store] * c
        return _EARTH_KM * math.acos(max(-1.0, min(1.0, cosine)))

    def remoteness(
        self, near: tuple[float, float], prominence: bytes | bytearray, *, named: bool
    ) -> Remoteness:
        """Return the function from stores to how far down each belongs for a reader.

        Args:
            near: Where the reader is: degrees north and east.
            prominence: By store: the bits of the number of stores in its city.
            named: Whether the search names a place: then a large city may be meant that is far.
        """
        x, y, z = self._x, self._y, self._z
        a, b, c = _vector(*near)
        if not named:
            return lambda stores: [
                int(-(x[store] * a + y[store] * b + z[store] * c) * 1_000_000_000)
                for store in stores
            ]
        size = [bits * math.log(2) for bits in range(33)]

        def remote(store: int) -> int:
            cosine = x[store] * a + y[store] * b + z[store] * c
            away = _EARTH_KM * math.acos(max(-1.0, min(1.0, cosine)))
            return int(_SCALE * (lost_by_distance(away) - size[prominence[store]]))

        return lambda stores: map(remote, stores)


def by_prominence(prominence: bytes | bytearray) -> Remoteness:
    """Return the function from stores to how far down each belongs for a reader anywhere.

    Args:
        prominence: By store: the bits of the number of stores in its city, at most 127.
    """
    lower = array("b", map(int.__neg__, prominence))
    return lambda stores: map(lower.__getitem__, stores)


def lost_by_distance(kilometres: float) -> float:
    """Return the logarithm of how many times fewer stores a place counts at a distance."""
    return _WEIGHT_OF_DISTANCE * math.log1p(kilometres / _BESIDE_KM)


def ranked(
    fits: bytes,
    remote: Remoteness,
    after: tuple[int, int, int] | None,
    most: int,
) -> list[Rank]:
    """Return the first stores that fit, in order.

    Args:
        fits: The fit of each store; 0 is none.
        remote: The function from stores to the second parts of their ranks.
        after: The rank after which to begin; None: begin with the first.
        most: How many to return.
    """
    found: list[Rank] = []
    for fit in reversed(values(fits).lstrip(b"\0")):
        if after is not None and -fit < after[0]:
            continue
        stores = list(_where(fits, fit))
        group: Iterable[tuple[int, int]] = zip(remote(stores), stores, strict=True)
        if after is not None and -fit == after[0]:
            follows = after[1:]
            group = (one for one in group if one > follows)
        first = heapq.nsmallest(most - len(found), group)
        found += [Rank(-fit, *one) for one in first]
        if len(found) == most:
            break
    return found


def _where(fits: bytes, fit: int) -> Iterator[int]:
    if fits.count(fit) <= _FEW:
        at = fits.find(fit)
        while at >= 0:
            yield at
            at = fits.find(fit, at + 1)
    else:
        only = bytearray(256)
        only[fit] = 1
        yield from compress(range(len(fits)), fits.translate(only))


def _vector(latitude: float, longitude: float) -> tuple[float, float, float]:
    phi, lam = math.radians(latitude), math.radians(longitude)
    return math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)
