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
from itertools import chain, islice
from typing import Final, NamedTuple, Self

from services.domain.documents.directory import DirectoryEntry
from services.domain.search.evidence import only, values

# Of two equal names the larger city is meant, unless the other one is much nearer: 22 times the
# stores weigh as much as London against London, Ontario, for a reader in Toronto, but not in New
# York.
_BESIDE_KM: Final = 50.0
_WEIGHT_OF_DISTANCE: Final = 1.3
_EARTH_KM: Final = 6371.0
_SCALE: Final = 1000
_FEW: Final = 256  # stores; more are looked at by groups
_LARGEST_REGION: Final = 256  # stores
_MOST_REGIONS: Final = 128
_ROUNDED_KM: Final = 5.0  # more than what rounding moves a store by
_LOWEST: Final = 128  # the number of the group of stores of no prominence


class Remoteness(NamedTuple):
    """How far down stores belong among those that fit equally well.

    Attributes:
        of: From stores to how far down each belongs, in their order: one call for all.
        groups: By store: the number of its group, at least 1.
        order: Returns for each group how far down its first store belongs at least, and its number,
            in this order.
        exact: Whether all stores of a group belong exactly so far down.
    """

    of: Callable[[Iterable[int]], Iterable[int]]
    groups: bytes
    order: Callable[[], Iterable[tuple[int, int]]]
    exact: bool


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
    """Where the stores are, as unit vectors: a distance costs three multiplications.

    The stores are also cut into regions, each of about as many stores that are near each other.

    Attributes:
        regions: By store: the number of its region, at least 1.
    """

    __slots__ = ("_spheres", "_x", "_y", "_z", "regions")

    def __init__(
        self,
        x: "array[float]",
        y: "array[float]",
        z: "array[float]",
        regions: bytes,
        spheres: "array[float]",
    ) -> None:
        """Take over the parts.

        Args:
            x: Of all vectors the part to 0 degrees north and east.
            y: That to 90 degrees east.
            z: That to the north pole.
            regions: As the attribute.
            spheres: For each region the vector of its middle, and the distance of the farthest
                store from it in kilometres.
        """
        self._x, self._y, self._z = x, y, z
        self.regions, self._spheres = regions, spheres

    @classmethod
    def of(cls, entries: Sequence[DirectoryEntry]) -> Self:
        """Return where some stores are."""
        vectors = [_vector(entry.latitude, entry.longitude) for entry in entries]
        axes = [array("f", [vector[axis] for vector in vectors]) for axis in range(3)]
        regions, spheres = bytearray(len(entries)), array("f")
        for number, stores in enumerate(_near_each_other(axes), 1):
            for store in stores:
                regions[store] = number
            spheres.extend(_sphere(axes, stores))
        x, y, z = axes
        return cls(x, y, z, bytes(regions), spheres)

    def parts(
        self,
    ) -> "tuple[array[float], array[float], array[float], bytes, array[float]]":
        """Return what the constructor takes."""
        return self._x, self._y, self._z, self.regions, self._spheres

    def distance_km(self, store: int, near: tuple[float, float]) -> float:
        """Return how far a store is from a point in degrees north and east, in kilometres."""
        a, b, c = _vector(*near)
        cosine = self._x[store] * a + self._y[store] * b + self._z[store] * c
        return _EARTH_KM * math.acos(max(-1.0, min(1.0, cosine)))

    def remoteness(
        self,
        near: tuple[float, float],
        prominence: bytes | bytearray,
        most_prominent: Sequence[int],
        *,
        named: bool,
    ) -> Remoteness:
        """Return how far down stores belong for a reader.

        Args:
            near: Where the reader is: degrees north and east.
            prominence: By store: the bits of the number of stores in its city.
            most_prominent: By number of a region: the most of these bits of a store in it.
            named: Whether the search names a place: then a large city may be meant that is far.
        """
        x, y, z = self._x, self._y, self._z
        a, b, c = _vector(*near)
        size = [bits * math.log(2) for bits in range(33)]

        def beside(stores: Iterable[int]) -> Iterable[int]:
            return [
                int(-(x[store] * a + y[store] * b + z[store] * c) * 1_000_000_000)
                for store in stores
            ]

        def remote(store: int) -> int:
            cosine = x[store] * a + y[store] * b + z[store] * c
            away = _EARTH_KM * math.acos(max(-1.0, min(1.0, cosine)))
            return int(_SCALE * (lost_by_distance(away) - size[prominence[store]]))

        def order() -> Iterable[tuple[int, int]]:
            found: list[tuple[int, int]] = []
            spheres = iter(self._spheres)
            for number, (u, v, w, radius) in enumerate(
                zip(spheres, spheres, spheres, spheres, strict=True), 1
            ):
                middle = _EARTH_KM * math.acos(max(-1.0, min(1.0, u * a + v * b + w * c)))
                away = max(0.0, middle - radius - _ROUNDED_KM)
                if named:
                    lost = lost_by_distance(away) - size[most_prominent[number]]
                    least = math.floor(_SCALE * lost)
                else:
                    least = math.floor(-math.cos(away / _EARTH_KM) * 1_000_000_000)
                found.append((least, number))
            return sorted(found)

        def by_size(stores: Iterable[int]) -> Iterable[int]:
            return map(remote, stores)

        return Remoteness(by_size if named else beside, self.regions, order, exact=False)

    def most_prominent(self, prominence: bytes | bytearray) -> Sequence[int]:
        """Return by number of a region the most of some bits of a store in it."""
        most = bytearray(256)
        for bits in values(prominence):
            for region in values(only(self.regions, prominence, bits)):
                most[region] = bits
        return most


