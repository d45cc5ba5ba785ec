"""The index of edit conflicts: one item for each, so that no later edit or sale pushes it out.

The stream Lambda of each region lists a conflict when the second of two concurrent edits appears
in its journal; the reconciler lists what a lost stream record kept from it. Items are written once
and never changed, so regions that list one conflict at once write the same. That a lost write was
seen by a later one after all is an item, too, because it may arrive last.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from services.domain.documents.journal import EditConflict, JournalEntry, conflicts, is_answered
from services.domain.documents.operation import OperationRecord
from services.domain.stamp import COUNTER_BITS, Stamp
from services.storage import keys
from services.storage.exceptions import RevisionMovedError
from services.storage.keys import Key
from services.storage.replica import Replica, Stored, Write

HORIZON_MS: Final = 48 * 3600 * 1000
"""Edits further apart are taken to have seen each other: a replica that is cut off for over 20
hours is no longer part of the global table (Amazon DynamoDB developer guide, "Global tables")."""
DOCUMENTS: Final = 50
"""Documents looked at where no store is named."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What the arrival of a journal entry changed in the index.

    Attributes:
        listed: Conflicts that were added.
        withdrawn: Conflicts that turned out to be none.
    """

    listed: int = 0
    withdrawn: int = 0


class ConflictIndex:
    """The edit conflicts of one region's replica."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def indexed(self, pk: str) -> list[EditConflict]:
        """Return what the index lists of a partition, newest loss first, by a Query a MB.

        An operation that several regions applied is one loss; `lost_of` says whether it is one.
        """
        listed = _standing(self._replica.partition(keys.conflicts_partition(pk)))
        losses = {
            (one.document, one.entry, one.lost.operation_id): one
            for one in sorted(listed, key=lambda one: one.lost.stamp)
        }
        return _newest_first(losses.values())

    def indexed_in_chain(self) -> list[EditConflict]:
        """Return what the index lists of the documents contested last, newest loss first."""
        marks = self._replica.partition(keys.CONTESTED)
        newest = sorted(marks, key=lambda mark: mark.rev, reverse=True)[:DOCUMENTS]
        documents = {keys.of_contested(mark.key) for mark in newest}
        return _newest_first(
            one
            for pk in sorted({document.pk for document in documents})
            for one in self.indexed(pk)
            if one.document in documents
        )

    def lost_of(self, listed: Sequence[EditConflict]) -> list[EditConflict]:
        """Return those of the listed conflicts in which an edit is lost.

        It is not where the operation was applied in several regions and one of its applications was
        seen: records of it may have arrived after the conflict was listed. Takes a request for 100
        conflicts, and a Query of the journal for each operation of several regions.
        """
        ids = {keys.operation(one.lost.operation_id): one.lost.operation_id for one in listed}
        stored = self._replica.get_many(ids, consistent=True)
        records = {
            ids[key]: OperationRecord.load(ids[key], row.body) for key, row in stored.items()
        }
        return [one for one in listed if self._is_lost(one, records.get(one.lost.operation_id))]

    def take_in(self, entry: JournalEntry) -> Noted:
        """List the conflicts of an edit that appeared in this region's journal."""
        if not entry.changes:
            return Noted()
        near = self._near(Key(*entry.document), _earliest(entry), _paths(entry))
        withdrawn = self._withdraw_answered(entry, near)
        return Noted(sum(map(self.list_conflict, _of(entry, near))), withdrawn)

    def of_edit(self, entry: JournalEntry) -> list[EditConflict]:
        """Return the conflicts that an edit is a side of, in the index or not."""
        return _of(entry, self._near(Key(*entry.document), _earliest(entry), _paths(entry)))

    def missing(self, found: Iterable[EditConflict]) -> list[EditConflict]:
        """Return those conflicts that are not in the index and are conflicts in the whole journal.

        Args:
            found: Conflicts in a part of a document's journal.
        """
        unlisted = {_key(one): one for one in found if not self._is_listed(one)}
        return [one for one in unlisted.values() if self._was_lost(one)]

    def list_conflict(self, found: EditConflict) -> bool:
        """Add a conflict; return whether it is new and true.

        Its document is marked as contested also where the conflict is listed: the process that did
        it may have ended before the mark.
        """
        if self._was_seen_elsewhere(found):
            return False
        key = _key(found)
        is_new = self._put(key, found)
        self._mark(key, Key(*found.document))
        return is_new

    def mark(self, note: Stored, *, dry_run: bool = False) -> bool:
        """Mark the document of an item of the index as contested, unless it is marked.

        Args:
            note: The item.
            dry_run: Whether nothing is written.

        Returns:
            Whether it lacked the mark.

        Raises:
            InvalidDocumentError: The item has another layout.
        """
        found = EditConflict.load(note.body)
        is_withdrawal = note.key == _withdrawn_key(found)
        return not is_withdrawal and self._mark(note.key, Key(*found.document), dry_run=dry_run)

    def is_founded(self, note: Stored) -> bool:
        """Whether an item of the index stands: the journal does not refute it, or it is withdrawn.

        Raises:
            InvalidDocumentError: The item has another layout.
        """
        found = EditConflict.load(note.body)
        if self._replica.get(_withdrawn_key(found), consistent=True) is not None:
            return True
        return not self._is_answered(found, self._record(found))

    def withdraw(self, note: Stored) -> bool:
        """Withdraw a conflict of the index; return whether that is new."""
        found = EditConflict.load(note.body)
        return self._put(_withdrawn_key(found), found)

    def _withdraw_answered(self, entry: JournalEntry, near: list[JournalEntry]) -> int:
        """Withdraw the conflicts that an edit shows to be none: it had seen the lost write."""
        partition = keys.conflicts_partition(entry.document[0])
        notes = _standing(self._replica.onward(partition, str(_horizon(entry))))
        withdrawn = 0
        for note in notes:
            if note.document == entry.document and is_answered(note, (*near, entry)):
                withdrawn += self._put(_withdrawn_key(note), note)
        return withdrawn

    def _near(self, document: Key, since: Stamp, paths: set[str]) -> list[JournalEntry]:
        """Return the journal entries of a document from a stamp on that set one of some paths."""
        found = []
        for row in self._replica.onward(keys.journal_partition(document), str(since)):
            entry = JournalEntry.load(document, row.key.sk, row.body)
            if any(change.entry in paths for change in entry.changes):
                found.append(entry)
        return found

    def _is_listed(self, found: EditConflict) -> bool:
        """Whether the index has a conflict, as one that stands or as one that was withdrawn."""
        return any(
            self._replica.get(key) is not None for key in (_key(found), _withdrawn_key(found))
        )

    def _was_lost(self, found: EditConflict) -> bool:
        if self._was_seen_elsewhere(found):
            return False
        lost = found.lost.stamp
        # A count that stands may have been written before the lost one: it was counted later.
        since = min(lost, found.standing.stamp)
        near = self._near(Key(*found.document), since, {found.entry})
        return any(one.lost.stamp == lost and one.entry == found.entry for one in conflicts(near))

    def _was_seen_elsewhere(self, found: EditConflict) -> bool:
        """Whether another region's application of the lost operation was seen, or stands."""
        record = self._record(found)
        if record is None:
            return False
        first = min(record.stamps())
        if first >= found.lost.stamp:
            return False
        since = min(first, found.standing.stamp)
        near = self._near(Key(*found.document), since, {found.entry})
        return not any(one.lost.stamp == found.lost.stamp for one in conflicts(near))

    def _is_lost(self, listed: EditConflict, record: OperationRecord | None) -> bool:
        """Whether an operation of several applications is lost; of one, the index says it."""
        return record is None or len(record.applied) == 1 or not self._is_answered(listed, record)

    def _is_answered(self, found: EditConflict, record: OperationRecord | None) -> bool:
        """Whether the journal shows that a conflict is none."""
        since = min((found.lost.stamp, *(record.stamps() if record else ())))
        return is_answered(found, self._near(Key(*found.document), since, {found.entry}))

    def _record(self, found: EditConflict) -> OperationRecord | None:
        """Return the record of the lost operation; None where it has expired."""
        operation_id = found.lost.operation_id
        stored = self._replica.get(keys.operation(operation_id), consistent=True)
        return OperationRecord.load(operation_id, stored.body) if stored else None

    def _mark(self, note: Key, document: Key, *, dry_run: bool = False) -> bool:
        """Mark a document as contested since a conflict was listed; whether it was not."""
        key = keys.contested(document)
        found = self._replica.get_many([note, key], consistent=True)
        revs = {one: Stamp.parse(row.rev) for one, row in found.items()}
        if key in revs and (note not in revs or revs[key] >= revs[note]):
            return False
        if not dry_run:
            rev = self._replica.clock.tick(*revs.values())
            # Where another process marked it meanwhile, it is marked.
            with suppress(RevisionMovedError):
                self._replica.write(Write(key, {}, rev, str(revs[key]) if key in revs else None))
        return True

    def _put(self, key: Key, found: EditConflict) -> bool:
        try:
            self._replica.write(Write(key, found.dump(), self._replica.clock.tick(), None))
        except RevisionMovedError:
            return False  # it is there
        return True


