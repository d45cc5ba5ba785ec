"""Which letters names have, one bit a name: finds those that a mistyped word may mean.

A mistake changes few of the letters that a word has, and its length hardly. What a name has is kept
in rows of bits, each one large integer with a bit for each name: one row for each class of letters,
by the lowest five bits of the code point, and rows for the digits of the number of letters and of
different classes. Names that are like a word are found by a few dozen operations of the interpreter
on whole rows, however many names there are.
"""

import bisect
from array import array
from collections.abc import Iterator, Sequence
from itertools import chain, compress, pairwise
from typing import Final, Self

_CLASSES: Final = 32
_CLASS: Final = (_CLASSES - 1).__and__
_SIZE_BITS: Final = 6  # of numbers of letters; longer names count as 63
_KIND_BITS: Final = 5
_ROWS: Final = _CLASSES + _SIZE_BITS + _KIND_BITS
_LONGEST: Final = (1 << _SIZE_BITS) - 1
_MOST_KINDS: Final = (1 << _KIND_BITS) - 1
_ONE: Final = ord("1")
_BIG_ENDIAN: Final = array("H", b"\1\0")[0] != 1
# By bit: a table of bytes.translate from numbers to the digit of that bit.
_DIGITS: Final = [bytes(48 + (number >> bit & 1) for number in range(256)) for bit in range(8)]

PARTS: Final = ("\u0370", "\u3000")
"""First letters where parts of names begin: after Latin, and before the scripts of East Asia.

A word is compared with the names of its script: with those of the parts of its first letters.
"""


