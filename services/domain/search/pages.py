"""What a search of stores returns, and its limit; lists of stores have the same pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from services.domain.documents.directory import DirectoryEntry

MAX_WORDS: Final = 10
"""Most different words of one search: each is looked up in all texts, and their fits add up."""


class TooManyWordsError(ValueError):
    """A search has more than `MAX_WORDS` different words."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the stores that match, in the index's order.

    Attributes:
        entries: the stores of this page, with the cursor of each.
        total: how many stores match in all.
        has_next: more come after this page.
        has_previous: some come before it.
        regions: of a search, by id of a store: the state that tells its city apart from others of
            its name in its market. Where there are no others, or it is not known, there is none.
    """

    entries: list[tuple[DirectoryEntry, str]]
    total: int
    has_next: bool
    has_previous: bool
    regions: Mapping[str, str] = field(default_factory=dict)
