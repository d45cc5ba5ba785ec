"""Reads what a guest types about items: the words to find, and the allergens to do without.

Nothing is guessed about an allergen: where the words after "without" name none, the search is not
understood, and finds nothing. An item that is wrongly shown as free of an allergen harms people.
"""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Final, NamedTuple

from services.domain.allergens import Allergen
from services.domain.search.allergen_names import (
    AFTER,
    BEFORE,
    BETWEEN,
    COELIAC,
    ENDINGS,
    ENDINGS_WITHOUT_BLANKS,
    EXCLUDING,
    FILLING,
    LONGEST_NAME,
    OF,
    PLAIN,
)
from services.domain.search.folding import folded_words, is_unspaced
from services.domain.search.typing_mistakes import distance

_COMMA: Final = ","
_SEPARATORS: Final = re.compile(r"([,;、\uff0c/&+])")
_SHORT_WITHOUT: Final = re.compile(r"\bw/o?\b", re.IGNORECASE)
_MAY_NOT: Final = re.compile(
    r"\b(?:can|could|do|does|must|may|should|wo)(?: ?not|n?['\u2019]t)\b", re.IGNORECASE
)
# Not `ohne` or `keine`: `kleine`, `eine` and many others are one letter away.
_MAY_BE_MISTYPED: Final = ("without", "except", "senza", "zonder")
_SHORTEST_STEM: Final = 2
_JOINED_BETWEEN: Final = re.compile("[と・やも]")
_ENDING_WITHOUT_BLANKS: Final = re.compile(
    "|".join(sorted(ENDINGS_WITHOUT_BLANKS, key=len, reverse=True))
)
# First and last letter of hiragana, katakana and its extensions, Han and its repetition mark.
_SCRIPTS: Final = (
    ("\u3041", "\u309f", 1),
    ("\u30a0", "\u30ff", 2),
    ("\u31f0", "\u31ff", 2),
    ("\u3400", "\u9fff", 3),
    ("\u3005", "\u3005", 3),
)


class Wish(NamedTuple):
    """A search for items: the words to fit, and what is excluded.

    Attributes:
        words: Folded words that an item fits, in their order, each once.
        optional: Words such as `the`, that an item need not fit: `thé` is one of them.
        without: Allergens that an item must not have.
        not_understood: What the search excludes and is the name of no allergen; such a search
            finds nothing.
    """

    words: tuple[str, ...]
    optional: tuple[str, ...]
    without: frozenset[Allergen]
    not_understood: tuple[str, ...]


def wish(text: str) -> Wish:
    """Return the words that items must fit and the allergens that they must not have."""
    return _Reading(_tokens(text)).read()


def parts_of(word: str) -> list[str]:
    """Return the parts of a word by script: `いちごドーナツ` gives `いちご` and `ドーナツ`."""
    if not is_unspaced(word):
        return [word]
    parts = ("".join(letters) for _, letters in groupby(word, _script))
    return [part for part in parts if part not in PLAIN]


def _script(letter: str) -> int:
    return next((number for first, last, number in _SCRIPTS if first <= letter <= last), 0)


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    spelled = _MAY_NOT.sub("without ", _SHORT_WITHOUT.sub("without ", text))
    for part in _SEPARATORS.split(spelled):
        tokens += [_COMMA] if _SEPARATORS.fullmatch(part) else folded_words(part)
    return tokens


