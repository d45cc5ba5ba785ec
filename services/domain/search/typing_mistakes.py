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

_MOST_COMPARED: Final = 400  # names for one word; more would take longer than a search may
_MOST_LOOKED_AT: Final = 6000  # names for one part of a word, of which the length is looked at

# Steps of one name, by what is done with it, and of the search for a part in all names.
_LOOK: Final = 1
_COMPARE: Final = 8
_BYTES_A_STEP: Final = 1024


class Steps:
    """The work that is left for the corrections of one search.

    Attributes:
        left: Steps, each about a microsecond; none is begun once they are used up.
    """

    __slots__ = ("left",)

    def __init__(self, most: int) -> None:
        self.left = most


def mistakes_allowed(word: str) -> int:
    """Return how many mistakes are assumed in a word: 0, 1 or 2; none in one with digits."""
    if len(word) < ONE_MISTAKE or any(map(str.isdigit, word)):
        return 0
    return 1 if len(word) < TWO_MISTAKES else 2


def similar(names: Names, word: str, steps: Steps) -> tuple[int, list[int]]:
    """Return the fewest mistakes with which a word is a name, and the positions of these names.

    The positions are empty where no name is similar enough, or one is the word itself. Names are no
    longer compared once the steps are used up.

    Args:
        names: The names that may be meant.
        word: What was typed, folded.
        steps: The work that may be done; what is done is taken off.
    """
    allowed = mistakes_allowed(word)
    if not allowed or steps.left <= 0:
        return 0, []
    found: dict[int, int] = {}
    slack = allowed if word.isascii() else 4 * allowed
    size = len(word.encode())
    compared = 0
    for position in _candidates(names, word, allowed, steps):
        steps.left -= _LOOK
        if steps.left <= 0:
            break
        if position in found or abs(names.length(position) - size) > slack:
            continue
        name = names[position]
        # The name itself must be long enough for its mistakes: not `ohio` for `ohi`.
        most = min(allowed, (len(name) > ONE_MISTAKE) + (len(name) > TWO_MISTAKES))
        if not most or len(set(name) ^ set(word)) > 2 * most:
            continue
        compared += 1
        steps.left -= _COMPARE
        if compared > _MOST_COMPARED:
            break
        mistakes = distance(word, name, most)
        if mistakes <= most:
            found[position] = mistakes
    fewest = min(found.values(), default=0)
    if not fewest:
        return 0, []
    return fewest, [position for position, count in found.items() if count == fewest]


def distance(word: str, name: str, most: int) -> int:
    """Return how many mistakes turn a name into a word; `most + 1` where there are more."""
    if abs(len(word) - len(name)) > most:
        return most + 1
    # What both begin and end with is of no account: names that are compared share a part.
    start, end = 0, min(len(word), len(name))
    while start < end and word[start] == name[start]:
        start += 1
    word, name, end = word[start:], name[start:], end - start
    cut = 0
    while cut < end and word[-1 - cut] == name[-1 - cut]:
        cut += 1
    if cut:
        word, name = word[:-cut], name[:-cut]
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


def _candidates(names: Names, word: str, allowed: int, steps: Steps) -> Iterator[int]:
    parts = allowed + 1
    cuts = [len(word) * part // parts for part in range(parts + 1)]
    for cut in cuts[1:-1]:
        # Neighbors that were swapped across a cut have changed both parts.
        swapped = word[: cut - 1] + word[cut] + word[cut - 1] + word[cut + 1 :]
        low, high = names.with_prefix(swapped)
        yield from range(low, min(high, low + 5))
    low, high = names.with_prefix(word[: cuts[1]])
    yield from range(low, min(high, low + _MOST_LOOKED_AT))
    whole = names.size // _BYTES_A_STEP
    if steps.left > whole:
        steps.left -= whole
        yield from islice(names.holding(word[cuts[-2] :], at_end=True), _MOST_LOOKED_AT)
    if allowed > 1 and steps.left > whole:
        steps.left -= whole
        yield from islice(names.holding(word[cuts[1] : cuts[2]]), _MOST_LOOKED_AT)
