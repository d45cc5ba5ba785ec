"""What a catalog item still lacks: what keeps it from guests, and what they read in English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.domain.catalogs.content import ItemContent
from services.domain.markets import LOCALES


@dataclass(frozen=True, slots=True)
class Untranslated:
    """The languages in which an item lacks a text.

    Attributes:
        names: Locales without a name.
        descriptions: Locales without a description, where another locale has one.
    """

    names: tuple[str, ...]
    descriptions: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether any text is missing."""
        return bool(self.names or self.descriptions)


def untranslated(content: ItemContent, locales: Sequence[str] = LOCALES) -> Untranslated:
    """Return in which languages an item lacks a text; guests read another language there.

    An item without any description lacks none.

    Args:
        content: The item.
        locales: The languages that it shall have: those that guests can choose.
    """
    described = locales if content.descriptions else ()
    return Untranslated(_lacking(content.names, locales), _lacking(content.descriptions, described))


def _lacking(texts: Mapping[str, str], locales: Sequence[str]) -> tuple[str, ...]:
    return tuple(locale for locale in locales if locale not in texts)
