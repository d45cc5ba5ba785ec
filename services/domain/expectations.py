"""Edits under a condition: what a person saw of a document is still what is there.

A register that another person set meanwhile would be overwritten by somebody who never saw its
value. Within a region the condition is exact; two regions that take edits at once cannot know of
each other, and what is lost then is listed as a conflict (`documents.journal`).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from services.domain.documents.assortment import PROPERTIES
from services.domain.documents.catalog import DRAFT_FIELDS, LOCALIZED
from services.domain.documents.person import EVERYTHING
from services.domain.markets import LOCALES
from services.domain.people.roles import FORMS, grant_of
from services.domain.register import Register


class Entries(NamedTuple):
    """The entries that a document can have.

    Attributes:
        has: Returns whether it can have an entry of this name.
        named: The names, for people.
    """

    has: Callable[[str], bool]
    named: str


def _is_of_draft(entry: str) -> bool:
    name, slash, tag = entry.partition("/")
    if name not in LOCALIZED:
        return entry in DRAFT_FIELDS
    return bool(slash) and tag in LOCALES


OF_DRAFTS: Final = Entries(
    _is_of_draft,
    ", ".join(f"{name}/<locale>" if name in LOCALIZED else name for name in DRAFT_FIELDS)
    + f", with a locale of {', '.join(LOCALES)}",
)
"""Those of the draft of a catalog item."""


def _is_of_category(entry: str) -> bool:
    name, slash, tag = entry.partition("/")
    return entry in {"rank", "withdrawn"} or (name == "names" and bool(slash) and tag in LOCALES)


OF_CATEGORIES: Final = Entries(
    _is_of_category,
    f"names/<locale>, rank, withdrawn, with a locale of {', '.join(LOCALES)}",
)
"""Those of the draft of a catalog's category."""

OF_HOURS: Final = Entries(lambda entry: entry == "hours", "hours")
"""That of a store's opening hours."""

OF_PEOPLE: Final = Entries(
    lambda entry: entry == EVERYTHING or grant_of(entry) is not None,
    f"{EVERYTHING} (all roles) and roles: {', '.join(FORMS)}",
)
"""Those of a person's roles."""


def of_assortment(is_item: Callable[[str], bool]) -> Entries:
    """Return the entries of what a store sells.

    Args:
        is_item: Returns whether the store can sell an item of this id.
    """

    def has(entry: str) -> bool:
        item_id, slash, name = entry.rpartition("/")
        return bool(slash) and name in PROPERTIES and is_item(item_id)

    shown = ", ".join(f"<item id>/{name}" for name in PROPERTIES)
    return Entries(has, f"{shown}, of items of the market's catalog")


def changed_entries(
    registers: Mapping[str, Register[Any]], expected: Mapping[str, str | None]
) -> list[str]:
    """Return the entries that are not as they were seen, in the order in which they are expected.

    Args:
        registers: Entry to its register, as they are now.
        expected: Entry to the text of the stamp that was seen; None: there was no value.
    """
    return [
        entry
        for entry, seen in expected.items()
        if (None if entry not in registers else str(registers[entry].stamp)) != seen
    ]
