"""Finds the names that a mistyped word may mean.

A mistake is a letter too many, a letter left out, a wrong letter, or two neighbors swapped (the
optimal string alignment distance). Only names with nearly the letters of the word are compared.
"""

from collections.abc import Iterable
from typing import Final

from services.domain.search.names import Names

ONE_MISTAKE: Final = 4
"""Fewest letters of a word as typed in which one mistake is assumed: one of five letters."""

TWO_MISTAKES: Final = 8
"""Fewest letters of a word as typed in which two mistakes are assumed."""

# Steps of one name, by what is done with it, and of the search for similar ones among all.
_LOOK: Final = 1
_COMPARE: Final = 2
_NAMES_A_STEP: Final = 512


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
    if len(word) > ONE_MISTAKE and names.position(word) is not None:
        return 0, []
    for mistakes in range(1, allowed + 1):
        found = [
            position
            for position, name in _candidates(names, word, mistakes, steps)
            if distance(word, name, mistakes) == mistakes
        ]
        if found:
            return mistakes, found
    return 0, []


def distance(word: str, name: str, most: int) -> int:
    """Return how many mistakes turn a name into a word; `most + 1` where there are more."""
    if abs(len(word) - len(name)) > most:
        return most + 1
    same = 0
    for letter, other in zip(word, name, strict=False):
        if letter != other:
            break
        same += 1
    word, name = word[same:], name[same:]
    if not most or word == name:
        return int(word != name)
    # The first letters differ: one of them is wrong, or too many, or both are swapped.
    swapped = len(word) > 1 and word[:2] == name[1::-1]
    if most == 1:
        is_one = word[1:] in {name, name[1:]} or word == name[1:]
        return 1 if is_one or (swapped and word[2:] == name[2:]) else 2
    left = most - 1
    best = min(
        distance(word[1:], name[1:], left),
        distance(word[1:], name, left),
        distance(word, name[1:], left),
    )
    return 1 + (min(best, distance(word[2:], name[2:], left)) if swapped else best)


def _candidates(names: Names, word: str, mistakes: int, steps: Steps) -> Iterable[tuple[int, str]]:
    """Return the names that a word may be with so many mistakes, and others, by position."""
    # The name itself must be long enough for its mistakes: not `ohio` for `ohi`.
    shortest = (ONE_MISTAKE if mistakes == 1 else TWO_MISTAKES) + 1
    steps.left -= names.letters.names(word, mistakes) // _NAMES_A_STEP + 1
    like = names.letters.like(word, mistakes, shortest)[: max(0, steps.left)]
    steps.left -= len(like) * _LOOK
    if mistakes == 1:
        found = [(position, names[position]) for position in like]
    else:
        # One of three parts is as it was, unless letters were swapped where they meet.
        first, last = len(word) // 3, len(word) * 2 // 3
        beginnings = word[:first], _swapped(word, first)[: first + 1]
        endings = word[last:], _swapped(word, last)[last - 1 :]
        found = [*names.sharing(like, beginnings, endings, word[first:last])]
    found = found[: max(0, steps.left // _COMPARE)]
    steps.left -= len(found) * _COMPARE
    return found


def _swapped(word: str, at: int) -> str:
    """Return a word with the letters before and after a position swapped."""
    return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
