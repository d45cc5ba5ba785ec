"""Edits that the rows of a catalog file make: drafts of items, and of the categories they need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dataload.importing.catalog import CatalogRow
from dataload.importing.planning import Edit
from services.domain.documents.catalog import CatalogDraft
from services.domain.documents.journal import Change
from services.domain.edits import edit_draft
from services.domain.publishing import CATEGORY_PREFIX
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.kinds import Document

_STEP: Final = 10  # between ranks, so that somebody can put an item between two others

Fields = Mapping[str, Any]


@dataclass(slots=True)
class MarketCatalog:
    """A market's drafts, and the rows of a file that change them.

    Attributes:
        market: Id of the market.
        drafts: Item or category id to its draft.
        categories: Ids of the categories that have a name.
        ranks: Highest rank of the items and of the categories.
        named: Category id to the names that rows give it.
        rows: The rows that fit the catalog.
    """

    market: str
    drafts: Mapping[str, CatalogDraft]
    categories: set[str]
    ranks: dict[str, int]
    named: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: list[CatalogRow] = field(default_factory=list)

    @classmethod
    def of(cls, market: str, drafts: Sequence[CatalogDraft]) -> "MarketCatalog":
        """Return the catalog as its drafts have it."""
        is_category = {one.item_id: one.item_id.startswith(CATEGORY_PREFIX) for one in drafts}
        return cls(
            market,
            {one.item_id: one for one in drafts},
            {
                one.item_id.removeprefix(CATEGORY_PREFIX)
                for one in drafts
                if is_category[one.item_id] and one["names"] and not one["withdrawn"]
            },
            {
                kind: max(
                    (one["rank"] or 0 for one in drafts if is_category[one.item_id] == of_category),
                    default=0,
                )
                for kind, of_category in (("category", True), ("item", False))
            },
        )

    def misfit(self, row: CatalogRow) -> str | None:
        """Return why the category of a row does not fit the catalog; None if it fits.

        The names that rows give to categories must have been taken in by `take_names`.
        """
        if row.category is None:
            return None
        draft = self.drafts.get(CATEGORY_PREFIX + row.category)
        if draft is not None and draft["withdrawn"]:
            if self._is_withdrawn(row):
                return None
            reason = f"category {row.category!r} of market {row.market} is withdrawn"
            return f"{reason}; bring it back with editCatalogCategory, or on the site"
        if self._has(row.category):
            return None
        reason = f"market {row.market} has no category {row.category!r}"
        return f"{reason}; name it in the column category_name"

    def lacking(self, row: CatalogRow) -> tuple[str, str] | None:
        """Return a column that a new item needs and a row does not have, and why; None: none."""
        if row.item_id in self.drafts:
            return None
        needed = {"category": "category", "names": "name", "price": "price"}
        for name, column in (*needed.items(), ("allergens", "allergens")):
            if row.fields.get(name) is None:
                advice = "; state them, or write none" if name == "allergens" else ""
                return column, f"item {row.item_id} is new and needs {column}{advice}"
        return None

    def take_names(self, row: CatalogRow) -> str | None:
        """Take in the category names of a row; return the conflict with an earlier row, if any."""
        if row.category is None:
            return None
        names = self.named.setdefault(row.category, {})
        for locale, name in row.category_names.items():
            if names.get(locale, name) != name:
                return (
                    f"category {row.category} is called {names[locale]!r} in an earlier row, "
                    f"{name!r} here"
                )
        names.update(row.category_names)
        return None

    def _is_withdrawn(self, row: CatalogRow) -> bool:
        """Return whether the item of a row is withdrawn, with what the row says of it."""
        draft = self.drafts.get(row.item_id)
        stands = draft is not None and bool(draft["withdrawn"])
        return bool(row.fields.get("withdrawn", stands))

    def _has(self, category: str) -> bool:
        return category in self.categories or bool(self.named.get(category))

    def edits(self) -> dict[keys.Key, Edit]:
        """Return the edit of every draft that rows touch; new ones come last, in file order."""
        touched = dict.fromkeys(row.category for row in self.rows if row.category is not None)
        edits: dict[keys.Key, Edit] = {}
        for order, category in enumerate(touched, 1):
            names = self.named.get(category) or {}
            rank = self.ranks["category"] + _STEP * order
            self._add(edits, CATEGORY_PREFIX + category, {"names": names} if names else {}, rank)
        for order, row in enumerate(self.rows, 1):
            self._add(edits, row.item_id, row.fields, self.ranks["item"] + _STEP * order)
        return edits

    def _add(self, edits: dict[keys.Key, Edit], item_id: str, fields: Fields, rank: int) -> None:
        edits[keys.draft(self.market, item_id)] = _setting(self.market, item_id, fields, rank)


def _setting(market: str, item_id: str, fields: Fields, rank: int) -> Edit:
    def edit(current: Document | None, stamp: Stamp) -> tuple[CatalogDraft, tuple[Change, ...]]:
        before = current if isinstance(current, CatalogDraft) else None
        return edit_draft(before, market, item_id, fields, stamp, again=False, rank=rank)

    return edit
