"""Rows of an assortments file: what one store sells of its market's catalog, and at what price."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dataload.importing.cells import CATALOG, NONE, Cells, Row
from dataload.importing.columns import Columns
from dataload.importing.planning import Edit
from dataload.importing.prices import price
from dataload.importing.problems import Problem, suggestion
from dataload.importing.sheet import FirstRows
from services.domain import validation
from services.domain.documents.assortment import Assortment
from services.domain.documents.journal import Change
from services.domain.edits import edit_assortment, unknown_item
from services.domain.leading_zeros import LeadingZeros
from services.domain.markets import MARKETS
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.kinds import Document

COLUMNS: Final = Columns(
    required=("store", "item"),
    optional=("price", "listed", "rank"),
    prefixed="store",
    aliases={
        "store": ("store_id", "store_number", "shop_id", "Filialnummer", "Filiale"),
        "item": ("item_id", "sku", "article_number", "Artikelnummer", "Artikel", "plu"),
        "price": ("Preis", "prix", "precio", "prezzo", "prijs", "価格"),
        "listed": ("sold", "gelistet"),
    },
)


@dataclass(frozen=True, slots=True)
class Known:
    """The stores and items that rows may name.

    Attributes:
        markets: Store id to its market.
        items: Market to the ids of its published items; a market without a catalog is not in it.
        standard: Market to the ids of its standard range.
        ids: Ids of all stores, found also without the zeros at their beginning.
    """

    markets: Mapping[str, str]
    items: Mapping[str, Collection[str]]
    standard: Mapping[str, Collection[str]]
    ids: LeadingZeros = field(default_factory=lambda: LeadingZeros(()))


@dataclass(frozen=True, slots=True)
class AssortmentRow:
    """A good row: properties of one item in one store."""

    row: Row
    store_id: str
    market: str
    item_id: str
    properties: Mapping[str, Any]


def parse(row: Row, first: FirstRows, known: Known) -> AssortmentRow | list[Problem]:
    """Return what a row sets, or everything that is wrong with it."""
    cells = Cells(row)
    store_id = cells.text("store", validation.identifier, required=True)
    item_id = cells.text("item", validation.identifier, required=True)
    store_id = known.ids.restored(store_id) if store_id else None
    market = known.markets.get(store_id) if store_id else None
    items = known.items.get(market, ()) if market else ()
    if item_id and item_id.isdecimal() and item_id not in items:
        item_id = LeadingZeros(items).restored(item_id)
    if store_id and market is None:
        cells.refuse("store", "is no store", f"there is no store {store_id!r}")
    if market and item_id:
        _check_item(cells, item_id, market, known)
    properties: dict[str, Any] = {}
    if market:
        properties |= cells.sets(
            "price", (CATALOG,), lambda: price(cells, MARKETS[market].currency)
        )
    properties |= cells.sets("listed", (), lambda: cells.flag("listed"))
    properties |= cells.sets("rank", (CATALOG, NONE), lambda: cells.whole("rank", validation.rank))
    if cells.problems or store_id is None or item_id is None or market is None:
        return cells.problems
    repeated = first.repeated(row, (store_id, item_id), f"{item_id} of store {store_id}")
    return [repeated] if repeated else AssortmentRow(row, store_id, market, item_id, properties)


def _check_item(cells: Cells, item_id: str, market: str, known: Known) -> None:
    if market not in known.items:
        cells.refuse(
            "item",
            "has no catalog",
            f"market {market} has no published catalog; import one first: "
            f"`carte import catalog FILE --set market={market}`",
        )
    elif item_id not in known.items[market]:
        error = unknown_item(item_id, market)
        alike = suggestion(item_id, known.items[market])
        cells.refuse("item", error.rule, error.message + alike)


def edits(rows: Iterable[AssortmentRow], known: Known) -> dict[keys.Key, Edit]:
    """Return the edit of each assortment that rows belong to: all rows of a store are one write."""
    stores: defaultdict[tuple[str, str], dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for row in rows:
        if row.properties:
            stores[row.store_id, row.market][row.item_id] = row.properties
    return {
        keys.assortment(store_id): _setting(store_id, lines, known.standard[market])
        for (store_id, market), lines in stores.items()
    }


def _setting(
    store_id: str, lines: Mapping[str, Mapping[str, Any]], standard: Collection[str]
) -> Edit:
    def edit(current: Document | None, stamp: Stamp) -> tuple[Assortment, tuple[Change, ...]]:
        before = current if isinstance(current, Assortment) else None
        return edit_assortment(before, store_id, lines, standard, stamp, again=False)

    return edit
