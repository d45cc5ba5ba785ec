"""Reads of stock for staff: of many stores at once, and the journal of counts and sales."""

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from services.domain.documents.journal import JournalEntry
from services.domain.documents.layout import Body
from services.domain.documents.stock import Stock
from services.storage import keys, parts

if TYPE_CHECKING:
    from services.domain.stamp import Stamp
    from services.storage.table import Table

MAX_ENTRIES: Final = 300  # of a store's journal that are looked through
_MAX_AUTHORS: Final = 100  # counts whose author is looked up: one request


class StockReader:
    """Reads stock and its journal from one region's replica."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def stocks(self, store_ids: Collection[str], regions: Sequence[str]) -> dict[str, Stock]:
        """Return the stock of stores, of those that have one; 100 items a request.

        Args:
            store_ids: The stores.
            regions: The regions whose sales are read.
        """
        wanted = [
            key
            for store_id in store_ids
            for whole in (keys.stock(store_id),)
            for key in (whole, *(parts.own_part(whole, region) for region in regions))
        ]
        bodies: dict[str, list[Body]] = {}
        for key, stored in self._table.get_many(wanted).items():
            bodies.setdefault(key.pk.removeprefix(keys.STORE_PREFIX), []).append(stored.body)
        return {store_id: Stock.read(store_id, found) for store_id, found in bodies.items()}

    def authors(self, store_id: str, stamps: Iterable["Stamp"]) -> dict["Stamp", str]:
        """Return who counted at stamps, of the newest 100, as far as the journal is kept."""
        document = keys.stock(store_id)
        newest = sorted(set(stamps), reverse=True)[:_MAX_AUTHORS]
        found = self._table.get_many(keys.journal(document, stamp) for stamp in newest)
        entries = (JournalEntry.load(document, key.sk, one.body) for key, one in found.items())
        return {entry.stamp: entry.author for entry in entries}

    def journal(self, store_id: str) -> list[JournalEntry]:
        """Return the newest counts and sales of a store, at most `MAX_ENTRIES`."""
        document = keys.stock(store_id)
        found = self._table.partition(keys.journal_partition(document), newest=MAX_ENTRIES)
        return [JournalEntry.load(document, one.key.sk, one.body) for one in found]
