"""The columns of a count file, by the names that stores and their programs give them."""

from collections.abc import Mapping, Sequence
from typing import Final

from services.domain import csv_table
from services.domain.csv_source import UnreadableFileError
from services.domain.errors import CarteError

STORE: Final = "store"
ITEM: Final = "item"
PIECES: Final = "pieces"
COUNTED_AT: Final = "counted_at"
MARKET: Final = "market"
REQUIRED: Final = (STORE, ITEM, PIECES)
EXAMPLE: Final = ",".join(REQUIRED)
"""A header, for people."""

# The names of each column, the preferred ones first: where a file has an id and a name, the id
# says more. Case, blanks, hyphens and underscores do not matter.
USUAL_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    STORE: (
        *("store_id", "store_number", "store_no", "store", "store_name", "shop_id", "shop"),
        *("branch_id", "branch", "location", "outlet", "site"),
        *("Filialnummer", "Filial_ID", "Filiale", "Markt_Nr", "Standort"),
        *("magasin", "boutique", "tienda", "negozio", "winkel", "filiaal", "店舗", "店舗ID"),
    ),
    ITEM: (
        *("item_id", "sku", "article_number", "article_no", "article_id", "plu", "ean", "gtin"),
        *("item", "item_name", "article", "product", "product_name"),
        *("Artikelnummer", "Artikel_Nr", "Artikel", "Artikelbezeichnung", "Produkt"),
        *("référence", "produit", "artículo", "producto", "articolo", "prodotto", "商品", "品目"),
    ),
    PIECES: (
        *("pieces", "count", "counted", "qty", "quantity", "amount", "stock", "on_hand"),
        *("Menge", "Bestand", "Anzahl", "Stück", "Stückzahl"),
        *("quantité", "stock_actuel", "cantidad", "existencias", "quantità", "giacenza", "aantal"),
        *("voorraad", "数量", "在庫"),
    ),
    COUNTED_AT: ("counted_at", "count_time", "counted_on", "gezählt_am", "Zählzeit", "compté_le"),
    MARKET: ("market", "market_id", "Land", "country_code"),
}
# Names of columns that hold ids and never names or descriptions.
_OF_IDS: Final = frozenset(
    csv_table.folded(name)
    for name in (
        *("item_id", "sku", "article_number", "article_no", "article_id", "plu", "ean", "gtin"),
        *("Artikelnummer", "Artikel_Nr", "référence"),
    )
)


# Columns of which no two usual names mean the same for sure: `Menge` may be what was ordered,
# `Bestand` what is there. An id beside a name is no such case.
_AMBIGUOUS: Final = frozenset({PIECES, COUNTED_AT})


class InvalidColumnNamesError(CarteError):
    """The configured names of columns cannot be understood."""


def configured_names(text: str) -> dict[str, tuple[str, ...]]:
    """Return a chain's own names of columns from its configuration.

    Args:
        text: Such as `store=Laden|Laden Nr;pieces=Stand heute`; empty: there are none.

    Raises:
        InvalidColumnNamesError: A part is not like `column=name`, or names no column.
    """
    found: dict[str, tuple[str, ...]] = {}
    for part in text.split(";"):
        if not part.strip():
            continue
        column, equals, names = part.partition("=")
        column = column.strip()
        listed = tuple(name.strip() for name in names.split("|") if name.strip())
        if not equals or column not in USUAL_NAMES or not listed:
            raise InvalidColumnNamesError(
                f"{part.strip()!r} is not like store=Laden|Shop",
                f"columns are {', '.join(USUAL_NAMES)}",
            )
        found[column] = (*found.get(column, ()), *listed)
    return found


class ColumnNames:
    """All names of columns: the usual ones, and before them a chain's own."""

    def __init__(self, own: Mapping[str, Sequence[str]] | None = None) -> None:
        """Add a chain's own names, as `configured_names` reads them."""
        own = own or {}
        self._own = {column: frozenset(own.get(column, ())) for column in USUAL_NAMES}
        self._names = {
            column: (*own.get(column, ()), *usual) for column, usual in USUAL_NAMES.items()
        }

    @property
    def all(self) -> list[str]:
        """Every name, by which the delimiter of a file is recognized."""
        return [name for names in self._names.values() for name in names]

    def positions(
        self, header: Sequence[str], required: Sequence[str] = REQUIRED
    ) -> dict[str, int]:
        """Return where each column is.

        Args:
            header: As `CsvTable.header`.
            required: The columns that must be there.

        Raises:
            UnreadableFileError: A required column is missing, or two columns may be the pieces or
                the time of the count.
        """
        found: dict[str, int] = {}
        for column, names in self._names.items():
            places = csv_table.columns(header, names, {})
            if places:
                found[column] = next(places[name] for name in names if name in places)
                sure = {column, *self._own[column]}
                if column in _AMBIGUOUS and sure.isdisjoint(places):
                    _refuse_several(column, [header[at] for at in sorted({*places.values()})])
        missing = [column for column in required if column not in found]
        if missing:
            named = ", ".join(name[:40] for name in header[:20] if name)
            examples = " and ".join(
                f"{column} (or {', '.join(USUAL_NAMES[column][:3])})" for column in missing
            )
            raise UnreadableFileError(
                f"the first line must name the columns {', '.join(required)}; "
                f"{', '.join(missing)} missing, it names {named}",
                f"name the columns {examples}",
            )
        return found


def _refuse_several(column: str, names: Sequence[str]) -> None:
    if len(names) > 1:
        listed = " and ".join(name[:40] for name in names)
        raise UnreadableFileError(
            f"{listed} may both be the column {column}, and they may say different things",
            f"name one of them {column} and leave the others out, or name the chain's column in "
            "count_columns",
        )


def holds_ids(name: str) -> bool:
    """Return whether a column of items, by its name, holds ids, so that `12` is one."""
    return csv_table.folded(name) in _OF_IDS
