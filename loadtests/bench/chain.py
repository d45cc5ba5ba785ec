"""The chain that the bench reads and changes, written through carte's own repositories.

Stores are named bench-00001 and so on. Every menu has exactly as many items as wanted, none
of which comes and goes with the time of the day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from dataload.chain import menu_items
from dataload.store_directory import row_edits
from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogDraft
from services.domain.documents.directory import DirectoryEntry
from services.domain.documents.layout import Body
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import Count, StockLine
from services.domain.register import Register
from services.domain.stamp import Stamp
from services.domain.stock_edits import count_stock
from services.storage import keys
from services.storage.catalogs import CatalogRepository
from services.storage.keys import Key
from services.storage.table import Table

MARKET: Final = "us"
# A catalog that was blown up by copies, for menus that are longer than the chain's.
LARGE_MARKET: Final = "au"
LARGE_CATALOG: Final = 220
_ZONES: Final = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
_HOURS: Final = "Mo-Fr 06:00-21:00; Sa,Su 07:00-20:00"
_STREETS: Final = ("Main Street", "Oak Avenue", "Station Road", "Harbor Boulevard", "Mill Lane")
_BATCH: Final = 25
_PLENTY: Final = 1_000_000  # pieces that no run of the bench sells


@dataclass(frozen=True, slots=True)
class Stores:
    """A number of stores with menus of equal length.

    Attributes:
        prefix: What their ids begin with.
        count: How many.
        items: Items on each menu.
        first: Number of the first one; only the group that begins with 1 brings its catalog.
        listed: The store directory has them, so that `stores` and `storesNear` find them.
        stocked: For mutations: every item is counted, and there is enough of it for a whole run.
    """

    prefix: str
    count: int
    items: int
    first: int = 1
    listed: bool = False
    stocked: bool = False

    @property
    def numbers(self) -> range:
        """Numbers of the stores."""
        return range(self.first, self.first + self.count)

    def ids(self) -> list[str]:
        """The ids, in order."""
        return [f"{self.prefix}-{number:05d}" for number in self.numbers]

    @property
    def market(self) -> str:
        """The market they are in: one whose catalog is large enough."""
        return MARKET if self.items <= len(_timeless(MARKET)) else LARGE_MARKET


def write(table: Table, groups: list[Stores]) -> None:
    """Write catalogs, stores and their directory into a table that has none of them."""
    for market in sorted({group.market for group in groups if group.first == 1}):
        _write_catalog(table, market)
    for group in groups:
        _write_stores(table, group)
    entries = [
        DirectoryEntry.of(_profile(store_id, number, group, table.clock.tick()))
        for group in groups
        if group.listed
        for number, store_id in zip(group.numbers, group.ids(), strict=True)
    ]
    for key, edit in row_edits(entries, {}).items():
        table.change(key, edit)


def items_of(number: int, group: Stores) -> list[str]:
    """Return the ids of the items on the menu of the store of this number."""
    return _window(number, group, _sellable(group.market))


def store_fields(number: int, market: str) -> dict[str, Any]:
    """The profile of the store of this number, as `StoreProfile` has it."""
    return {
        "name": f"Carte {number} {_STREETS[number % len(_STREETS)]}",
        "market": market,
        "street": f"{100 + number % 9000} {_STREETS[number % len(_STREETS)]}",
        "city": "Springfield",
        "state": "IL" if number % 3 else None,
        "postal_code": f"{60000 + number % 9999}",
        "latitude": round(30 + number % 1700 / 100, 4),
        "longitude": round(-120 + number % 4300 / 100, 4),
        "time_zone": _ZONES[number % len(_ZONES)],
        "hours": _HOURS,
    }


def _profile(store_id: str, number: int, group: Stores, stamp: Stamp) -> StoreProfile:
    fields = store_fields(number, group.market)
    if group.stocked:
        fields["state"] = "IL"  # an order needs a place with a rate of tax
    return StoreProfile(store_id, {}).assign(fields, stamp)


@cache
def _sellable(market: str) -> list[str]:
    catalog = _catalog(market)
    return [name for name, one in catalog.items() if "price" in one and not one["dayparts"]]


def _window(number: int, group: Stores, sellable: list[str]) -> list[str]:
    # Another window of the catalog for each store, so that no two menus are alike.
    first = number % (len(sellable) - group.items + 1)
    return sellable[first : first + group.items]


def _timeless(market: str) -> list[str]:
    drafts = menu_items.drafts(market)
    return [name for name, fields in drafts.items() if "price" in fields and not fields["dayparts"]]


def _catalog(market: str) -> dict[str, Mapping[str, Any]]:
    drafts = dict(menu_items.drafts(market))
    if market == LARGE_MARKET:
        sellable = _timeless(market)
        copies = (f"{name}-{copy}" for copy in range(2, 9) for name in sellable)
        for name in copies:
            if len(drafts) >= LARGE_CATALOG:
                break
            drafts[name] = drafts[name.rpartition("-")[0]]
    return drafts


def _write_catalog(table: Table, market: str) -> None:
    stamp = table.clock.tick()
    documents = {
        keys.draft(market, name): CatalogDraft(market, name, {}).assign(fields, stamp).dump()
        for name, fields in _catalog(market).items()
    }
    table.create_many(documents, rev=stamp)
    CatalogRepository(table).publish(market)


def _write_stores(table: Table, group: Stores) -> None:
    sellable = _sellable(group.market)
    stamp = table.clock.tick()
    batch: dict[Key, Body] = {}
    for number, store_id in zip(group.numbers, group.ids(), strict=True):
        batch.update(_documents(store_id, number, group, sellable, stamp))
        if len(batch) >= _BATCH:
            table.create_many(batch, rev=stamp)
            batch = {}
    table.create_many(batch, rev=stamp)


def _documents(
    store_id: str, number: int, group: Stores, sellable: list[str], stamp: Stamp
) -> Iterator[tuple[Key, Body]]:
    chosen = _window(number, group, sellable)
    yield keys.profile(store_id), _profile(store_id, number, group, stamp).dump()
    listed, as_catalog = Register(True, stamp), Register(None, stamp)
    # Shares as in the seeded chain: every seventh price is the store's own, not quite half of the
    # items are counted, some of them low or gone.
    assortment = Assortment(
        store_id,
        {
            item: {
                "price": Register(209 + at, stamp) if (number + at) % 7 == 0 else as_catalog,
                "listed": listed,
            }
            for at, item in enumerate(chosen)
        },
    )
    yield keys.assortment(store_id), assortment.dump()
    if group.stocked:
        plenty = dict.fromkeys(chosen, _PLENTY)
        stock, _ = count_stock(
            None, store_id, plenty, stamp, now=stamp.unix_ms // 1000, nearest=(stamp.region,)
        )
        yield keys.stock(store_id), stock.dump()
        return
    counted = {
        item: StockLine(Register(Count((number * 7 + at * 5) % 60, {}), stamp))
        for at, item in enumerate(chosen)
        if (number + at) % 9 < 4
    }
    yield keys.stock(store_id), Stock(store_id, counted).dump()
