"""What the rows of a catalog file change: drafts of items, and of the categories they are in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dataload.importing.catalog import CatalogRow
from services.domain.documents.catalog import CatalogDraft
from services.domain.publishing import CATEGORY_PREFIX
from services.domain.stamp import Stamp
from services.storage import bulk, keys
from services.storage.kinds import Document

_STEP: Final = 10  # between ranks, so that somebody can put an item between two others

Fields = Mapping[str, Any]
Texts = Mapping[str, str]


@dataclass(slots=True)
class MarketCatalog:
    """What a market's drafts hold, and what the rows of a file add to it.

    Attributes:
        categories: ids of the categories that have a name.
        named: category id to the names that rows give it.
        ranks: highest rank of the items and of the categories.
    """

    market: str
    categories: set[str]
    ranks: dict[str, int]
    named: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: list[CatalogRow] = field(default_factory=list)

    @classmethod
    def of(cls, market: str, drafts: Sequence[CatalogDraft]) -> "MarketCatalog":
        """The catalog as its drafts have it."""
        is_category = {one.item_id: one.item_id.startswith(CATEGORY_PREFIX) for one in drafts}
        return cls(
            market,
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

    def learn_names(self, row: CatalogRow) -> str | None:
        """Note the category names of a row; what is wrong if an earlier row has others."""
        names = self.named.setdefault(row.category, {})
        for locale, name in row.category_names.items():
            if names.setdefault(locale, name) != name:
                return (
                    f"category {row.category} is called {names[locale]!r} in an earlier row, "
                    f"{name!r} here"
                )
        return None

    def has(self, category: str) -> bool:
        """Whether a category has, or will have, a name."""
        return category in self.categories or bool(self.named.get(category))

    def edits(self) -> dict[keys.Key, bulk.Edit]:
        """The edit of every draft that the rows touch; new ones come last, in the file's order."""
        touched = dict.fromkeys(row.category for row in self.rows)
        edits: dict[keys.Key, bulk.Edit] = {}
        for order, category in enumerate(touched, 1):
            names = self.named.get(category) or {}
            fields = {"names": names} if names else {}
            rank = self.ranks["category"] + _STEP * order
            self._add(edits, CATEGORY_PREFIX + category, fields, {"rank": rank})
        for order, row in enumerate(self.rows, 1):
            given = {**row.fields, "names": row.names}
            if row.descriptions:
                given["descriptions"] = row.descriptions
            rank = self.ranks["item"] + _STEP * order
            self._add(edits, row.item_id, given, _defaults(row.item_id, rank))
        return edits

    def _add(
        self, edits: dict[keys.Key, bulk.Edit], item_id: str, given: Fields, new: Fields
    ) -> None:
        edits[keys.draft(self.market, item_id)] = _setting(self.market, item_id, given, new)


def _defaults(item_id: str, rank: int) -> Fields:
    return {
        "image_url": f"/pictures/{item_id}.svg",
        "calories": None,
        "standard": True,
        "dayparts": [],
        "rank": rank,
        "withdrawn": False,
    }


def _setting(market: str, item_id: str, given: Fields, new: Fields) -> bulk.Edit:
    def edit(current: Document | None, stamp: Stamp) -> CatalogDraft:
        empty = CatalogDraft(market, item_id, {})
        draft = current if isinstance(current, CatalogDraft) else empty
        fields = {name: value for name, value in new.items() if name not in draft.registers}
        return draft.assign({**fields, **given}, stamp)

    return edit
