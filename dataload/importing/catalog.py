"""Rows of a catalog file: items of a market's catalog, as drafts, and the categories they need."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dataload.importing.assortments import HIGHEST_RANK
from dataload.importing.cells import Cells, Row
from dataload.importing.columns import Columns
from dataload.importing.prices import price
from dataload.importing.problems import Problem, shown
from dataload.importing.sheet import Once
from services.domain.allergens import Allergen
from services.domain.dayparts import Daypart
from services.domain.markets import LOCALES, MARKETS, Market

# Allergens are asked for: a column left out by mistake must not tell a guest that there are none.
COLUMNS: Final = Columns(
    required=("id", "market", "category", "name", "price", "allergens"),
    optional=(
        "category_name",
        "description",
        "calories",
        "standard",
        "dayparts",
        "image_url",
        "rank",
        "withdrawn",
    ),
    localized=("category_name", "name", "description"),
)
_LONGEST: Final = {"name": 100, "category_name": 80, "description": 400}
_ALLERGENS: Final = tuple(allergen.name for allergen in Allergen)
_DAYPARTS: Final = tuple(daypart.name for daypart in Daypart)


@dataclass(frozen=True, slots=True)
class CatalogRow:
    """A good row.

    Attributes:
        fields: the draft's fields that the row gives, texts apart.
        names: locale to name; `descriptions` and `category_names` likewise.
    """

    line: int
    item_id: str
    market: str
    category: str
    fields: Mapping[str, Any]
    names: Mapping[str, str]
    descriptions: Mapping[str, str]
    category_names: Mapping[str, str]


def parse(row: Row, once: Once) -> CatalogRow | list[Problem]:
    """Read a row: an item, or everything that is wrong with it."""
    cells = Cells(row)
    item_id, category = cells.identifier("id"), cells.identifier("category")
    name = cells.text("market", 20, required=True)
    market = MARKETS.get(name.casefold()) if name else None
    if name and market is None:
        reason = f"{shown(name)} is no market; they are {', '.join(MARKETS)}"
        cells.refuse("market", "is no market", reason)
    fields: dict[str, Any] = {"allergens": cells.several("allergens", _ALLERGENS)}
    fields |= _options(cells)
    if market is not None:
        fields["price"] = price(cells, market.currency, required=True)
    names = _texts(cells, "name", market)
    descriptions = _texts(cells, "description", market)
    category_names = _texts(cells, "category_name", market)
    if market and not names and not any(one.column == "name" for one in cells.problems):
        cells.refuse("name", "is empty")
    if cells.problems or market is None or item_id is None or category is None:
        return cells.problems
    repeated = once.refused(row, (market.id, item_id), f"item {item_id} of market {market.id}")
    if repeated:
        return [repeated]
    fields["category"] = category
    return CatalogRow(
        row.line, item_id, market.id, category, fields, names, descriptions, category_names
    )


def _options(cells: Cells) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if cells.given("calories"):
        fields["calories"] = cells.whole("calories", 20_000)
    if cells.given("rank"):
        fields["rank"] = cells.whole("rank", HIGHEST_RANK)
    if cells.given("dayparts"):
        fields["dayparts"] = cells.several("dayparts", _DAYPARTS)
    if cells.given("standard"):
        fields["standard"] = cells.flag("standard", default=True)
    if cells.given("withdrawn"):
        fields["withdrawn"] = cells.flag("withdrawn", default=False)
    image = cells.text("image_url", 300)
    if image and not image.startswith(("/", "https://")):
        reason = f"{shown(image)} begins neither with / nor with https://"
        cells.refuse("image_url", "is no address of a picture", reason)
    elif image:
        fields["image_url"] = image
    return {name: value for name, value in fields.items() if name != "rank" or value is not None}


def _texts(cells: Cells, name: str, market: Market | None) -> dict[str, str]:
    """Locale to text: the plain column is in the market's language, others say theirs."""
    columns = {locale: f"{name}_{locale}" for locale in LOCALES}
    texts = {locale: cells.text(column, _LONGEST[name]) for locale, column in columns.items()}
    plain = cells.text(name, _LONGEST[name])
    if market is not None and plain is not None and texts[market.locale] is None:
        texts[market.locale] = plain
    return {locale: text for locale, text in texts.items() if text is not None}
