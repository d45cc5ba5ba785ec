"""Publishing: checking a market's drafts and freezing them into a catalog version."""

import json
import zlib
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final

from services.domain.allergens import Allergen
from services.domain.dayparts import Daypart
from services.domain.diets import Diet, contradicting
from services.domain.documents.catalog import CatalogDraft, CatalogItem, CatalogVersion
from services.domain.errors import CarteError
from services.domain.markets import MARKETS

CATEGORY_PREFIX: Final = "category:"
_LAST: Final = 2**31


# DynamoDB's limit of 400 KB holds for a whole item; its key, revision and names need some of it.
MAX_STORED_BYTES: Final = 390_000
# An assortment and a stock, which lie uncompressed, take up to 190 bytes an item with long ids.
MAX_ITEMS: Final = 2_000
MAX_PROBLEMS: Final = 100
"""Problems of drafts that are shown at once."""


class UnpublishableError(CarteError, ValueError):
    """Drafts make no valid catalog.

    Attributes:
        problems: What to mend, one sentence each, beginning with the item's id.
    """

    def __init__(self, market: str, problems: Sequence[str]) -> None:
        more = f"; and {len(problems) - 5} more" if len(problems) > 5 else ""  # noqa: PLR2004 - shown
        super().__init__(
            f"market {market!r} cannot be published: " + "; ".join(problems[:5]) + more,
            "mend these catalog items, then publish again; the catalog in force stays",
        )
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class ItemProblem:
    """What keeps one item from being published.

    Attributes:
        field: What is missing or wrong: `name`, `price`, `category`, `allergens`, `dayparts` or
            `diet`.
        message: What to mend, for people; begins with the item's id.
    """

    field: str
    message: str


class CatalogTooLargeError(UnpublishableError):
    """A catalog takes more room than one item of the table has; waiting does not help."""


def compile_catalog(market: str, version: str, drafts: Sequence[CatalogDraft]) -> CatalogVersion:
    """Return the catalog that drafts make: without withdrawn items, all ordered by rank.

    Raises:
        UnpublishableError: There is nothing to sell, an item lacks a name, a price, a category or
            a statement of allergens, `problems_of` finds something else wrong with one, a category
            of an item has no name, or the catalog is too large to be stored.
    """
    categories, items = in_menu_order(drafts)
    used = {draft["category"] for draft in items}
    problems = [one.message for draft in items for one in problems_of(draft, categories)]
    problems += [
        f"category {key} has no name"
        for key, draft in categories.items()
        if key in used and not draft["names"]
    ]
    if not items:
        problems.append(
            "it has no items; import a catalog first: `carte import catalog FILE --set market="
            f"{market}`"
        )
    if len(items) > MAX_ITEMS:
        problems = [f"it has {len(items):,} items; at most {MAX_ITEMS:,} fit a store's documents"]
        raise CatalogTooLargeError(market, problems)
    if problems:
        raise UnpublishableError(market, problems)
    catalog = CatalogVersion(
        market=market,
        version=version,
        currency=MARKETS[market].currency,
        categories={
            key: dict(draft["names"] or {}) for key, draft in categories.items() if key in used
        },
        items=tuple(_item(draft) for draft in items),
    )
    size = stored_bytes(catalog)
    if size > MAX_STORED_BYTES:
        raise CatalogTooLargeError(market, [_too_large(catalog, size)])
    return catalog


def in_menu_order(
    drafts: Sequence[CatalogDraft],
) -> tuple[dict[str, CatalogDraft], list[CatalogDraft]]:
    """Return the categories by id, and the items, that are not withdrawn, each by rank."""
    standing = sorted((draft for draft in drafts if not draft["withdrawn"]), key=menu_rank)
    categories = {
        draft.item_id.removeprefix(CATEGORY_PREFIX): draft
        for draft in standing
        if draft.item_id.startswith(CATEGORY_PREFIX)
    }
    items = [draft for draft in standing if not draft.item_id.startswith(CATEGORY_PREFIX)]
    return categories, items


