"""Publishing: checking a market's drafts and freezing them into a catalog version."""

from collections.abc import Sequence
from typing import Final

from services.domain.allergens import Allergen
from services.domain.dayparts import Daypart
from services.domain.documents.catalog import CatalogDraft, CatalogItem, CatalogVersion
from services.domain.markets import MARKETS

CATEGORY_PREFIX: Final = "category:"
_LAST: Final = 2**31


class UnpublishableError(ValueError):
    """Drafts make no valid catalog.

    Attributes:
        problems: what to mend, one sentence each, beginning with the item's id.
    """

    def __init__(self, market: str, problems: Sequence[str]) -> None:
        super().__init__(f"market {market!r} cannot be published: " + "; ".join(problems[:5]))
        self.problems = tuple(problems)


def compile_catalog(market: str, version: str, drafts: Sequence[CatalogDraft]) -> CatalogVersion:
    """The catalog that these drafts make: withdrawn items out, categories and items by rank.

    Raises:
        UnpublishableError: there is nothing to sell, or an item lacks a name, price or category.
    """
    standing = [draft for draft in drafts if not draft["withdrawn"]]
    categories = {
        draft.item_id.removeprefix(CATEGORY_PREFIX): draft
        for draft in sorted(standing, key=_by_rank)
        if draft.item_id.startswith(CATEGORY_PREFIX)
    }
    items = sorted(
        (draft for draft in standing if not draft.item_id.startswith(CATEGORY_PREFIX)), key=_by_rank
    )
    problems = [problem for draft in items for problem in _problems(draft, categories)]
    if not items:
        problems.append("it has no items; import a catalog first")
    if problems:
        raise UnpublishableError(market, problems)
    used = {draft["category"] for draft in items}
    return CatalogVersion(
        market=market,
        version=version,
        currency=MARKETS[market].currency,
        categories={
            key: dict(draft["names"] or {}) for key, draft in categories.items() if key in used
        },
        items=tuple(_item(draft) for draft in items),
    )


def _by_rank(draft: CatalogDraft) -> tuple[int, str]:
    rank = draft["rank"]
    return (_LAST if rank is None else rank, draft.item_id)


def _problems(draft: CatalogDraft, categories: dict[str, CatalogDraft]) -> list[str]:
    problems = []
    if not draft["names"]:
        problems.append(f"{draft.item_id} has no name")
    if draft["price"] is None:
        problems.append(f"{draft.item_id} has no price")
    if draft["category"] not in categories:
        problems.append(f"{draft.item_id} is in category {draft['category']!r}, which is unknown")
    problems += [
        f"{draft.item_id} has the unknown daypart {name!r}"
        for name in draft["dayparts"] or ()
        if name not in Daypart.__members__
    ]
    problems += [
        f"{draft.item_id} has the unknown allergen {name!r}"
        for name in draft["allergens"] or ()
        if name not in Allergen.__members__
    ]
    return problems


def _item(draft: CatalogDraft) -> CatalogItem:
    return CatalogItem(
        id=draft.item_id,
        category=draft["category"],
        names=dict(draft["names"]),
        descriptions=dict(draft["descriptions"] or {}),
        image_url=draft["image_url"],
        price=draft["price"],
        allergens=tuple(draft["allergens"] or ()),
        calories=draft["calories"],
        standard=bool(draft["standard"]),
        dayparts=tuple(draft["dayparts"] or ()),
    )
