"""The file of the tables of a search: one process makes them, others read them in a tenth of that.

Its bytes: `MAGIC`, the SHA-256 of the rest, and the rest compressed by zlib: a JSON object, the
number of its bytes before it (4 bytes), and the arrays one after the other, all little-endian.
"""

import hashlib
import json
import unicodedata
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import isfinite
from typing import Any, Final

from services.domain.documents.directory import DirectoryEntry
from services.domain.search.names import Names
from services.domain.search.places import PlaceNames, little_endian
from services.domain.search.ranking import Positions
from services.domain.search.tables import StoreTables

LAYOUT: Final = 2
"""Raised with each change of what the tables hold, or of how words are folded."""

FOLDER: Final = "tables/"
"""What the keys of the files in their bucket begin with; the rest is `tables_id`."""

MAGIC: Final = b"carte search tables\n"
_DIGEST: Final = 32  # bytes of a SHA-256
_LEVEL: Final = 1  # a third of the time of zlib's usual level, for a tenth more bytes
_LARGEST: Final = 1 << 27  # bytes after decompression: more than a million stores have
_NAMES: Final = ("store_names", "streets", "postal_codes", "ids", "city_names", "city_words")
_MISTYPED: Final = ("store_names", "streets", "city_names")
_OF_CITIES: Final = frozenset({"city_names", "city_words"})


class InvalidTablesError(ValueError):
    """The file is damaged, or holds the tables of other stores or of another version."""


def tables_id(revisions: Mapping[str, str], places: PlaceNames, version: str) -> str:
    """Return the id of the tables that one version of the software makes of some stores.

    Args:
        revisions: The revision of each shard of the directory.
        places: Names of places in other languages.
        version: Version of the software.
    """
    made_of = json.dumps(
        [LAYOUT, version, unicodedata.unidata_version, places.digest(), sorted(revisions.items())]
    )
    return hashlib.sha256(made_of.encode()).hexdigest()


def dump(tables: StoreTables, places: PlaceNames) -> bytes:
    """Return the bytes of the file.

    Args:
        tables: As they were made with `places`.
        places: Names of places in other languages, of which the file has the letters.
    """
    names = chain.from_iterable(getattr(tables, name).parts() for name in _NAMES)
    letters = (one.letters.content for one in _mistyped(tables, places))
    arrays = [*names, tables.city_of, tables.place_of, *tables.positions.parts(), *letters]
    head = json.dumps({"markets": tables.markets, "sizes": [len(one) for one in arrays]}).encode()
    content = b"".join((len(head).to_bytes(4, "little"), head, *map(_bytes, arrays)))
    packed = zlib.compress(content, _LEVEL)
    return MAGIC + hashlib.sha256(packed).digest() + packed


def load(file: bytes, entries: Sequence[DirectoryEntry], places: PlaceNames) -> StoreTables:
    """Return the tables that `dump` wrote.

    Args:
        file: The bytes of the file.
        entries: The stores of which the tables were made, in the same order.
        places: The names of places with which they were made.

    Raises:
        InvalidTablesError: The bytes are damaged, or of other stores or another version.
    """
    start = len(MAGIC) + _DIGEST
    packed = memoryview(file)[start:]
    if file[: len(MAGIC)] != MAGIC or file[len(MAGIC) : start] != hashlib.sha256(packed).digest():
        raise InvalidTablesError("the bytes are not those that were written")
    try:
        reader = _Reader(zlib.decompressobj().decompress(packed, _LARGEST))
        tables = _tables(reader)
        for one in _mistyped(tables, places):
            one.give_letters(reader.text())
    except (KeyError, TypeError, ValueError, AttributeError, zlib.error) as error:
        raise InvalidTablesError(f"the bytes hold no tables: {error!r}") from error
    if problem := next(_problems(tables, len(entries), len(places.state_of)), None):
        raise InvalidTablesError(problem)
    return tables


class _Reader:
    """Takes the arrays out of the content of a file, one after the other."""

    def __init__(self, content: bytes) -> None:
        size = int.from_bytes(content[:4], "little")
        self.head: dict[str, Any] = json.loads(content[4 : 4 + size])
        self._sizes = iter(self.head["sizes"])
        self._content = memoryview(content)
        self._at = 4 + size

    def text(self) -> bytes:
        """Return the next text."""
        return bytes(self._next(1))

    def array(self, code: str) -> "array[Any]":
        """Return the next array; `code` is the type of its numbers."""
        found = array(code)
        found.frombytes(self._next(found.itemsize))
        return little_endian(found)

    def _next(self, width: int) -> memoryview:
        start = self._at
        self._at += next(self._sizes, 0) * width
        if self._at > len(self._content):
            raise ValueError("the content ends too early")
        return self._content[start : self._at]


def _tables(reader: _Reader) -> StoreTables:
    names = {name: Names(reader.text(), reader.array("I"), reader.array("I")) for name in _NAMES}
    city_of, place_of = reader.array("I"), reader.array("i")
    axes = reader.array("f"), reader.array("f"), reader.array("f")
    positions = Positions(*axes, reader.text(), reader.array("f"))
    markets = {name: (int(low), int(high)) for name, (low, high) in reader.head["markets"].items()}
    return StoreTables(
        **names, city_of=city_of, place_of=place_of, positions=positions, markets=markets
    )


def _mistyped(tables: StoreTables, places: PlaceNames) -> Iterator[Names]:
    """Yield the names that a mistyped word may mean."""
    for name in _MISTYPED:
        yield getattr(tables, name)
    yield from (places.names, places.area_names)


def _problems(tables: StoreTables, stores: int, places: int) -> Iterator[str]:
    """Yield what would make a search fail: numbers of what there is not."""
    cities = len(tables.place_of)
    *of_stores, _ = tables.positions.parts()
    if {len(tables.city_of), *map(len, of_stores)} != {stores}:
        yield f"the tables are not those of {stores} stores"
    for name in _NAMES:
        lines, bounds, numbers = getattr(tables, name).parts()
        whole = not bounds or bounds[0] or bounds[-1] != len(numbers)
        if whole or lines.count(b"\n") != len(bounds) or bounds != array("I", sorted(bounds)):
            yield f"{name} has other numbers than names"
        if _above(numbers, cities if name in _OF_CITIES else stores):
            yield f"{name} names what there is not"
    if _above(tables.city_of, cities) or _above(tables.place_of, places):
        yield "a store stands in a city that there is not"
    *axes, regions, spheres = tables.positions.parts()
    if not all(isfinite(sum(axis)) for axis in (*axes, spheres)):
        yield "a store stands nowhere"
    if len(spheres) != 4 * max(regions, default=0) or 0 in regions:
        yield "a store stands in a region that there is not"
    if any(not 0 <= low <= high <= stores for low, high in tables.markets.values()):
        yield "a market has stores that there are not"


def _above(numbers: Iterable[int], count: int) -> bool:
    return max(numbers, default=-1) >= count


def _bytes(values: "bytes | array[Any]") -> bytes:
    return values if isinstance(values, bytes) else little_endian(values).tobytes()
