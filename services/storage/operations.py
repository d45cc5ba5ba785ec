"""Mutations: effect, operation record, journal entry and action in one local transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from services.domain.documents.action import Actor, StaffAction
from services.domain.documents.journal import Change, JournalEntry
from services.domain.documents.layout import Body
from services.domain.documents.operation import Applied, OperationRecord
from services.domain.documents.stock import Stock, return_key
from services.domain.stamp import HybridClock, Stamp, unix_ms
from services.storage import actions, keys, parts
from services.storage.exceptions import OperationIdReusedError
from services.storage.keys import Key
from services.storage.kinds import Document
from services.storage.replica import Held, Replica, Stored, Write

RETENTION_S: Final = 7 * 24 * 3600
JOURNAL_RETENTION_S: Final = 35 * 24 * 3600
"""Seconds that a journal entry is kept; longer while a region has not verified it, see
`convergence.passes.unverified_since`."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A mutation as a client sent it.

    Attributes:
        id: Made up by the client, unique per intent, the same in every retry.
        action: Name of the mutation.
        fingerprint: Digest of action and input; distinguishes a retry from another use of the id.
        author: Subject of the token that came with it.
        document: Key of the document that it changes.
        device: The client's description of its device; None: there is none.
        by_staff: Whether the author is a member of staff, whose actions are kept by person.
    """

    id: str
    action: str
    fingerprint: str
    author: str
    document: Key
    device: str | None = None
    by_staff: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """What an operation makes of a document.

    Attributes:
        document: The document after it.
        answer: The answer to the client, as JSON; a retry gets the same.
        changes: The registers that it set.
        sold: Item id to pieces that it added to this region's counters.
        creates: Further immutable items that belong to it.
        expire: When these items expire, Unix seconds; None: never.
    """

    document: Document
    answer: Any
    changes: tuple[Change, ...] = ()
    sold: Mapping[str, int] = field(default_factory=dict)
    creates: Mapping[Key, Body] = field(default_factory=dict)
    expire: int | None = None


Edit = Callable[[Document | None, Stamp], Edited]


class ReadBeside(NamedTuple):
    """An item that an edit depends on and does not change: read in the same request as the record.

    Attributes:
        key: Which item.
        take: Gets the item, or None if there is none, before each call of the edit.
    """

    key: Key
    take: Callable[[Stored | None], None]


class OperationRepository:
    """Applies each operation once in this region, however often it is sent."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def now_ms(self) -> int:
        """Return the time of the clock that makes this region's stamps, in Unix milliseconds."""
        return self._replica.clock.now_ms()

    def apply(self, operation: Operation, edit: Edit, beside: ReadBeside | None = None) -> Any:
        """Apply an operation, or find that it was applied, and return the answer of record.

        Where two regions applied it before either had the other's record, each answered from what
        it held; retries get the answer of the application that stands, the same in every region.

        Args:
            operation: The mutation.
            edit: Gets the current document (None: there is none) and the stamp for what it sets;
                called once per attempt, so it must have no side effects. What it raises is raised,
                and nothing is written.
            beside: What the edit depends on besides.

        Raises:
            OperationIdReusedError: The id was used with another input.
            ContentionError: Others changed the document faster, every time.
        """

        def attempt() -> Any:
            held = self._read(operation, beside)
            if isinstance(held, OperationRecord):
                return _answer(operation, held)
            clock = self._replica.clock
            stamp = clock.tick(*held.stamps())
            edited = edit(held.document, stamp)
            writes = _writes(operation, held, edited, stamp, clock)
            self._replica.transact_while(writes, held.beside(writes))
            return edited.answer

        return self._replica.retry(f"{operation.document.pk} / {operation.document.sk}", attempt)

    def undo_surplus(self, record: OperationRecord, *, again: bool = False) -> bool:
        """Take this region's effect back where another region's stands, and return whether it did.

        It names the sale that it takes back, so doing it twice is doing it once. Effect, record and
        a mark change in one transaction; the mark saves doing it again, because the record's own
        flag may be replaced by another region's write, while no other region writes the mark.

        Args:
            record: A version of the operation's record that names the regions that applied it.
            again: Also where flag or mark say that it was done: the counter itself does not have
                it, so it was lost.

        Raises:
            ContentionError: Others wrote faster, every time; try again later.
        """
        region = self._replica.region
        key = keys.operation(record.operation_id)
        mark = keys.undone(record.operation_id, region)

        def attempt() -> bool:
            stored = self._replica.get(key, consistent=True)
            if stored is None:
                return False  # expired
            current = OperationRecord.load(record.operation_id, stored.body).merge(record)
            marked = self._replica.get(mark, consistent=True)
            surplus = current.twin_in(region) if again else current.surplus_in(region)
            if surplus is None or (marked is not None and not again):
                return False
            part = parts.own_part(Key(*surplus.document), region)
            held = self._replica.get(part, consistent=True)
            stock = held.document() if held else None
            if held is None or not isinstance(stock, Stock):
                return False
            name = return_key(record.operation_id)
            for item_id, pieces in surplus.sold.items():
                positions = current.positions(surplus.fingerprint, item_id)
                stock = stock.taken_back(item_id, pieces, region, name, positions)
            revs = [self._replica.next_stamp(one, None) for one in (stored, held, marked)]
            expires = max(_expiry(), stored.expires or 0)
            undone = current.undo(region).dump()
            self._replica.transact(
                [
                    Write(key, undone, revs[0], stored.rev, expires),
                    Write(part, stock.dump(), revs[1], held.rev),
                    Write(mark, {}, revs[2], marked.rev if marked else None, expires + RETENTION_S),
                ]
            )
            return True

        return self._replica.retry(f"operation {record.operation_id}", attempt)

    def _read(self, operation: Operation, beside: ReadBeside | None) -> OperationRecord | Held:
        """Return the record of an operation that was applied, else the document that it is about.

        Takes one request where the document is one item, also with an item beside it.
        """
        key, document = keys.operation(operation.id), operation.document
        divided = parts.is_divided(document)
        wanted = [key] if divided else [key, document]
        if beside is not None:
            wanted.append(beside.key)
        found = self._replica.get_many(wanted, consistent=True)
        record = found.pop(key, None)
        if record is not None:
            return OperationRecord.load(operation.id, record.body)
        if beside is not None:
            beside.take(found.pop(beside.key, None))
        return self._replica.held(document) if divided else self._replica.held_in(document, found)