def _near_each_other(axes: Sequence["array[float]"]) -> Iterator[Sequence[int]]:
    """Yield the stores of each region: halves of halves by the axis in which they are longest."""
    count = len(axes[0])
    largest = max(_LARGEST_REGION, -(-count // _MOST_REGIONS))
    left = [list(range(count))]
    while left:
        stores = left.pop()
        if len(stores) <= largest:
            if stores:
                yield stores
            continue
        along = [[axis[store] for store in stores] for axis in axes]
        lengths = [max(one) - min(one) for one in along]
        stores.sort(key=axes[lengths.index(max(lengths))].__getitem__)
        left += [stores[: len(stores) // 2], stores[len(stores) // 2 :]]


def _sphere(axes: Sequence["array[float]"], stores: Sequence[int]) -> tuple[float, ...]:
    """Return the vector of the middle of stores, and how far away the farthest is in kilometres."""
    middle = [sum(axis[store] for store in stores) for axis in axes]
    length = math.hypot(*middle)
    x, y, z = [part / length for part in middle] if length else (1.0, 0.0, 0.0)
    farthest = min(axes[0][store] * x + axes[1][store] * y + axes[2][store] * z for store in stores)
    return x, y, z, _EARTH_KM * math.acos(max(-1.0, min(1.0, farthest)))


def by_prominence(prominence: bytes | bytearray) -> Remoteness:
    """Return how far down stores belong for a reader anywhere.

    Args:
        prominence: By store: the bits of the number of stores in its city, at most 127.
    """
    lower = array("b", map(int.__neg__, prominence))
    groups = bytes(prominence.translate(bytes(_LOWEST - min(bits, 127) for bits in range(256))))
    order = [(number - _LOWEST, number) for number in values(groups)]
    return Remoteness(lambda stores: map(lower.__getitem__, stores), groups, lambda: order, True)


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
        remote: The second parts of the ranks of stores.
        after: The rank after which to begin; None: begin with the first.
        most: How many to return.
    """
    found: list[Rank] = []
    for fit in reversed(values(fits).lstrip(b"\0")):
        if after is not None and -fit < after[0]:
            continue
        follows = after[1:] if after is not None and -fit == after[0] else None
        first = _first(fits, fit, remote, follows, most - len(found))
        found += [Rank(-fit, *one) for one in first]
        if len(found) == most:
            break
    return found


def _first(
    fits: bytes, fit: int, remote: Remoteness, follows: tuple[int, int] | None, most: int
) -> list[tuple[int, int]]:
    """Return the first stores that fit so well: how far down each belongs, and the store.

    Args:
        fits: The fit of each store.
        fit: That of the stores to return.
        remote: How far down they belong.
        follows: That of the store after which to begin; None: begin with the first.
        most: How many to return.
    """
    if fits.count(fit) <= _FEW:
        stores = list(_where(fits, fit))
        return heapq.nsmallest(
            most, _following(zip(remote.of(stores), stores, strict=True), follows)
        )
    groups = only(remote.groups, fits, fit)
    found: list[tuple[int, int]] = []
    for least, number in remote.order():
        if len(found) == most and least > found[-1][0]:
            break
        ranks: Iterable[tuple[int, int]]
        if remote.exact:
            ranks = ((least, store) for store in _where(groups, number))
            found += islice(_following(ranks, follows), most - len(found))
        else:
            stores = list(_where(groups, number))
            ranks = _following(zip(remote.of(stores), stores, strict=True), follows)
            found = heapq.nsmallest(most, chain(found, ranks))
    return found


def _following(
    ranks: Iterable[tuple[int, int]], follows: tuple[int, int] | None
) -> Iterable[tuple[int, int]]:
    return ranks if follows is None else (one for one in ranks if one > follows)


def _where(numbers: bytes, number: int) -> Iterator[int]:
    at = numbers.find(number)
    while at >= 0:
        yield at
        at = numbers.find(number, at + 1)


def _vector(latitude: float, longitude: float) -> tuple[float, float, float]:
    phi, lam = math.radians(latitude), math.radians(longitude)
    return math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)