class Letters:
    """The letters of some names in order."""

    __slots__ = ("_parts",)

    def __init__(self, content: bytes, bounds: Sequence[int]) -> None:
        """Take over rows.

        Args:
            content: The rows of all parts, as `of` makes them.
            bounds: The position of the first name of each part, and the one after the last name.

        Raises:
            ValueError: The content is not that of so many names.
        """
        self._parts: list[_Part] = []
        at = 0
        for start, end in pairwise(bounds):
            width = _width(end - start)
            rows = [
                int.from_bytes(content[first : first + width], "little")
                for first in range(at, at + _ROWS * width, width or 1)
            ]
            at += _ROWS * width
            self._parts.append(_Part(start, end - start, rows))
        if at != len(content):
            raise ValueError(f"letters of {bounds[-1]} names have {at} bytes, not {len(content)}")

    @property
    def content(self) -> bytes:
        """The bytes from which they are read again."""
        return b"".join(
            row.to_bytes(_width(part.count), "little") for part in self._parts for row in part.rows
        )

    @classmethod
    def of(cls, names: Sequence[str]) -> Self:
        """Return the letters of names, which are in order."""
        bounds = [0, *(bisect.bisect_left(names, first) for first in PARTS), len(names)]
        content = b"".join(
            row for start, end in pairwise(bounds) for row in _rows(names[start:end])
        )
        return cls(content, bounds)

    def names(self, word: str, most: int) -> int:
        """Return how many names `like` compares a word with."""
        return sum(part.count for part in self._parts_of(word, most))

    def like(self, word: str, most: int, shortest: int) -> list[int]:
        """Return the positions of the names that a word may be with some mistakes, and of others.

        Args:
            word: What was typed.
            most: The most mistakes.
            shortest: The fewest letters of a name.
        """
        classes = {*map(_CLASS, map(ord, word))}
        found: list[int] = []
        for part in self._parts_of(word, most):
            bits = part.like(classes, len(word), most, shortest)
            # Words of 64 bits: most are zero.
            words = array("Q", bits.to_bytes(-(-part.count // 64) * 8, "little"))
            if _BIG_ENDIAN:
                words.byteswap()
            for at in compress(range(len(words)), words):
                left, first = words[at], part.start + 64 * at - 1
                while left:
                    rest = left & left - 1
                    found.append(first + (left ^ rest).bit_length())
                    left = rest
        return found

    def _parts_of(self, word: str, most: int) -> "list[_Part]":
        # The first letter of the name is one of these, unless it was left out or is a wrong one.
        first = {bisect.bisect_right(PARTS, letter) for letter in word[: most + 1]}
        return [self._parts[at] for at in sorted(first)]


class _Part:
    """The rows of some names in a row, and the position of the first."""

    __slots__ = ("_all", "_classes", "_kinds", "_sizes", "count", "start")

    def __init__(self, start: int, count: int, rows: Sequence[int]) -> None:
        self.start, self.count = start, count
        self._all = (1 << count) - 1
        self._classes = rows[:_CLASSES]
        self._sizes = rows[_CLASSES : _CLASSES + _SIZE_BITS]
        self._kinds = rows[_CLASSES + _SIZE_BITS :]

    @property
    def rows(self) -> Iterator[int]:
        """All rows."""
        return chain(self._classes, self._sizes, self._kinds)

    def like(self, classes: set[int], size: int, most: int, shortest: int) -> int:
        """Return the names that may differ by `most` mistakes from a word, as bits.

        Of a name that is longer than the word, so many letters were left out: each of the other
        mistakes, and only these, may have put a letter into the word that the name does not have.
        In the same way a shorter name has all its letters in the word but for the other mistakes.

        Args:
            classes: The classes of the letters of the word.
            size: How many letters the word has.
            most: The most mistakes.
            shortest: The fewest letters of a name.
        """
        if not self.count:
            return 0
        # By number: the names that lack so many of the classes, or more. `a ^ a & b` is `a & ~b`,
        # which takes three times as long.
        lacking = [self._all, *[0] * (most + 1)]
        for one in classes:
            row = self._classes[one]
            for number in range(most + 1, 0, -1):
                fewer = lacking[number - 1]
                lacking[number] |= fewer ^ fewer & row
        exactly = [more ^ still_more for more, still_more in pairwise(lacking)]
        of_kinds: dict[int, int] = {}
        found = 0
        for longer in range(max(-most, shortest - size), most + 1):
            of_size = _equal(self._sizes, min(size + longer, _LONGEST), self._all)
            if not of_size:
                continue
            for lacks in range(most - max(longer, 0) + 1):
                kinds = len(classes) - lacks + most - max(-longer, 0)
                if kinds not in of_kinds:
                    of_kinds[kinds] = _at_most(self._kinds, min(kinds, _MOST_KINDS), self._all)
                found |= of_size & exactly[lacks] & of_kinds[kinds]
        return found


def _equal(digits: Sequence[int], number: int, among: int) -> int:
    """Return where the number of which `digits` are the binary digits is this one, as bits."""
    for bit, row in enumerate(digits):
        among = among & row if number >> bit & 1 else among ^ among & row
    return among


def _at_most(digits: Sequence[int], number: int, among: int) -> int:
    """Return where the number of which `digits` are the binary digits is not above this one."""
    less, equal = 0, among
    for bit in reversed(range(len(digits))):
        have = equal & digits[bit]
        if number >> bit & 1:
            less |= equal ^ have
            equal = have
        else:
            equal ^= have
    return less | equal


def _width(count: int) -> int:
    return -(-count // 8)


def _rows(names: Sequence[str]) -> Iterator[bytes]:
    classes = [bytearray(b"0" * len(names)) for _ in range(_CLASSES)]
    sizes, kinds = bytearray(), bytearray()
    for at, name in enumerate(names):
        of_name = {*map(_CLASS, map(ord, name))}
        for one in of_name:
            classes[one][at] = _ONE
        sizes.append(min(len(name), _LONGEST))
        kinds.append(min(len(of_name), _MOST_KINDS))
    rows = [
        *classes,
        *(sizes.translate(_DIGITS[bit]) for bit in range(_SIZE_BITS)),
        *(kinds.translate(_DIGITS[bit]) for bit in range(_KIND_BITS)),
    ]
    for row in rows if names else ():
        yield int(row[::-1], 2).to_bytes(_width(len(names)), "little")
