"""Finds the names that a mistyped word may mean.

A mistake is a letter too many, a letter left out, a wrong letter, or two neighbors swapped (the
optimal string alignment distance). A word with one mistake still has its first or its second half;
one with two mistakes has one of its thirds. Only names that share such a part are compared.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from services.domain.search.names import Names

ONE_MISTAKE: Final = 4
"""Fewest letters of a word as typed in which one mistake is assumed: one of five letters."""

TWO_MISTAKES: Final = 8
"""Fewest letters of a word as typed in which two mistakes are assumed."""

_MOST_COMPARED: Final = 400  # names; more would take longer than a search may
_MOST_LOOKED_AT: Final = 6000  # names, of which the length alone is looked at


def mistakes_allowed(word: str) -> int:
    """Return how many mistakes are assumed in a word: 0, 1 or 2; none in one with digits."""
    if len(word) < ONE_MISTAKE or any(map(str.isdigit, word)):
        return 0
    return 1 if len(word) < TWO_MISTAKES else 2


def similar(names: Names, word: str) -> tuple[int, list[int]]:
    """Return the fewest mistakes with which a word is a name, and the positions of these names.

    The positions are empty where no name is similar enough.
    """
    allowed = mistakes_allowed(word)
    if not allowed:
        return 0, []
    found: dict[int, int] = {}
    slack = allowed if word.isascii() else 4 * allowed
    size = len(word.encode())
    compared = 0
    for position in _candidates(names, word, allowed):
        if position in found or abs(names.length(position) - size) > slack:
            continue
        name = names[position]
        # The name itself must be long enough for its mistakes: not `ohio` for `ohi`.
        most = min(allowed, (len(name) > ONE_MISTAKE) + (len(name) > TWO_MISTAKES))
        if not most or len(set(name) ^ set(word)) > 2 * most:
            continue
        compared += 1
        if compared > _MOST_COMPARED:
            break
        mistakes = distance(word, name, most)
        if mistakes <= most:
            found[position] = mistakes
    fewest = min(found.values(), default=0)
    return fewest, [position for position, count in found.items() if count == fewest]


def distance(word: str, name: str, most: int) -> int:
    """Return how many mistakes turn a name into a word; `most + 1` where there are more."""
    if abs(len(word) - len(name)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(name) + 1))
    for i, letter in enumerate(word, 1):
        before, above, row = row, before, [i]
        for j, other in enumerate(name, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            swapped = i > 1 and j > 1 and letter == name[j - 2] and word[i - 2] == other
            if swapped:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _candidates(names: Names, word: str, allowed: int) -> Iterator[int]:
    parts = allowed + 1
    cuts = [len(word) * part // parts for part in range(parts + 1)]
    for cut in cuts[1:-1]:
        # Neighbors that were swapped across a cut have changed both parts.
        swapped = word[: cut - 1] + word[cut] + word[cut - 1] + word[cut + 1 :]
        low, high = names.with_prefix(swapped)
        yield from range(low, min(high, low + 5))
    low, high = names.with_prefix(word[: cuts[1]])
    yield from range(low, min(high, low + _MOST_LOOKED_AT))
    yield from islice(names.holding(word[cuts[-2] :], at_end=True), _MOST_LOOKED_AT)
    if allowed > 1:
        yield from islice(names.holding(word[cuts[1] : cuts[2]]), _MOST_LOOKED_AT)
