"""What one change of an item asks for: joining what it dropped, undoing what was applied twice.

Last-writer-wins replaces a whole item. Whoever's write lost finds it in its own region's stream, as
an old image that the new one does not contain. Joined to the current document and written under a
condition on its revision, it replicates like any write. Should that write lose again, the same
region sees it again. A join that changes nothing writes nothing, so regions that repair the same
loss at once do not answer each other for ever, and duplicated or late deliveries do no harm.
"""

from dataclasses import dataclass

from services.domain.documents.operation import OperationRecord
from services.domain.stamp import Stamp
from services.storage import keys, kinds, parts
from services.storage.exceptions import RevisionMovedError
from services.storage.keys import Key
from services.storage.kinds import Document
from services.storage.operations import OperationRepository
from services.storage.replica import Replica, Stored, Write


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one item, as a stream tells it.

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
    """

    repaired: str | None = None
    undone: bool = False


class Repairer:
    """Settles the changes of one region's replica."""

    def __init__(self, replica: Replica, operations: OperationRepository) -> None:
        self._replica = replica
        self._operations = operations

    def settle(self, change: Change) -> Outcome:
        """Do what a change asks for; doing it again, or late, does nothing more.

        Raises:
            InvalidDocumentError: an image, or the current document, has not its type's layout.
            ContentionError: others kept writing the document; try again later.
        """
        if change.new is None or not kinds.is_mergeable(change.key):
            return Outcome()  # only what has expired is ever deleted
        new = change.new.document()
        repaired = None
        if change.old is not None and change.old.body != change.new.body:
            old = change.old.document()
            if self._is_contested(change.old, change.new, old, new):
                self._mark(change.key)
            if old.merge(new).dump() != new.dump() and self._rejoin(change.old, old):
                repaired = type(old).__name__
        undone = (
            isinstance(new, OperationRecord)
            and new.surplus_in(self._replica.region) is not None
            and self._operations.undo_surplus(new)
        )
        return Outcome(repaired, undone)

    def _rejoin(self, lost: Stored, document: Document) -> bool:
        """Join a version that was replaced to the current one; whether that wrote anything."""
        if parts.owner(lost.key) not in {None, self._replica.region}:
            return False  # another region's counters: only it may write them
        for _ in self._replica.attempts(f"{lost.key.pk} / {lost.key.sk}"):
            current = self._replica.get(lost.key, consistent=True)
            if current is None:
                return False  # expired
            standing = current.document()
            joined = standing.merge(document)
            body = joined.dump()
            if body == standing.dump():
                return False
            rev = self._replica.next_stamp(current, joined)
            expires = max((at for at in (lost.expires, current.expires) if at), default=None)
            try:
                self._replica.write(Write(lost.key, body, rev, current.rev, expires))
            except RevisionMovedError:
                continue
            return True
        raise AssertionError("attempts() raises at its end")

    def _is_contested(self, lost: Stored, won: Stored, old: Document, new: Document) -> bool:
        """Whether another region's write replaced registers that this region had written.

        It may have seen them, and then it was no conflict: the journal tells. This only finds the
        documents in whose journal it is worth looking.
        """
        here = self._replica.region
        if isinstance(old, OperationRecord) or Stamp.parse(lost.rev).region != here:
            return False
        return Stamp.parse(won.rev).region != here and not {*old.stamps()} <= {*new.stamps()}

    def _mark(self, document: Key) -> None:
        """Note that a document was contested; before its repair, which happens only once."""
        key = keys.repair_mark(document)
        mark = self._replica.get(key, consistent=True)
        rev = self._replica.next_stamp(mark, None)
        try:
            self._replica.write(Write(key, {}, rev, mark.rev if mark else None))
        except RevisionMovedError:
            return  # somebody marked it in this very moment
