"""Rows of an assortments file: what one store sells of its market's catalog, and at what price."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dataload.importing.cells import Cells, Row
from dataload.importing.columns import Columns
from dataload.importing.prices import price
from dataload.importing.problems import Problem, suggestion
from dataload.importing.sheet import Once
from services.domain.documents.assortment import Assortment
from services.domain.markets import MARKETS
from services.domain.stamp import Stamp
from services.storage import bulk, keys
from services.storage.kinds import Document

COLUMNS: Final = Columns(required=("store", "item"), optional=("price", "listed", "rank"))
HIGHEST_RANK: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Known:
    """What rows may name: store id to its market, market to the ids of its catalog's items."""

    markets: Mapping[str, str]
    items: Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class AssortmentRow:
    """A good row: properties of one item in one store."""

    store_id: str
    item_id: str
    properties: Mapping[str, Any]


def parse(row: Row, once: Once, known: Known) -> AssortmentRow | list[Problem]:
    """Read a row: a line of an assortment, or everything that is wrong with it."""
    cells = Cells(row)
    store_id, item_id = cells.identifier("store"), cells.identifier("item")
    market = known.markets.get(store_id) if store_id else None
    if store_id and market is None:
        cells.refuse("store", "is no store", f"there is no store {store_id!r}")
    if market and item_id and item_id not in known.items[market]:
        cells.refuse(
            "item",
            "is not in the market's catalog",
            f"market {market} has no item {item_id!r}{suggestion(item_id, known.items[market])}",
        )
    properties: dict[str, Any] = {"listed": cells.flag("listed", default=True)}
    if cells.given("price") and market:
        properties["price"] = price(cells, MARKETS[market].currency)
    if cells.given("rank"):
        properties["rank"] = cells.whole("rank", HIGHEST_RANK)
    if not cells.problems and store_id and item_id:
        repeated = once.refused(row, (store_id, item_id), f"{item_id} of store {store_id}")
        return [repeated] if repeated else AssortmentRow(store_id, item_id, properties)
    return cells.problems


def edits(rows: Iterable[AssortmentRow]) -> dict[keys.Key, bulk.Edit]:
    """The edit of each assortment that rows belong to: all rows of a store are one write."""
    stores: defaultdict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for row in rows:
        stores[row.store_id][row.item_id] = row.properties
    return {
        keys.assortment(store_id): _setting(store_id, lines) for store_id, lines in stores.items()
    }


def _setting(store_id: str, lines: Mapping[str, Mapping[str, Any]]) -> bulk.Edit:
    def edit(current: Document | None, stamp: Stamp) -> Assortment:
        empty = Assortment(store_id, {})
        return (current if isinstance(current, Assortment) else empty).assign(lines, stamp)

    return edit