def stored_bytes(catalog: CatalogVersion) -> int:
    """Return the bytes that a catalog version takes in the table, where it lies compressed."""
    text = json.dumps(catalog.dump(), ensure_ascii=False, separators=(",", ":"))
    return len(zlib.compress(text.encode(), 9))


def _too_large(catalog: CatalogVersion, size: int) -> str:
    return (
        f"its {len(catalog.items):,} items take {size:,} bytes compressed, and one catalog can "
        f"take {MAX_STORED_BYTES:,}; withdraw items, or shorten descriptions"
    )


def menu_rank(draft: CatalogDraft) -> tuple[int, str]:
    """Return by what drafts are sorted in a menu: their rank, last where it is not given."""
    rank = draft["rank"]
    return (_LAST if rank is None else rank, draft.item_id)


def problems_of(draft: CatalogDraft, categories: Container[str]) -> list[ItemProblem]:
    """Return what keeps an item from being published.

    Args:
        draft: The item; not withdrawn.
        categories: Ids of the market's categories that are not withdrawn.
    """
    item_id = draft.item_id
    problems = [
        ItemProblem(field, f"{item_id} has no {field}")
        for field, lacks in (("name", not draft["names"]), ("price", draft["price"] is None))
        if lacks
    ]
    category = draft["category"]
    if category is None:
        problems.append(ItemProblem("category", f"{item_id} has no category"))
    elif category not in categories:
        message = f"{item_id} is in category {category!r}, which is unknown or withdrawn"
        problems.append(ItemProblem("category", message))
    return [
        *problems,
        *_allergen_problems(draft),
        *_daypart_problems(draft),
        *_diet_problems(draft),
    ]


def missing(draft: CatalogDraft, categories: Container[str]) -> list[str]:
    """Return the fields of an item that keep it from being published, each once.

    Args:
        draft: The item; not withdrawn.
        categories: Ids of the market's categories that are not withdrawn.
    """
    return list(dict.fromkeys(one.field for one in problems_of(draft, categories)))


def _allergen_problems(draft: CatalogDraft) -> list[ItemProblem]:
    if draft["allergens"] is None:
        message = (
            f"{draft.item_id} has no statement of allergens; state them, or none (in GraphQL an "
            "empty list) if it contains none of the fourteen"
        )
        return [ItemProblem("allergens", message)]
    return [
        ItemProblem("allergens", f"{draft.item_id} has the unknown allergen {name!r}")
        for name in draft["allergens"]
        if name not in Allergen.__members__
    ]


def _daypart_problems(draft: CatalogDraft) -> list[ItemProblem]:
    return [
        ItemProblem("dayparts", f"{draft.item_id} has the unknown daypart {name!r}")
        for name in draft["dayparts"] or ()
        if name not in Daypart.__members__
    ]


def _diet_problems(draft: CatalogDraft) -> list[ItemProblem]:
    diet = draft["diet"]
    if diet is not None and diet not in Diet.__members__:
        return [ItemProblem("diet", f"{draft.item_id} has the unknown diet {diet!r}")]
    wrong = contradicting(diet, draft["allergens"] or ())
    if not wrong:
        return []
    stated = f"{draft.item_id} is stated to be {diet} and to contain {', '.join(wrong)}"
    return [ItemProblem("diet", f"{stated}; correct its diet or its allergens")]


def _item(draft: CatalogDraft) -> CatalogItem:
    return CatalogItem(
        id=draft.item_id,
        category=draft["category"],
        names=dict(draft["names"]),
        descriptions=dict(draft["descriptions"] or {}),
        image_url=draft["image_url"],
        price=draft["price"],
        allergens=tuple(draft["allergens"]),
        calories=draft["calories"],
        standard=bool(draft["standard"]),
        dayparts=tuple(draft["dayparts"] or ()),
        diet=draft["diet"],
    )
