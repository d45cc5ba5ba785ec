"""Reads the journal to find concurrent edits of the same value."""

from typing import Final

from services.domain.documents.journal import EditConflict, JournalEntry, conflicts
from services.storage import keys
from services.storage.keys import Key
from services.storage.table import Table

# Journal entries looked at per document, newest first: bounds what one request may cost.
NEWEST: Final = 500
# Documents looked at where no store is named.
DOCUMENTS: Final = 50


class JournalRepository:
    """Conflicts of one region's replica, from the journal that all regions write."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of_store(self, store_id: str) -> list[EditConflict]:
        """Conflicts in a store's documents, newest loss first."""
        documents = (keys.profile(store_id), keys.assortment(store_id), keys.stock(store_id))
        return self._conflicts(documents)

    def of_chain(self) -> list[EditConflict]:
        """Conflicts in the documents that were repaired most recently, newest loss first."""
        marks = self._table.partition(keys.REPAIRED)
        newest = sorted(marks, key=lambda mark: mark.rev, reverse=True)[:DOCUMENTS]
        return self._conflicts(tuple(keys.of_repair_mark(mark.key) for mark in newest))

    def _conflicts(self, documents: tuple[Key, ...]) -> list[EditConflict]:
        found = [one for document in documents for one in conflicts(self._entries(document))]
        return sorted(found, key=lambda one: (str(one.lost.stamp), one.entry), reverse=True)

    def _entries(self, document: Key) -> list[JournalEntry]:
        rows = self._table.partition(keys.journal_partition(document), newest=NEWEST)
        return [JournalEntry.load(document, row.key.sk, row.body) for row in rows]
