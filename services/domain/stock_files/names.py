"""Finding stores and items by what a file calls them: an id, or a name that only one has."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from services.domain.ids import MAX_ID, is_id
from services.domain.leading_zeros import LeadingZeros
from services.domain.search.folding import folded_words, joined, spellings

_SHOWN: Final = 5
_HASH: Final = 12  # characters of a made-up id without a letter of its name


class Named(NamedTuple):
    """Something that has an id and names.

    Attributes:
        id: Its id.
        names: Its names, in all languages.
        place: What tells it from others of the same name, such as its city; may be empty.
    """

    id: str
    names: tuple[str, ...]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several things have the name.

    Attributes:
        candidates: Each by its id, with what tells them apart; at most a few of them.
        total: How many they are.
    """

    candidates: tuple[str, ...]
    total: int

    def __str__(self) -> str:
        more = f" and {self.total - len(self.candidates)} more" if self.total > _SHOWN else ""
        return f"{', '.join(self.candidates)}{more}"


class NameIndex:
    """Ids by names, with case, accents and blanks folded."""

    def __init__(self, things: Iterable[Named]) -> None:
        """Index things; an id is a name, too."""
        self._ids: set[str] = set()
        self._written: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._folded: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for one in things:
            self._ids.add(one.id)
            for name in (one.id, *one.names):
                self._written[_written(name)][one.id] = one.place
                for spelling in spellings(name):
                    self._folded[spelling][one.id] = one.place
        self._folded.pop("", None)  # names without a letter
        self._numbers = LeadingZeros(self._ids)

    def find(self, text: str) -> str | Ambiguous | None:
        """Return the id of what a text names; None where it names nothing."""
        if text in self._ids:
            return text
        restored = self._numbers.restored(text)
        if restored in self._ids:
            return restored
        found = self._written.get(_written(text))
        if found is None:
            found = {}
            for spelling in spellings(text):
                found |= self._folded.get(spelling, {})
        if len(found) > 1:
            shown = tuple(
                f"{one} ({place})" if place else one
                for one, place in sorted(found.items())[:_SHOWN]
            )
            return Ambiguous(shown, len(found))
        return next(iter(found), None)


def made_up_id(text: str, market: str | None = None) -> str:
    """Return the id under which counts of something unknown are kept.

    It is the id that `NameIndex` would find by this text, so that counts of something are there
    already when it gets that id: `Echo Dot` gives `echo-dot`, and an id stays as it is.

    Args:
        text: What a file calls it.
        market: The only market in which it may come to be known; the id is then one that nothing
            can get, `echo-dot@fr`, so that nothing of another market has the counts. None: any.
    """
    if market is not None:
        return f"{made_up_id(text)}@{market}"
    if is_id(text):
        return text
    slug = "-".join(folded_words(text))
    if is_id(slug):
        return slug
    digest = hashlib.blake2b(joined(text).encode() or text.encode(), digest_size=8).hexdigest()
    start = "".join(letter for letter in slug if letter.isascii()).strip("-")
    prefix = start[: MAX_ID - _HASH - 1].strip("-")
    return f"{prefix}-{digest[:_HASH]}" if prefix else f"unknown-{digest[:_HASH]}"


def _written(name: str) -> str:
    return " ".join(name.casefold().split())
