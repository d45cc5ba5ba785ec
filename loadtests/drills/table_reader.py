"""Reads a drill's writes straight from the regions' tables, past the API and its caches."""

from collections.abc import Iterable

from loadtests.checker.region_state import read_state
from loadtests.checker.tables import Tables
from loadtests.drills.analysis.writes import Place, TableContents
from services.storage import keys, parts
from services.storage.keys import Key


class TableReader:
    """Reads the documents that a drill's mutations write, straight from the tables."""

    def __init__(self, tables: Tables, stores: Iterable[str]) -> None:
        self._tables = tables
        stocks = [keys.stock(store) for store in stores]
        self._keys: list[Key] = [
            *(Key(stock.pk, keys.ASSORTMENT) for stock in stocks),
            *stocks,
            *(parts.own_part(stock, region) for stock in stocks for region in tables.regions),
        ]

    async def of(self, region: str) -> TableContents:
        """Return the drill's documents in one region's table."""
        evidence = read_state(await self._tables.read(region, self._keys))
        held: dict[Place, int] = {}
        for key, registers in evidence.registers.items():
            if key.sk == keys.ASSORTMENT:
                store = key.pk.removeprefix(keys.STORE_PREFIX)
                for path, standing in registers.items():
                    item, _, name = path.rpartition("/")
                    if name == "price" and standing.value is not None:
                        held["price", store, item] = standing.value
        for store, lines in evidence.stock.items():
            for item, line in lines.items():
                held["sale", store, item] = sum(slot.net for slot in line.slots.values())
                if line.count is not None:
                    held["count", store, item] = line.count.value.pieces
        return held
