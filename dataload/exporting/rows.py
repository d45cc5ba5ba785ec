"""The rows of exported files: what an import of the same kind reads, cell by cell."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from dataload.importing.cells import CATALOG, NONE
from services.domain.closing import CLOSED_DAYS
from services.domain.closures import CLOSED_FROM, DAY_PREFIX, HIDDEN
from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogDraft
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import counting_order
from services.domain.markets import LOCALES, MARKETS
from services.domain.money import minor_digits
from services.domain.publishing import CATEGORY_PREFIX
from services.storage.unknown_stock import UnknownStock

Row = dict[str, str]

# Columns whose cells are the fields of a profile as they are.
_PROFILE_COLUMNS: Final = (
    *("name", "market", "street", "city", "state", "postal_code", "latitude", "longitude"),
    *("time_zone", "hours"),
)
STORE_COLUMNS: Final = ("id", *_PROFILE_COLUMNS, CLOSED_DAYS, CLOSED_FROM, HIDDEN)
CATALOG_COLUMNS: Final = (
    *("id", "market", "category", "price", "allergens", "diet", "calories", "standard"),
    *("dayparts", "image_url", "rank", "withdrawn"),
    *(f"{name}_{one}" for name in ("name", "description", "category_name") for one in LOCALES),
)
ASSORTMENT_COLUMNS: Final = ("store", "item", "price", "listed", "rank")
STOCK_COLUMNS: Final = ("store", "item", "pieces", "counted_at", "market")


def store_row(profile: StoreProfile) -> Row:
    """Return the row of a store."""
    row = {name: _text(profile[name]) for name in _PROFILE_COLUMNS}
    days = sorted(
        value
        for field, value in profile.values().items()
        if field.startswith(DAY_PREFIX) and value is not None
    )
    return {
        "id": profile.store_id,
        **row,
        CLOSED_DAYS: ";".join(days),
        CLOSED_FROM: _text(profile[CLOSED_FROM]),
        HIDDEN: "" if profile[HIDDEN] is None else _flag(profile[HIDDEN]),
    }


def catalog_rows(market: str, drafts: Sequence[CatalogDraft]) -> Iterator[Row]:
    """Yield the rows of a market's drafts, by rank and id."""
    categories = {
        one.item_id.removeprefix(CATEGORY_PREFIX): one["names"]
        for one in drafts
        if one.item_id.startswith(CATEGORY_PREFIX)
    }
    items = [one for one in drafts if not one.item_id.startswith(CATEGORY_PREFIX)]
    for draft in sorted(items, key=lambda one: (one["rank"] or 0, one.item_id)):
        category = draft["category"] or ""
        yield {
            "id": draft.item_id,
            "market": market,
            "category": category,
            "price": _amount(draft["price"], MARKETS[market].currency),
            "allergens": _names(draft["allergens"]),
            "diet": _emptied(draft, "diet"),
            "calories": _emptied(draft, "calories"),
            "standard": "" if draft["standard"] is None else _flag(draft["standard"]),
            "dayparts": _names(draft["dayparts"]),
            "image_url": _emptied(draft, "image_url"),
            "rank": _emptied(draft, "rank"),
            "withdrawn": "" if draft["withdrawn"] is None else _flag(draft["withdrawn"]),
            **_texts("name", draft["names"]),
            **_texts("description", draft["descriptions"]),
            **_texts("category_name", categories.get(category, {})),
        }


def texts_left_out(drafts: Sequence[CatalogDraft]) -> int:
    """Return the number of texts in languages that files have no columns for."""
    return sum(
        locale not in LOCALES
        for draft in drafts
        for name in ("names", "descriptions")
        for locale in draft[name]
    )


def assortment_rows(assortment: Assortment, market: str) -> Iterator[Row]:
    """Yield the rows of a store's assortment, by item."""
    currency = MARKETS[market].currency
    for item, line in sorted(assortment.lines.items()):
        price, rank, listed = (line.get(name) for name in ("price", "rank", "listed"))
        yield {
            "store": assortment.store_id,
            "item": item,
            "price": "" if price is None else _amount(price.value, currency) or CATALOG,
            "listed": "" if listed is None else _flag(listed.value),
            "rank": "" if rank is None else _text(rank.value) or CATALOG,
        }


def stock_rows(stock: Stock, unknown: UnknownStock) -> Iterator[Row]:
    """Yield the counts of a store, by item; what is unknown under the name that files gave it."""
    for item, line in sorted(stock.lines.items()):
        if line.count is None:
            continue
        at = datetime.fromtimestamp(counting_order(line.count)[0] / 1000, UTC)
        yield {
            "store": unknown.store or stock.store_id,
            "item": unknown.items.get(item, item),
            "pieces": str(line.count.value.counted),
            "counted_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "market": unknown.market or "",
        }


def _text(value: Any) -> str:
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)


def _flag(value: Any) -> str:
    return "yes" if value else "no"


def _names(value: Sequence[str] | None) -> str:
    if value is None:
        return ""
    return ";".join(value) or NONE


def _emptied(draft: CatalogDraft, name: str) -> str:
    """Return a field that may be empty: `none` where somebody emptied it."""
    value = draft[name]
    if value is None:
        return NONE if name in draft.registers else ""
    return _text(value)


def _texts(column: str, texts: Mapping[str, str]) -> Row:
    return {f"{column}_{locale}": texts.get(locale, "") for locale in LOCALES}


def _amount(minor: int | None, currency: str) -> str:
    if minor is None:
        return ""
    digits = minor_digits(currency)
    whole, rest = divmod(minor, 10**digits)
    return f"{whole}.{rest:0{digits}d}" if digits else str(whole)
