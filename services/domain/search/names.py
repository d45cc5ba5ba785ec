"""A sorted list of names, each with the numbers that it stands for, in a few bytes a name.

The names are the lines of one text in UTF-8, whose order of bytes is that of code points. A list of
Python strings would take about ten times the memory.
"""

import bisect
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final, Self

from services.domain.search.letters import PARTS, Letters

_END: Final = b"\n"
_AFTER_ALL: Final = b"\xff"  # no byte of UTF-8
_BLOCK: Final = 32  # names, of which the first is also held as an object: two bytes a name


class Names:
    """Names in order; each has a position, and numbers such as those of stores."""

    __slots__ = ("_bounds", "_firsts", "_letters", "_lines", "_longest", "_numbers", "_starts")

    def __init__(self, lines: bytes, bounds: "array[int]", numbers: "array[int]") -> None:
        """Take over the parts of a list.

        Args:
            lines: The names in order, each between line ends.
            bounds: Where the numbers of each name begin, and where the last one's end.
            numbers: The numbers of all names.
        """
        self._lines = lines
        self._bounds = bounds
        self._numbers = numbers
        sizes = list(map(len, lines.split(_END)[1:-1]))
        self._longest = max(sizes, default=0)
        self._starts = array("I", accumulate(map((1).__add__, sizes), initial=1))
        self._firsts = [self._line(position) for position in range(0, len(self), _BLOCK)]
        self._letters: Letters | None = None

    @classmethod
    def of(cls, numbers: Mapping[str, Iterable[int]]) -> Self:
        """Return the list of some names and their numbers."""
        encoded = sorted((name.encode(), name) for name in numbers)
        bounds, flat = array("I", [0]), array("I")
        for _, name in encoded:
            flat.extend(numbers[name])
            bounds.append(len(flat))
        lines = _END + b"".join(line + _END for line, _ in encoded)
        return cls(lines, bounds, flat)

    def __len__(self) -> int:
        return len(self._bounds) - 1

    def __getitem__(self, position: int) -> str:
        return self._line(position).decode()

    def find(self, name: str) -> Sequence[int]:
        """Return the numbers of a name; empty where there is no such name."""
        at = self.position(name)
        return () if at is None else self.numbers(at, at + 1)

    def position(self, name: str) -> int | None:
        """Return the position of a name; None where there is no such name."""
        line = name.encode()
        if len(line) > self._longest:
            return None
        first = (bisect.bisect_right(self._firsts, line) - 1) * _BLOCK
        if first < 0:
            return None
        start, end = self._starts[first], self._starts[min(first + _BLOCK, len(self))]
        at = self._lines.find(_END + line + _END, start - 1, end)
        return None if at < 0 else first + self._lines.count(_END, start, at + 1)

    def with_prefix(self, prefix: str) -> tuple[int, int]:
        """Return the first position of names that begin with `prefix`, and the one after them."""
        line = prefix.encode()
        after = line + _AFTER_ALL
        block = bisect.bisect_left(self._firsts, line)
        last = bisect.bisect_left(self._firsts, after, lo=block)
        names = self._block(block - 1)
        low = max(0, block - 1) * _BLOCK + bisect.bisect_left(names, line)
        if last != block:
            names = self._block(last - 1)
        return low, max(0, last - 1) * _BLOCK + bisect.bisect_left(names, after)

    def numbers(self, low: int, high: int) -> "array[int]":
        """Return the numbers of the names from a position to the one before `high`."""
        return self._numbers[self._bounds[low] : self._bounds[high]]

    def bounds(self, low: int, high: int) -> tuple[int, int]:
        """Return where in `all_numbers` those of some positions begin, and where they end."""
        return self._bounds[low], self._bounds[high]

    @property
    def all_numbers(self) -> "array[int]":
        """The numbers of all names, in the order of the names."""
        return self._numbers

    @property
    def letters(self) -> Letters:
        """The letters of the names; they are made at the first use, unless they were given."""
        if self._letters is None:
            self._letters = Letters.of(self._lines.decode().split("\n")[1:-1])
        return self._letters

    def give_letters(self, content: bytes) -> None:
        """Take over letters that were made before of the same names.

        Args:
            content: As `Letters.content`.

        Raises:
            ValueError: The content is not that of so many names.
        """
        bounds = [0, *(self.with_prefix(first)[0] for first in PARTS), len(self)]
        self._letters = Letters(content, bounds)

    @property
    def size(self) -> int:
        """Bytes of all names, which `holding` looks through."""
        return len(self._lines)

    def holding(self, part: str) -> Iterator[int]:
        """Yield the positions of names that hold a text, in order."""
        wanted = part.encode()
        lines, starts = self._lines, self._starts
        at, last = lines.find(wanted), -1
        while at >= 0:
            position = bisect.bisect_right(starts, at) - 1
            if position > last:
                yield position
                last = position
            at = lines.find(wanted, starts[position + 1])

    def sharing(
        self,
        positions: Iterable[int],
        beginnings: tuple[str, ...],
        endings: tuple[str, ...],
        part: str,
    ) -> Iterator[tuple[int, str]]:
        """Yield those of some names, with their positions, that share a text.

        Args:
            positions: Positions of the names.
            beginnings: Texts with which a name may begin,
            endings: or with which it may end,
            part: or which it may hold.
        """
        begin = tuple(one.encode() for one in beginnings)
        end = tuple(one.encode() for one in endings)
        inside = part.encode()
        lines, starts = self._lines, self._starts
        for at in positions:
            line = lines[starts[at] : starts[at + 1] - 1]
            if line.startswith(begin) or line.endswith(end) or inside in line:
                yield at, line.decode()

    def parts(self) -> tuple[bytes, "array[int]", "array[int]"]:
        """Return what the constructor takes."""
        return self._lines, self._bounds, self._numbers

    def _line(self, position: int) -> bytes:
        return self._lines[self._starts[position] : self._starts[position + 1] - 1]

    def _block(self, number: int) -> list[bytes]:
        """Return the names of a block of the list; none where there is no such block."""
        if number < 0:
            return []
        first = number * _BLOCK
        end = min(first + _BLOCK, len(self))
        return self._lines[self._starts[first] : self._starts[end] - 1].split(_END)