class _Reading:
    """Goes through the words of one search, from the first to the last."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tokens
        self._words: list[str] = []
        self._without: set[Allergen] = set()
        self._not_understood: list[str] = []

    def read(self) -> Wish:
        at = 0
        while at < len(self._tokens):
            at = self._next(at)
        words = [word for word in self._words if word != _COMMA]
        optional = [word for word in words if word in PLAIN]
        kept = [word for word in words if word not in PLAIN]
        if not kept and not self._without and not self._not_understood:
            kept, optional = optional, []
        return Wish(
            tuple(dict.fromkeys(kept)),
            tuple(dict.fromkeys(optional)),
            frozenset(self._without),
            tuple(dict.fromkeys(self._not_understood)),
        )

    def _next(self, at: int) -> int:
        """Read the word at a position, and return the position after what was read."""
        word = self._token(at)
        if self._excludes(at):
            return self._excluded(at + 1, word)
        if (end := self._before_free(at)) is not None:
            return end
        if word in COELIAC:
            self._without.add(Allergen.GLUTEN)
            return at + 1
        if self._ends_with_free(word) or self._ends_without_blanks(word):
            return at + 1
        self._words.append(word)
        return at + 1

    def _excludes(self, at: int) -> bool:
        """Return whether a word says that what follows is excluded; also a mistyped one."""
        word = self._token(at)
        if word in BEFORE:
            return True
        if word in AFTER and self._token(at + 1) in OF:
            return True
        return any(distance(word, one, 1) <= 1 for one in _MAY_BE_MISTYPED) and bool(
            self._allergens(self._filled(at + 1))[1]
        )

    def _excluded(self, at: int, word: str) -> int:
        """Read the allergens after a word such as `without`."""
        while self._token(at) == _COMMA:
            at += 1
        more = False
        while True:
            at = self._filled(at)
            if more and self._token(at) in BEFORE:
                at = self._filled(at + 1)
            named, end = self._allergens(at)
            if end:
                self._without |= named
                at = end
            else:
                self._not_understood.append(self._token(at) or word)
                at += 1
            more = self._token(at) in BETWEEN
            if more:
                while self._token(at) in BETWEEN:
                    at += 1
                if at >= len(self._tokens):
                    return at
            elif not self._allergens(at)[1]:
                return at

    def _before_free(self, at: int) -> int | None:
        """Read `nut free`, `egg and nut free`, `sugar free`; None where it is none of these."""
        named: set[Allergen] = set()
        end = at
        while (found := self._allergens(end))[1]:
            named |= found[0]
            end = found[1]
            if self._is_free(end):
                self._without |= named
                return end + 1
            if self._token(end) in BETWEEN:
                end += 1
        if self._is_free(at + 1) and self._token(at) != _COMMA:
            self._not_understood.append(self._token(at))
            return at + 2
        return None

    def _is_free(self, at: int) -> bool:
        return self._token(at) in AFTER and self._token(at + 1) not in OF

    def _ends_with_free(self, word: str) -> bool:
        for ending in ENDINGS:
            stem = word.removesuffix(ending)
            if stem != word and len(stem) >= _SHORTEST_STEM:
                named = EXCLUDING.get((stem,)) or EXCLUDING.get((stem.removesuffix("s"),))
                self._exclude(named, stem)
                return True
        return False

    def _ends_without_blanks(self, word: str) -> bool:
        if word.isascii():
            return False
        found = _ENDING_WITHOUT_BLANKS.search(word)
        if found is None:
            return False
        before, after = word[: found.start()], word[found.end() :]
        for name in filter(None, _JOINED_BETWEEN.split(before.rstrip("のをが"))):
            self._exclude(EXCLUDING.get((name,)), name)
        if not before:
            self._not_understood.append(word)
        if rest := after.lstrip("のをがは"):
            self._words.append(rest)
        return True

    def _exclude(self, named: frozenset[Allergen] | None, name: str) -> None:
        if named:
            self._without |= named
        else:
            self._not_understood.append(name)

    def _allergens(self, at: int) -> tuple[frozenset[Allergen], int]:
        """Return the allergens of the longest name at a position, and the position after it.

        The position is 0 where there is none.
        """
        for length in range(min(LONGEST_NAME, len(self._tokens) - at), 0, -1):
            named = EXCLUDING.get(tuple(self._tokens[at : at + length]))
            if named:
                return named, at + length
        return frozenset(), 0

    def _filled(self, at: int) -> int:
        while self._token(at) in FILLING:
            at += 1
        return at

    def _token(self, at: int) -> str:
        return self._tokens[at] if at < len(self._tokens) else ""
