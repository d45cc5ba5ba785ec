"""How well a word of a search fits each store, as one byte a store.

A whole array is combined in one operation of the interpreter by reading it as one large integer:
31,000 stores take microseconds where a loop over them takes milliseconds.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

_ANY: Final = bytes([0] + [255] * 255)  # a table of bytes.translate: what is not zero is all ones


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
    POSTAL_CODE = 22
    STORE_ID = 24


class Evidence:
    """The fits of one word, gathered in any order; the strongest counts for each store."""

    def __init__(self) -> None:
        self._found: list[tuple[int, Iterable[int]]] = []

    def add(self, fit: int, stores: Iterable[int]) -> None:
        """Note that the word fits some stores."""
        self._found.append((fit, stores))

    def array(self, count: int) -> bytearray:
        """Return the strongest fit of each of `count` stores."""
        fits = bytearray(count)
        for fit, stores in sorted(self._found, key=lambda one: one[0]):
            if isinstance(stores, range):
                fits[stores.start : stores.stop] = bytes((fit,)) * len(stores)
                continue
            for store in stores:
                fits[store] = fit
        return fits


def summed(arrays: Iterable[bytearray], count: int) -> bytes:
    """Return the sum of the fits of all words by store; 0 where a word does not fit at all."""
    total, everywhere = 0, (1 << (8 * count)) - 1
    for fits in arrays:
        total += int.from_bytes(fits, "little")
        everywhere &= int.from_bytes(fits.translate(_ANY), "little")
    return (total & everywhere).to_bytes(count, "little")
