"""Repairs one change of an item: joins what it dropped, takes back what was applied twice.

An edit that appears in the journal is compared with those beside it, and conflicts are listed.
What follows from other documents, a store's row in the directory and a store's list of subscribers,
is compared with them where one of the two changed.

Last-writer-wins replaces a whole item. The region whose write lost finds it in its own stream, as
an old image that the new one does not contain. Joined to the current document and written under a
condition on its revision, it replicates like any write. Should that write lose again, the same
region sees it again. A join that changes nothing writes nothing, so regions that repair the same
loss at once do not repair each other's repairs for ever, and duplicated or late deliveries do no
harm.
"""

from dataclasses import dataclass

from services.domain.documents.journal import JournalEntry
from services.domain.documents.layout import NewerDocumentError
from services.domain.documents.operation import OperationRecord
from services.storage import keys, kinds, parts
from services.storage.conflicts import ConflictIndex
from services.storage.keys import Key
from services.storage.kinds import Document
from services.storage.listing import Listing
from services.storage.operations import OperationRepository
from services.storage.replica import Replica, Stored, Write


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one item, as a record of a stream describes it.

    Attributes:
        old: the item before; None: there was none.
        new: the item after; None: it was deleted.
    """

    key: Key
    old: Stored | None
    new: Stored | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What settling a change did.

    Attributes:
        repaired: type of the document that was joined and written; None: nothing was.
        undone: an operation's effect was taken back.
        conflicts: how many edit conflicts were listed.
    """

    repaired: str | None = None
    undone: bool = False
    conflicts: int = 0


class Repairer:
    """Settles the changes of one region's replica."""

    def __init__(self, replica: Replica, operations: OperationRepository) -> None:
        self._replica = replica
        self._operations = operations
        self._conflicts = ConflictIndex(replica)
        self._listing = Listing(replica)

    def settle(self, change: Change) -> Outcome:
        """Repair what a change dropped; doing it again, or late, does nothing more.

        Raises:
            InvalidDocumentError: an image, or the current document, has not its type's layout.
            UnreadableItemError: the current item is damaged.
            InvalidStampError: its revision is, or it holds the last stamp that there is.
            ContentionError: others kept writing the document; try again later.
        """
        if change.new is None:
            return Outcome()  # only what has expired is ever deleted
        if change.old is None and change.key.pk.startswith(keys.JOURNAL_PREFIX):
            document = keys.of_journal_partition(change.key.pk)
            entry = JournalEntry.load(document, change.key.sk, change.new.body)
            return Outcome(conflicts=self._conflicts.take_in(entry).listed)
        if not kinds.is_mergeable(change.key):
            return Outcome()
        new = change.new.document()
        repaired = None
        if change.old is not None and self._may_drop(change):
            # What a newer version stored, and differs, only that version can join. This one never
            # writes it but as it was read: so what stands stays, and of the old image the rest.
            old = kinds.load(change.key, kinds.joinable(change.old.body, change.new.body))
            if old.merge(new).dump() != new.dump() and self.rejoin(
                change.key, old, expires=change.old.expires
            ):
                repaired = type(old).__name__
        # After the repair: they follow from the documents as they stand.
        self._look_at_lists(change.key, change.old, change.new)
        undone = (
            isinstance(new, OperationRecord)
            and new.surplus_in(self._replica.region) is not None
            and self._operations.undo_surplus(new)
        )
        return Outcome(repaired, undone)

    def _look_at_lists(self, key: Key, old: Stored | None, new: Stored) -> None:
        """Bring lists in line with the documents that they follow from."""
        if key.pk == keys.DIRECTORY or key.sk == keys.PROFILE:
            self._listing.look_at(key, old, new)
        elif key.sk in {keys.SUBSCRIBER, keys.SUBSCRIBERS}:
            # Imported here: hardly any change is of one.
            from services.storage.subscribers import SubscriberRepository

            SubscriberRepository(self._replica).look_at(key, old, new)

    def _may_drop(self, change: Change) -> bool:
        """Return whether a change may have dropped something that this region would write."""
        if change.old is None or change.new is None or change.old.body == change.new.body:
            return False
        return parts.owner(change.key) in {None, self._replica.region}

    def rejoin(
        self,
        key: Key,
        document: Document,
        *,
        expires: int | None = None,
        create: bool = False,
    ) -> bool:
        """Join a version that was dropped to the current one; whether that wrote anything.

        Args:
            key: Of the item.
            document: The version, or the part of one that is known.
            expires: Unix seconds after which the dropped version was to expire; None: never.
            create: Whether to write the item where there is none. A stream record needs that never:
                what is gone by then has expired.

        Raises:
            ContentionError: Others kept writing the document; try again later.
        """
        if parts.owner(key) not in {None, self._replica.region}:
            return False  # another region's counters: only it may write them

        def attempt() -> bool:
            current = self._replica.get(key, consistent=True)
            if current is None and not create:
                return False
            standing = current.document() if current else None
            joined = document
            if current is not None and standing is not None:
                joined = _joined(current, standing, document)
            body = joined.dump()
            if standing is not None and body == standing.dump():
                return False
            rev = self._replica.next_stamp(current, joined)
            expiries = (expires, current.expires if current else None)
            latest = max((at for at in expiries if at), default=None)
            self._replica.write(Write(key, body, rev, current.rev if current else None, latest))
            return True

        return self._replica.retry(f"{key.pk} / {key.sk}", attempt)


def _joined(current: Stored, standing: Document, document: Document) -> Document:
    """Return the document of an item as it stands, joined with a version that was dropped.

    Raises:
        NewerDocumentError: A newer version stored in both what cannot be joined here.
    """
    try:
        return standing.merge(document)
    except NewerDocumentError:
        # The item may have moved on since the change that dropped the version: as in `settle`.
        rest = kinds.joinable(document.dump(), current.body)
        return standing.merge(kinds.load(current.key, rest))