def _paths(entry: JournalEntry) -> set[str]:
    return {change.entry for change in entry.changes}


def _of(entry: JournalEntry, near: Iterable[JournalEntry]) -> list[EditConflict]:
    """Return the conflicts among journal entries that one of them is a side of."""
    paths = _paths(entry)
    return [
        one
        for one in conflicts(near)
        if one.entry in paths and entry.stamp in {one.lost.stamp, one.standing.stamp}
    ]


def _horizon(entry: JournalEntry) -> Stamp:
    """Return the stamp before which an edit is taken to have seen all others."""
    return Stamp(max(0, entry.stamp.time - (HORIZON_MS << COUNTER_BITS)), "")


def _earliest(entry: JournalEntry) -> Stamp:
    """Return the stamp from which on an edit may have concurrent ones, or one that it had seen."""
    horizon = _horizon(entry)
    return max(horizon, min(change.seen or horizon for change in entry.changes))


def _standing(notes: Iterable[Stored]) -> list[EditConflict]:
    """Return the conflicts of notes: of each lost write the first that beat it, if none saw it."""
    found: dict[str, EditConflict] = {}
    seen: set[str] = set()
    for note in notes:
        name, _, last = note.key.sk.rpartition("#")
        if last == "SEEN":
            seen.add(name)
        elif name not in found:
            # Notes come in the order of their keys: that of the lowest stamp is the first.
            found[name] = EditConflict.load(note.body)
    return [one for name, one in found.items() if name not in seen]


def place_of(found: EditConflict) -> tuple[str, str, str, str]:
    """Return the place of a conflict in lists: of two, the higher place stands first."""
    return str(found.lost.stamp), found.entry, *found.document


def _newest_first(found: Iterable[EditConflict]) -> list[EditConflict]:
    return sorted(found, key=place_of, reverse=True)


def _key(found: EditConflict) -> Key:
    return keys.conflict(Key(*found.document), found.entry, found.lost.stamp, found.standing.stamp)


def _withdrawn_key(found: EditConflict) -> Key:
    return keys.conflict(Key(*found.document), found.entry, found.lost.stamp, None)
