"""Finds, from journal and operation records, what documents lack, and repairs it.

The stream Lambda acts on changes, so what a lost stream record would have shown it stays broken.
The reconciler compares states instead: no region overwrites a journal entry, so the journal says
what every document must contain, whatever became of the stream. It repairs through the code of the
stream Lambda, under the same conditions; doing it again, or in all regions at once, does no harm.
It also makes the index of edit conflicts what the journal says, and the directory what the profiles
say.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final, NamedTuple

from services.convergence.repair import Repairer
from services.domain.documents.directory import DirectoryShard, shard_of
from services.domain.documents.journal import JournalEntry, conflicts
from services.domain.documents.operation import OperationRecord
from services.domain.documents.stock import Stock, return_key
from services.domain.stamp import Stamp
from services.storage import evidence, keys, parts
from services.storage.conflicts import ConflictIndex
from services.storage.exceptions import (
    DECODING_ERRORS,
    ContentionError,
    RevisionMovedError,
    UnreadableItemError,
)
from services.storage.findings import ReconcilerFindings
from services.storage.keys import Key
from services.storage.kinds import Document, Settings
from services.storage.listing import Listing, entry_of
from services.storage.operations import JOURNAL_RETENTION_S, RETENTION_S, OperationRepository
from services.storage.replica import Replica, Stored, Write

# Kinds of findings.
LOST: Final = "lost"
"""A write on record is not in its document."""
ABSENT: Final = "absent"
"""The document of a write on record does not exist, and its journal alone cannot restore it."""
DOUBLED: Final = "doubled"
"""A sale that several regions recorded was not taken back where it does not stand."""
DANGLING: Final = "dangling"
"""A catalog pointer names a version that does not exist."""
UNREADABLE: Final = "unreadable"
"""A journal entry, an operation record or a document has an unknown layout."""
UNLISTED: Final = "unlisted"
"""Two edits of one entry were concurrent, and the index of conflicts does not have them."""
UNFOUNDED: Final = "unfounded"
"""The index of conflicts lists an edit as lost that a later one had seen."""
UNMARKED: Final = "unmarked"
"""A conflict is in the index, and its document not among those that were contested last."""
MISLISTED: Final = "mislisted"
"""The directory has another row of a store than follows from its profile, or none.

