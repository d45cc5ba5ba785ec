"""Reads the edit journal of a document: its latest edits, and who made one of them."""

from services.domain.documents.journal import JournalEntry
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.keys import Key
from services.storage.table import Table


class JournalReader:
    """The edit journal of one region's replica; entries are kept for 35 days."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def latest(self, document: Key, most: int) -> list[JournalEntry]:
        """Return the newest edits of a document, the newest first; one Query."""
        rows = self._table.partition(keys.journal_partition(document), newest=most)
        return [JournalEntry.load(document, row.key.sk, row.body) for row in rows]

    def author(self, document: Key, stamp: Stamp) -> str | None:
        """Return who made the edit of a stamp; None: an import, a seed, or it was too long ago."""
        stored = self._table.get(keys.journal(document, stamp), consistent=True)
        if stored is None:
            return None
        return JournalEntry.load(document, stored.key.sk, stored.body).author
