"""Rows of a catalog file: items of a market's catalog, as drafts, and the categories they need.

An empty cell is no change. A new item needs a name, a price, a category and a statement of its
allergens, which is the word `none` where it has none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dataload.importing.cells import NONE, Cells, Row
from dataload.importing.columns import Columns
from dataload.importing.prices import price
from dataload.importing.problems import Problem
from dataload.importing.sheet import FirstRows
from dataload.importing.stores import read_market
from services.domain import validation
from services.domain.diets import Diet
from services.domain.markets import LOCALES, Market

COLUMNS: Final = Columns(
    required=("id", "market"),
    optional=(
        "category",
        "name",
        "price",
        "allergens",
        "diet",
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
    aliases={
        "id": ("item_id", "sku", "article_number", "Artikelnummer", "plu"),
        "name": ("item_name", "item", "article", "Artikel", "Bezeichnung", "produit"),
        "price": ("Preis", "prix", "precio", "prezzo", "prijs", "価格"),
        "category": ("category_id", "Kategorie", "Warengruppe"),
        "description": ("Beschreibung",),
        "allergens": ("Allergene", "allergènes", "alérgenos", "allergeni"),
        "diet": ("Ernährungsweise", "régime", "dieta", "dieet"),
        "calories": ("kcal", "Kalorien"),
        "image_url": ("image", "picture", "Bild"),
    },
)
_LONGEST: Final = {
    "name": validation.MAX_NAME,
    "category_name": validation.MAX_CATEGORY_NAME,
    "description": validation.MAX_DESCRIPTION,
}


@dataclass(frozen=True, slots=True)
class CatalogRow:
    """A good row.

    Attributes:
        row: The row as it was read.
        item_id: Id of the item.
        market: Id of the market.
        category: Id of the category; None: the item stays in its category.
        fields: The draft's fields that the row gives, texts included.
        category_names: Locale to name of the category.
    """

    row: Row
    item_id: str
    market: str
    category: str | None
    fields: Mapping[str, Any]
    category_names: Mapping[str, str]


def _as_written(_: str, item_id: str) -> str:
    return item_id


def parse(
    row: Row, first: FirstRows, restored: Callable[[str, str], str] = _as_written
) -> CatalogRow | list[Problem]:
    """Return the item of a row, or everything that is wrong with the row.

    Args:
        row: The row.
        first: The first row of each item.
        restored: Returns the id that a market has for an id whose leading zeros are lost.
    """
    cells = Cells(row)
    item_id = cells.text("id", validation.identifier, required=True)
    market = read_market(cells)
    category = cells.text("category", validation.identifier)
    fields = _options(cells)
    if category is not None:
        fields["category"] = category
    if market is not None:
        fields |= cells.sets("price", (), lambda: price(cells, market.currency))
    for column, field in (("name", "names"), ("description", "descriptions")):
        texts = _texts(cells, column, market)
        if texts:
            fields[field] = texts
    category_names = _texts(cells, "category_name", market)
    if category_names and category is None and not cells.problems:
        cells.refuse("category", "is empty, and category_name is not")
    if cells.problems or market is None or item_id is None:
        return cells.problems
    item_id = restored(market.id, item_id)
    repeated = first.repeated(row, (market.id, item_id), f"item {item_id} of market {market.id}")
    if repeated:
        return [repeated]
    return CatalogRow(row, item_id, market.id, category, fields, category_names)


def _options(cells: Cells) -> dict[str, Any]:
    def whole(column: str) -> dict[str, Any]:
        rule = validation.ITEM_RULES[column]
        return cells.sets(column, (NONE,), lambda: cells.whole(column, rule))

    def names(column: str) -> dict[str, Any]:
        return cells.sets(column, (), lambda: cells.names(column, validation.ITEM_RULES[column]))

    def flag(column: str) -> dict[str, Any]:
        return cells.sets(column, (), lambda: cells.flag(column))

    return (
        names("allergens")
        | names("dayparts")
        | cells.sets("diet", (NONE,), lambda: cells.text("diet", _diet))
        | whole("calories")
        | whole("rank")
        | flag("standard")
        | flag("withdrawn")
        | cells.sets("image_url", (NONE,), lambda: cells.text("image_url", validation.image_url))
    )


def _diet(column: str, written: str) -> str:
    """Return the name of a diet, which a file may write in either case."""
    name = written.upper()
    return validation.diet(column, name if name in Diet.__members__ else written)


def _texts(cells: Cells, name: str, market: Market | None) -> dict[str, str]:
    """Locale to text: the plain column is in the market's language, others name theirs."""
    rule = validation.text_of(_LONGEST[name])
    texts = {locale: cells.text(f"{name}_{locale}", rule) for locale in LOCALES}
    plain = cells.text(name, rule)
    if market is not None and plain is not None and texts[market.locale] is None:
        texts[market.locale] = plain
    return {locale: text for locale, text in texts.items() if text is not None}
