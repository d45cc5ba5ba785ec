"""The difference of two catalogs: what publishing the second one changes for guests."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final

from services.domain.catalogs.content import NOTHING, CatalogContent, ItemContent
from services.domain.documents.catalog import LOCALIZED

FIELDS: Final = tuple(one.name for one in fields(ItemContent))
"""Fields of an item that can differ, in the order in which differences list them."""


class DifferenceKind(StrEnum):
    """What becomes of an item."""

    ADDED = "added"
    WITHDRAWN = "withdrawn"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field of an item that differs.

    Attributes:
        field: One of `FIELDS`.
        locale: Of a text; None for other fields.
        before: Its value before; None: none.
        after: Its value after; None: none.
    """

    field: str
    locale: str | None
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """One item that differs.

    Attributes:
        item_id: Id of the item.
        kind: What becomes of it.
        fields: What differs; of an added item all that it says, of a withdrawn one nothing.
    """

    item_id: str
    kind: DifferenceKind
    fields: tuple[FieldDifference, ...]


@dataclass(frozen=True, slots=True)
class CategoryDifference:
    """One category that differs.

    Attributes:
        category_id: Id of the category.
        kind: What becomes of it; one without items is not on the menu.
        names: The names that differ; of an added category all, of a withdrawn one none.
    """

    category_id: str
    kind: DifferenceKind
    names: tuple[FieldDifference, ...]


@dataclass(frozen=True, slots=True)
class CatalogDifference:
    """All that differs between two catalogs; nothing where they say the same.

    Attributes:
        items: Withdrawn ones first, in the order of the menu before; the others in that after.
        categories: Likewise.
        reordered: Whether items or categories that both have stand in another order.
    """

    items: tuple[ItemDifference, ...]
    categories: tuple[CategoryDifference, ...]
    reordered: bool

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.items or self.categories or self.reordered)


def difference(before: CatalogContent, after: CatalogContent) -> CatalogDifference:
    """Return what differs between two catalogs."""
    items = [
        ItemDifference(one, DifferenceKind.WITHDRAWN, ())
        for one in before.items
        if one not in after.items
    ]
    for item_id, content in after.items.items():
        old = before.items.get(item_id)
        changes = tuple(field_differences(old or NOTHING, content))
        if old is None:
            items.append(ItemDifference(item_id, DifferenceKind.ADDED, changes))
        elif changes:
            items.append(ItemDifference(item_id, DifferenceKind.CHANGED, changes))
    return CatalogDifference(
        items=tuple(items),
        categories=tuple(_categories(before.categories, after.categories)),
        reordered=_is_reordered(before.items, after.items)
        or _is_reordered(before.categories, after.categories),
    )


def field_differences(before: ItemContent, after: ItemContent) -> Iterator[FieldDifference]:
    """Yield the fields in which two versions of an item differ; texts locale by locale."""
    for name in FIELDS:
        one, other = getattr(before, name), getattr(after, name)
        if name in LOCALIZED:
            yield from _texts(name, one, other)
        elif one != other:
            yield FieldDifference(name, None, one, other)


def _categories(
    before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]
) -> Iterator[CategoryDifference]:
    for one in before:
        if one not in after:
            yield CategoryDifference(one, DifferenceKind.WITHDRAWN, ())
    for category_id, names in after.items():
        old = before.get(category_id)
        changes = tuple(_texts("names", old or {}, names))
        if old is None:
            yield CategoryDifference(category_id, DifferenceKind.ADDED, changes)
        elif changes:
            yield CategoryDifference(category_id, DifferenceKind.CHANGED, changes)


def _texts(
    field: str, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[FieldDifference]:
    for locale in sorted(before.keys() | after.keys()):
        one, other = before.get(locale), after.get(locale)
        if one != other:
            yield FieldDifference(field, locale, one, other)


def _is_reordered(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return [one for one in before if one in after] != [one for one in after if one in before]
