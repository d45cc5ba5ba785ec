"""What a region lists as edit conflicts of a document."""

from services.domain.documents.journal import EditConflict
from services.storage.conflicts import ConflictIndex
from services.storage.replica import Replica


def conflicts_of(replica: Replica, pk: str) -> list[EditConflict]:
    """Return the conflicts in the documents of a partition, newest loss first."""
    index = ConflictIndex(replica)
    return index.lost_of(index.indexed(pk))
