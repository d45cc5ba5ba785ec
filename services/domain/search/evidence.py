"""How well a word of a search fits each store, as one byte a store.

All stores are combined in one operation of the interpreter, as the bytes are those of one large
integer, that of store 0 the lowest: 31,000 stores take microseconds where a loop over them takes
milliseconds. The fit of one word is below 128: its highest bit is free for sums.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from operator import itemgetter
from typing import Final

_SUBJECT: Final = itemgetter(2)
_FIT: Final = itemgetter(0)
_HIGHEST: Final = 128  # bit of a byte
_VALUES: Final = bytes(range(256))
_BLOCK: Final = 512  # numbers of stores; a run of numbers is at most two blocks of single ones


class Fit(IntEnum):
    """What of a store a word fits, from the weakest to the strongest; 0 is no fit.

    A search has at most ten words, and the fits of its words are added up in one byte.
    """

    TWO_MISTAKES_ELSEWHERE = 1
    TWO_MISTAKES = 2
    ONE_MISTAKE_ELSEWHERE = 3
    ONE_MISTAKE = 4
    OTHER_NAME_PART = 5
    STREET_PART = 6
    STREET_WORD = 7
    STORE_NAME_PART = 9
    POSTAL_CODE_PART = 11
    CITY_PART = 12
    STORE_NAME_WORD = 13
    CITY_WORD = 14
    OTHER_CITY_CODE = 16
    CODE = 17
    AREA = 18
    OTHER_CITY_NAME = 19
    CITY = 20
    STREET = 21
    POSTAL_CODE = 22
    STORE_ID = 24


class Subject(IntEnum):
    """What a word names where it fits a store: the store itself, or the place where it stands."""

    STORE = 0
    AREA = 1  # a state or a country
    CITY = 2


class Evidence:
    """The fits of one word, gathered in any order; the strongest counts for each store."""

    def __init__(self) -> None:
        self._found: list[tuple[int, Iterable[int] | int, Subject]] = []

    def add(self, fit: int, stores: Iterable[int] | int, subject: Subject = Subject.STORE) -> None:
        """Note that the word fits some stores.

        Args:
            fit: How well it fits them.
            stores: Their numbers, or one integer with a bit for each, the lowest for store 0.
            subject: What the word names. A word that names a place fits all stores of the place.
        """
        self._found.append((fit, stores, subject))

    def names(self, subject: Subject) -> bool:
        """Return whether the word names something of this kind."""
        return subject in map(_SUBJECT, self._found)

    def names_place(self) -> bool:
        """Return whether the word names a city, a state or a country in full, or by a code."""
        return any(fit >= Fit.OTHER_CITY_CODE and subject for fit, _, subject in self._found)

    def number(self, count: int, subject: Subject = Subject.STORE) -> int:
        """Return the strongest fit of each of `count` stores, as one integer.

        Args:
            count: How many stores there are.
            subject: What the word must name: CITY leaves out all but cities, AREA all but places.
        """
        fits = bytearray(count)
        bits: dict[int, int] = {}
        for fit, stores, named in sorted(self._found, key=_FIT):
            if named < subject:
                continue
            if isinstance(stores, range):
                fits[stores.start : stores.stop] = bytes((fit,)) * len(stores)
            elif isinstance(stores, int):
                bits[fit] = bits.get(fit, 0) | stores
            else:
                for store in stores:
                    fits[store] = fit
        found = as_number(fits)
        for fit, stores in bits.items():
            found = _stronger(found, _spread(stores, count) * fit, count)
        return found

    def array(self, count: int, subject: Subject = Subject.STORE) -> bytes:
        """Return the strongest fit of each of `count` stores; arguments are as of `number`."""
        return as_array(self.number(count, subject), count)


class StoreBlocks:
    """The stores of many names in a row, combined without a step for each store.

    The numbers are cut into blocks, and each block is also held as one integer with a bit for each
    store: 4 kB for 31,000 stores.
    """

    def __init__(self, numbers: "array[int]", count: int) -> None:
        """Cut numbers of stores into blocks.

        Args:
            numbers: The numbers of the stores of all names, in the order of the names.
            count: How many stores there are.
        """
        self._numbers = numbers
        self._blocks = [
            _bits(numbers[start : start + _BLOCK], count)
            for start in range(0, len(numbers) - _BLOCK + 1, _BLOCK)
        ]

    def stores(self, low: int, high: int) -> list[Iterable[int] | int]:
        """Return the stores of the numbers from index `low` to the one before `high`.

        They are in parts, each as `Evidence.add` takes them.
        """
        first, last = -(-low // _BLOCK), high // _BLOCK
        if last <= first:
            return [self._numbers[low:high]]
        bits = 0
        for block in self._blocks[first:last]:
            bits |= block
        edges = self._numbers[low : first * _BLOCK], self._numbers[last * _BLOCK : high]
        return [bits, *edges]


def _bits(stores: Iterable[int], count: int) -> int:
    bits = bytearray(count // 8 + 1)
    for store in stores:
        bits[store >> 3] |= 1 << (store & 7)
    return int.from_bytes(bits, "little")


def as_number(fits: bytes | bytearray) -> int:
    """Return the fits of stores as one integer."""
    return int.from_bytes(fits, "little")


def as_array(number: int, count: int) -> bytes:
    """Return the fits of stores as bytes."""
    return number.to_bytes(count, "little")


@lru_cache(maxsize=64)
def everywhere(fit: int, count: int) -> int:
    """Return the same fit for each store."""
    return as_number(bytes((fit,)) * count)


def _spread(bits: int, count: int) -> int:
    """Return 1 for each store of which the bit is set."""
    return int.from_bytes(f"{bits:0{count}b}".encode(), "big") & everywhere(1, count)


def _fitting(number: int, count: int) -> int:
    """Return the highest bit for each store that a word fits."""
    return number + everywhere(_HIGHEST - 1, count) & everywhere(_HIGHEST, count)


def _stronger(one: int, other: int, count: int) -> int:
    """Return the stronger of two fits of each store."""
    high = everywhere(_HIGHEST, count)
    kept = (((one | high) - other & high) >> 7) * 255
    return one & kept | other ^ other & kept


def exceeds(number: int, fit: int, count: int) -> bool:
    """Return whether a word fits a store better than so."""
    return bool(number + everywhere(_HIGHEST - 1 - fit, count) & everywhere(_HIGHEST, count))


def fitting_stores(number: int, count: int) -> int:
    """Return how many stores a word fits."""
    return _fitting(number, count).bit_count()


def values(fits: bytes | bytearray) -> bytes:
    """Return the different values, the lowest first: `sorted(set(fits))` for less."""
    return _VALUES.translate(None, _VALUES.translate(None, fits))


def strongest(fits: bytes | bytearray) -> int:
    """Return the strongest fit of a store; 0 where none fits."""
    return values(fits)[-1] if fits else 0


def only(kept: bytes | bytearray, fits: bytes | bytearray, fit: int) -> bytes:
    """Return the bytes of the stores that fit so well, and 0 for all others.

    Args:
        kept: A byte for each store.
        fits: The fit of each store.
        fit: That of the stores to keep.
    """
    table = bytearray(256)
    table[fit] = 255
    found = int.from_bytes(kept, "little") & int.from_bytes(fits.translate(table), "little")
    return found.to_bytes(len(kept), "little")


def weaker(strong: int, weak: int, count: int) -> int:
    """Return the fits of a word: the strong one of each store, or else the weak one."""
    return strong | weak ^ weak & (_fitting(strong, count) >> 7) * 255


def summed(words: Iterable[int], count: int) -> int:
    """Return the sum of the fits of all words by store; 0 where a word does not fit at all."""
    total, all_fit = 0, everywhere(_HIGHEST, count)
    low = everywhere(_HIGHEST - 1, count)
    for fits in words:
        total += fits
        all_fit &= fits + low
    return total & (all_fit >> 7) * 255


class Matches:
    """What all words of one search fit.

    Attributes:
        fits: How well each store fits all words: the sum over the words, 0 where one does not fit.
        named: Whether a word names a city, or was corrected.
    """

    def __init__(
        self,
        fits: bytes,
        found: Sequence[Evidence],
        corrections: Mapping[int, Evidence],
        *,
        named: bool,
    ) -> None:
        """Take over what was found.

        Args:
            fits: As the attribute.
            found: What each word fits.
            corrections: What mistyped words mean, by the position of the word.
            named: As the attribute.
        """
        self.fits = fits
        self.named = named
        self._found = found
        self._corrections = corrections

    def of_places(self) -> tuple[bytes, bytes]:
        """Return how well each store fits by names of places only, and where one is of its city.

        The first array is 0 where a word names neither the city nor the state nor the country; the
        second is the first, and 0 also where no word names the city; of a single word it is how
        well that fits the city. Both are the same for all stores of a city.
        """
        count = len(self.fits)
        by_place: list[int] = []
        cities = 0
        for at in range(len(self._found)):
            place = city = self._number(at, Subject.AREA)
            if self._names_areas(at):
                city = self._number(at, Subject.CITY)
            by_place.append(place)
            cities |= _fitting(city, count)
        places = summed(by_place, count)
        if len(self._found) == 1:
            # A code such as `ger` fits all cities of its country, of which it begins few.
            of_city = self._number(0, Subject.CITY)
        else:
            of_city = places & (cities >> 7) * 255
        return as_array(places, count), as_array(of_city, count)

    def _names_areas(self, at: int) -> bool:
        evidence = [self._found[at], *([self._corrections[at]] if at in self._corrections else [])]
        return any(one.names(Subject.AREA) for one in evidence)

    def _number(self, at: int, subject: Subject) -> int:
        count = len(self.fits)
        strong = self._found[at].number(count, subject)
        if at not in self._corrections:
            return strong
        return weaker(strong, self._corrections[at].number(count, subject), count)
