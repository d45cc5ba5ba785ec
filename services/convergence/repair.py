"""Repairs one change of an item: joins what it dropped, takes back what was applied twice.

Last-writer-wins replaces a whole item. The region whose write lost finds it in its own stream, as
an old image that the new one does not contain. Joined to the current document and written under a
condition on its revision, it replicates like any write. Should that write lose again, the same
region sees it again. A join that changes nothing writes nothing, so regions that repair the same
loss at once do not repair each other's repairs for ever, and duplicated or late deliveries do no
harm.
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
    """

    repaired: str | None = None
    undone: bool = False


class Repairer:
    """Settles the changes of one region's replica."""

    def __init__(self, replica: Replica, operations: OperationRepository) -> None:
        self._replica = replica
        self._operations = operations

    def settle(self, change: Change) -> Outcome:
        """Repair what a change dropped; doing it again, or late, does nothing more.

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
                self.mark(change.key)
            if old.merge(new).dump() != new.dump() and self.rejoin(
                change.key, old, expires=change.old.expires
            ):
                repaired = type(old).__name__
        undone = (
            isinstance(new, OperationRecord)
            and new.surplus_in(self._replica.region) is not None
            and self._operations.undo_surplus(new)
        )
        return Outcome(repaired, undone)

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
        for _ in self._replica.attempts(f"{key.pk} / {key.sk}"):
            current = self._replica.get(key, consistent=True)
            if current is None and not create:
                return False
            standing = current.document() if current else None
            joined = standing.merge(document) if standing else document
            body = joined.dump()
            if standing is not None and body == standing.dump():
                return False
            rev = self._replica.next_stamp(current, joined)
            expiries = (expires, current.expires if current else None)
            latest = max((at for at in expiries if at), default=None)
            try:
                self._replica.write(Write(key, body, rev, current.rev if current else None, latest))
            except RevisionMovedError:
                continue
            return True
        raise AssertionError("attempts() raises at its end")

    def _is_contested(self, lost: Stored, won: Stored, old: Document, new: Document) -> bool:
        """Whether another region's write replaced registers that this region had written.

        It may have seen them, and then it was no conflict: the journal decides. This only finds the
        documents whose journal is worth reading.
        """
        here = self._replica.region
        if isinstance(old, OperationRecord) or Stamp.parse(lost.rev).region != here:
            return False
        return Stamp.parse(won.rev).region != here and not {*old.stamps()} <= {*new.stamps()}

    def mark(self, document: Key) -> None:
        """Note that a document was contested; before its repair, which happens only once."""
        key = keys.repair_mark(document)
        mark = self._replica.get(key, consistent=True)
        rev = self._replica.next_stamp(mark, None)
        try:
            self._replica.write(Write(key, {}, rev, mark.rev if mark else None))
        except RevisionMovedError:
            return  # another process marked it meanwhile