def _writes(
    operation: Operation, held: Held, edited: Edited, stamp: Stamp, clock: HybridClock
) -> list[Write]:
    sold = dict(sorted(edited.sold.items())) if edited.sold else {}
    document = operation.document
    positions = (
        {item: edited.document.position(item, stamp.region) for item in sold}
        if sold and isinstance(edited.document, Stock)
        else {}
    )
    applied = Applied(
        stamp, operation.fingerprint, document, sold, edited.answer, positions=positions
    )
    record = OperationRecord(operation.id, {stamp.region: applied}).dump()
    writes = [Write(keys.operation(operation.id), record, stamp, None, _expiry())]
    writes += held.writes(edited.document, stamp)
    if edited.changes or sold or edited.creates:
        entry = JournalEntry(
            document,
            stamp,
            operation.id,
            operation.author,
            operation.action,
            edited.changes,
            tuple(sold.items()),
            applied.dump(),
            _counts(edited, stamp),
            operation.device,
        )
        key = keys.journal(document, stamp)
        expires = stamp.unix_ms // 1000 + JOURNAL_RETENTION_S
        writes.append(Write(key, entry.dump(), stamp, None, expires))
    if operation.by_staff and not sold and _changes_something(held, edited):
        # A sale is in the journal, with its author: a year of sales by person would cost more than
        # all other actions together. Its key is not made of the document's stamp: documents of one
        # person may have the same.
        actor, at = Actor(operation.author, operation.device), clock.wall_tick()
        action = StaffAction.of(
            actor, at, operation.action, document, operation.id, changes=edited.changes
        )
        writes.append(actions.write_of(action))
    return writes + [
        Write(key, body, stamp, None, edited.expire) for key, body in edited.creates.items()
    ]


def _changes_something(held: Held, edited: Edited) -> bool:
    """Return whether an edit did something, as publishing what is published already does not."""
    if edited.changes or edited.creates:
        return True
    return edited.document != held.document


def _counts(edited: Edited, stamp: Stamp) -> Body | None:
    """Return what an edit counted, so that the journal alone can restore it."""
    if not edited.changes or not isinstance(edited.document, Stock):
        return None
    return edited.document.counts_at(stamp).dump()


def _answer(operation: Operation, record: OperationRecord) -> Any:
    applied = record.of_record(operation.fingerprint)
    if applied is None:
        raise OperationIdReusedError(operation.id)
    return applied.answer


def _expiry() -> int:
    return unix_ms() // 1000 + RETENTION_S