An import writes all profiles and then all rows: a pass in between finds what no stream lost.
"""
CONTENDED: Final = "contended"
"""Others kept writing the document; the next pass looks at it again."""
# Of an edit younger than this, and of those after it, the journal has every entry. DynamoDB deletes
# expired items within days and in no order, so of an older edit it may have the lost entry and not
# the one that had seen it.
_JOURNALED_MS: Final = (JOURNAL_RETENTION_S - 24 * 3600) * 1000


class Reconciler:
    """Compares documents of one region's replica with what journal and records prove.

    Attributes:
        findings: Of all pages so far.
    """

    def __init__(
        self,
        replica: Replica,
        repairer: Repairer,
        operations: OperationRepository,
        *,
        dry_run: bool = False,
    ) -> None:
        """Begin with no findings; nothing is read yet.

        Args:
            replica: The region's replica.
            repairer: Joins and marks documents.
            operations: Takes back what was applied twice.
            dry_run: Whether findings are counted and nothing is written.
        """
        self.findings = ReconcilerFindings()
        self._replica = replica
        self._repairer = repairer
        self._operations = operations
        self._conflicts = ConflictIndex(replica)
        self._listing = Listing(replica)
        self._shards: list[DirectoryShard] | None = None
        self._dry_run = dry_run

    def note_unreadable(self, errors: Iterable[UnreadableItemError]) -> None:
        """Count items of a page that could not be read at all."""
        for error in errors:
            self.findings.add(UNREADABLE, error.key, str(error))

    def check(
        self,
        rows: Iterable[Stored],
        *,
        since_ms: int = 0,
        until_ms: int,
        now_s: int,
        ahead_ms: int | None = None,
    ) -> None:
        """Check the documents that some items of the table are evidence for.

        Args:
            rows: Items of the table in any order; those that are no evidence are left out.
            since_ms: Unix milliseconds; older writes are left out.
            until_ms: Unix milliseconds; newer writes are left out. Items of one write arrive from
                other regions one by one, so what is still arriving would look lost.
            now_s: Unix seconds; an operation record that has expired by then is not restored.
            ahead_ms: Unix milliseconds; writes after that are looked at, too. No clock that is
                followed made their stamps, so these do not say when they were made. None: there
                are none.
        """
        edits: dict[Key, list[JournalEntry]] = {}
        span = _Span(since_ms, until_ms, ahead_ms)
        astray: defaultdict[str, set[str]] = defaultdict(set)
        proven = self._proven(rows, edits, span, astray)
        # Counters before the operations that are taken back from them.
        shown: dict[Key, Stored] = {}
        for key, documents in sorted(proven.items(), reverse=True):
            if parts.owner(key) in {None, self._replica.region}:
                with self._noting(key):
                    stored = self._check_document(key, documents, now_s, span)
                    if stored is not None:
                        shown[key] = stored
        for key, documents in sorted(proven.items()):
            records = [one for one in documents if isinstance(one, OperationRecord)]
            if records and key in shown:
                with self._noting(key):
                    self._check_operation(key, records, shown[key])
        for number, (key, entries) in enumerate(sorted(edits.items())):
            with self._noting(key):
                journaled = [one for one in entries if one.stamp.unix_ms > until_ms - _JOURNALED_MS]
                self._list_conflicts(key, journaled, is_continued=number == 0)
        for shard_id, store_ids in sorted(astray.items()):
            with self._noting(keys.directory(shard_id)):
                self._list_stores(shard_id, store_ids)

    def _proven(
        self,
        rows: Iterable[Stored],
        edits: dict[Key, list[JournalEntry]],
        span: "_Span",
        astray: dict[str, set[str]],
    ) -> dict[Key, list[Document]]:
        """Return what rows prove about documents; collect the edits, check listed conflicts.

        Also collect, by shard, the stores that the directory may have another row of.
        """
        proven: dict[Key, list[Document]] = {}
        ahead: dict[Key, Stamp] = {}
        for row in rows:
            with self._noting(row.key):
                rev = Stamp.parse(row.rev)
                if not span.has(rev):
                    continue
                if row.key.pk.startswith(keys.CONFLICTS_PREFIX):
                    self._check_mark(row)
                    if keys.lost_stamp(row.key).unix_ms > span.until_ms - _JOURNALED_MS:
                        self._check_conflict(row)
                    continue
                if row.key.sk == keys.PROFILE and row.key.pk.startswith(keys.STORE_PREFIX):
                    for shard_id in self._shards_astray(row):
                        astray[shard_id].add(row.key.pk.removeprefix(keys.STORE_PREFIX))
                    continue
                if span.is_ahead(rev) and row.key.pk.startswith(keys.JOURNAL_PREFIX):
                    key = keys.of_journal_partition(row.key.pk)
                    ahead[key] = max(rev, ahead.get(key, rev))
                for key, document in self._evidence(row, edits):
                    proven.setdefault(key, []).append(document)
        for key, rev in sorted(ahead.items()):
            self.findings.note_ahead(key, rev)
        return proven

    @contextmanager
    def _noting(self, key: Key) -> Iterator[None]:
        """Turn what keeps one item from being checked into a finding."""
        try:
            yield
        except DECODING_ERRORS as error:
            self.findings.add(UNREADABLE, key, repr(error))
        except ContentionError as error:
            self.findings.add(CONTENDED, key, str(error))

    def _evidence(
        self, row: Stored, edits: dict[Key, list[JournalEntry]]
    ) -> Iterator[tuple[Key, Document]]:
        """Yield the least that documents must contain, because of one item; collect the edits."""
        key = row.key
        if key.pk.startswith(keys.JOURNAL_PREFIX):
            self.findings.entries += 1
            document = keys.of_journal_partition(key.pk)
            entry = JournalEntry.load(document, key.sk, row.body)
            if entry.changes:
                edits.setdefault(document, []).append(entry)
            yield from evidence.of_entry(entry)
        elif key.sk == keys.OPERATION:
            self.findings.operations += 1
            operation_id = key.pk.removeprefix(keys.OPERATION_PREFIX)
            record = OperationRecord.load(operation_id, row.body)
            yield key, record  # its counters are in the journal, too
        elif key.sk == keys.CURRENT:
            self._check_pointer(row)

    def _check_document(
        self, key: Key, documents: Sequence[Document], now_s: int, span: "_Span"
    ) -> Stored | None:
        """Repair what a document lacks; return it as it was read, None if there is none."""
        proven = _joined(documents)
        expires, create = None, _is_whole(key)
        if isinstance(proven, OperationRecord):
            expires = _expiry(proven, span)
            if expires is not None and expires <= now_s:
                return None  # it was kept as long as it had to be
            create = expires is not None
        self.findings.documents += 1
        # A read that is only eventually consistent may not show a write of a moment ago.
        for consistent in (False, True):
            stored = self._replica.get(key, consistent=consistent)
            if stored is not None and _contains(stored.document(), proven):
                return stored
        if stored is None and not create:
            if isinstance(proven, OperationRecord):
                return None  # nobody can say whether it has expired
            self.findings.add(ABSENT, key, f"{len(documents)} writes on record")
            return None
        self.findings.add(LOST, key, f"lacks something of {len(documents)} writes on record")
        if self._dry_run:
            return stored
        if self._repairer.rejoin(key, proven, expires=expires, create=create):
            self.findings.repaired += 1
        return stored or self._replica.get(key, consistent=True)

    def _check_operation(
        self, key: Key, versions: Sequence[OperationRecord], stored: Stored
    ) -> None:
        """Check that this region took its part of a sale back where it does not stand."""
        region = self._replica.region
        record = OperationRecord.load(versions[0].operation_id, stored.body)
        for version in versions:
            record = record.merge(version)
        twin = record.twin_in(region)
        if twin is None:
            return
        part = self._replica.get(parts.own_part(Key(*twin.document), region), consistent=True)
        stock = part.document() if part else None
        if not isinstance(stock, Stock):
            return  # without its counter there is nothing to take back
        missing = [
            item
            for item, at in twin.positions.items()
            # The second name is the one that version 0.1.0 gave it.
            if {return_key(record.operation_id), f"{region}:{at}"}.isdisjoint(
                stock.returns(item, region)
            )
        ]
        if missing:
            self.findings.add(DOUBLED, key, f"{region} counts {missing} a second time")
            if not self._dry_run and self._operations.undo_surplus(record, again=True):
                self.findings.repaired += 1
        elif not twin.undone and not self._dry_run:
            # Only the flag was overwritten: the counter is right.
            self._repairer.rejoin(key, record.undo(region), expires=stored.expires)

    def prolong(self, rows: Iterable[Stored], since_ms: int, now_s: int) -> None:
        """Keep journal entries from expiring that some region has not verified.

        Args:
            rows: Items of the table; others than journal entries are left out.
            since_ms: Unix milliseconds; older writes are verified everywhere.
            now_s: Unix seconds.
        """
        if self._dry_run:
            return
        soon = now_s + JOURNAL_RETENTION_S // 2
        for row in rows:
            if not row.key.pk.startswith(keys.JOURNAL_PREFIX) or row.expires is None:
                continue
            with self._noting(row.key):
                stamp = Stamp.parse(row.key.sk)
                if row.expires > soon or stamp.unix_ms < since_ms:
                    continue
                rev = self._replica.clock.tick(Stamp.parse(row.rev))
                later = now_s + JOURNAL_RETENTION_S
                with suppress(RevisionMovedError):  # another region did the same
                    self._replica.write(Write(row.key, row.body, rev, row.rev, later))

    def _list_conflicts(
        self, document: Key, entries: Sequence[JournalEntry], *, is_continued: bool
    ) -> None:
        """List the conflicts of edits that the index lacks.

        Args:
            document: What they edited.
            entries: The edits of a page, which may end in the middle of a document's.
            is_continued: Whether a page before may have ended within these edits; then those that
                replaced a value of that page are compared with the journal itself.
        """
        found = [*conflicts(entries)]
        if is_continued:
            here = {entry.stamp for entry in entries}
            for entry in entries:
                if any(change.seen not in here for change in entry.changes):
                    found += self._conflicts.of_edit(entry)
        for one in self._conflicts.missing(found):
            self.findings.add(UNLISTED, document, f"{one.entry} of {one.lost.stamp}")
            if not self._dry_run and self._conflicts.list_conflict(one):
                self.findings.repaired += 1

    def _check_conflict(self, note: Stored) -> None:
        """Withdraw a conflict that the journal shows to be none."""
        if self._conflicts.is_founded(note):
            return
        self.findings.add(UNFOUNDED, note.key, "a later edit had seen it")
        if not self._dry_run and self._conflicts.withdraw(note):
            self.findings.repaired += 1

    def _check_mark(self, note: Stored) -> None:
        """Mark the document of a conflict, which whoever listed it may not have come to."""
        if self._conflicts.mark(note, dry_run=self._dry_run):
            self.findings.add(UNMARKED, note.key, "no list of the whole chain shows it")
            self.findings.repaired += not self._dry_run

    def _shards_astray(self, row: Stored) -> list[str]:
        """Return the ids of the shards that seem to say otherwise of a store than its profile.

        The directory is read at the first profile: later than the writes that are looked at, which
        are older than what is still arriving.
        """
        entry = entry_of(row)
        if entry is None:
            return []
        if self._shards is None:
            self._shards = []
            for one in self._replica.partition(keys.DIRECTORY):
                with self._noting(one.key):
                    self._shards.append(DirectoryShard.load(one.key.sk, one.body))
        number = shard_of("", entry.store_id)
        of_it = [one for one in self._shards if one.shard_id.endswith(number)]
        home = shard_of(entry.market, entry.store_id)
        if all(one.shard_id != home for one in of_it):
            of_it.append(DirectoryShard(home, {}))
        return [one.shard_id for one in of_it if not one.is_in_line(entry)]

    def _list_stores(self, shard_id: str, store_ids: Iterable[str]) -> None:
        """Bring rows of the directory in line with the profiles of their stores."""
        astray = self._listing.out_of_line(shard_id, store_ids)
        for store_id in astray:
            self.findings.add(MISLISTED, keys.directory(shard_id), f"store {store_id}")
        if not self._dry_run:
            self.findings.repaired += len(self._listing.bring_in_line(shard_id, astray))

    def _check_pointer(self, row: Stored) -> None:
        pointer = row.document()
        version = pointer[keys.POINTER] if isinstance(pointer, Settings) else None
        if version is None:
            return
        market = row.key.pk.removeprefix(keys.CATALOG_PREFIX)
        named = keys.version(market, Stamp.parse(version))
        self.findings.documents += 1
        if self._replica.get(named, consistent=True) is None:
            self.findings.add(DANGLING, row.key, f"{named.sk} does not exist; publish again")


class _Span(NamedTuple):
    """The writes that are looked at, in Unix milliseconds of their stamps; see `check`."""

    since_ms: int
    until_ms: int
    ahead_ms: int | None

    def has(self, stamp: Stamp) -> bool:
        """Return whether a write is looked at."""
        return self.since_ms <= stamp.unix_ms <= self.until_ms or self.is_ahead(stamp)

    def is_ahead(self, stamp: Stamp) -> bool:
        """Return whether no clock that is followed made a stamp: it is no time of a write."""
        return self.ahead_ms is not None and stamp.unix_ms > self.ahead_ms


def _contains(standing: Document, proven: Document) -> bool:
    return bool(standing.merge(proven).dump() == standing.dump())


def _joined(documents: Sequence[Document]) -> Document:
    joined = documents[0]
    for document in documents[1:]:
        joined = joined.merge(document)
    return joined


def _expiry(record: OperationRecord, span: _Span) -> int | None:
    """Return when a record expires, Unix seconds; None where its stamps do not say it."""
    last = max(record.stamps())
    return None if span.is_ahead(last) else last.unix_ms // 1000 + RETENTION_S


def _is_whole(key: Key) -> bool:
    """Whether what the journal has of an item may stand alone.

    An assortment of one line would sell nothing else, and a profile of one field is no store. Of a
    person's roles, those that the journal still has are better than none: what was revoked stays
    revoked.
    """
    return (
        key.sk in {keys.OPERATION, keys.STOCK, keys.CURRENT}
        or key.pk.startswith(keys.PEOPLE_PREFIX)
        or parts.owner(key) is not None
    )
