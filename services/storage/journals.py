"""Reads the edit journal of a document: its latest edits, and who made one of them."""

from typing import Final

from services.domain.documents.journal import JournalEntry
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.keys import Key
from services.storage.table import Table

_LOOKED_AT: Final = 100
"""The newest edits of a document among which an operation is looked for."""


class JournalReader:
    """The edit journal of one region's replica; entries are kept for 35 days."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def latest(self, document: Key, most: int) -> list[JournalEntry]:
        """Return the newest edits of a document, the newest first; one Query."""
        rows = self._table.partition(keys.journal_partition(document), newest=most)
        return [JournalEntry.load(document, row.key.sk, row.body) for row in rows]

    def author(self, document: Key, stamp: Stamp) -> str | None:
        """Return who made the edit of a stamp; None: not known here, see `entry`."""
        found = self.entry(document, stamp)
        return None if found is None else found.author

    def entry(self, document: Key, stamp: Stamp) -> JournalEntry | None:
        """Return the edit of a stamp; None: it is not known here.

        Imports and seeds keep no journal, its entries expire, and one of another region may arrive
        later than what it tells of.
        """
        stored = self._table.get(keys.journal(document, stamp), consistent=True)
        return None if stored is None else JournalEntry.load(document, stored.key.sk, stored.body)

    def of_operation(self, document: Key, operation_id: str) -> JournalEntry | None:
        """Return an operation's edit of a document; None: it is not among the newest 100 here."""
        partition = keys.journal_partition(document)
        rows = self._table.partition(partition, newest=_LOOKED_AT, consistent=True)
        found = (JournalEntry.load(document, row.key.sk, row.body) for row in rows)
        return next((entry for entry in found if entry.operation_id == operation_id), None)
