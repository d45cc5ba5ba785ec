"""Mutations: the effect, the operation record and the journal entry in one local transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from services.domain.documents.journal import Change, JournalEntry
from services.domain.documents.layout import Body
from services.domain.documents.operation import Applied, OperationRecord
from services.domain.documents.stock import Stock, return_key
from services.domain.stamp import Stamp, unix_ms
from services.storage import keys, parts
from services.storage.exceptions import OperationIdReusedError, RevisionMovedError
from services.storage.keys import Key
from services.storage.kinds import Document
from services.storage.replica import Held, Replica, Write

RETENTION_S: Final = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Operation:
    """A mutation as a client asked for it.

    Attributes:
        id: made up by the client, unique per intent, the same in every retry.
        action: name of the mutation.
        fingerprint: digest of action and input; tells a retry from another use of the id.
        author: subject of the token that came with it.
        document: key of the document that it changes.
    """

    id: str
    action: str
    fingerprint: str
    author: str
    document: Key


@dataclass(frozen=True, slots=True)
class Edited:
    """What an operation makes of a document.

    Attributes:
        document: the document after it.
        answer: what the client is told, as JSON; a retry is told the same.
        changes: the registers that it set.
        sold: item id to pieces that it added to this region's counters.
        creates: further immutable items that belong to it.
    """

    document: Document
    answer: Any
    changes: tuple[Change, ...] = ()
    sold: Mapping[str, int] = field(default_factory=dict)
    creates: Mapping[Key, Body] = field(default_factory=dict)


Edit = Callable[[Document | None, Stamp], Edited]


class OperationRepository:
    """Applies each operation once in this region, however often it is asked to."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def apply(self, operation: Operation, edit: Edit) -> Any:
        """Apply an operation, or find that it was applied; the answer is the same.

        Args:
            operation: what was asked.
            edit: gets the current document (None: there is none) and the stamp for what it sets;
                called once per attempt, so it must have no side effects. What it raises is raised,
                and nothing is written.

        Raises:
            OperationIdReusedError: the id was used with another input.
            ContentionError: others changed the document faster, every time.
        """
        for _ in self._replica.attempts(f"{operation.document.pk} / {operation.document.sk}"):
            record = self._record(operation)
            if record is not None:
                return _answer(operation, record)
            held = self._replica.held(operation.document)
            stamp = self._replica.clock.tick(*held.stamps())
            edited = edit(held.document, stamp)
            try:
                self._replica.transact(_writes(operation, held, edited, stamp))
            except RevisionMovedError:
                continue
            return edited.answer
        raise AssertionError("attempts() raises at its end")

    def undo_surplus(self, record: OperationRecord) -> bool:
        """Take this region's effect back where another region's stands; whether it did so now.

        It names the sale that it takes back, so doing it twice is doing it once. Effect, record and
        a mark change in one transaction; the mark saves doing it again, because the record's own
        flag may be replaced by another region's write, while nobody else ever writes the mark.

        Raises:
            ContentionError: others wrote faster, every time; try again later.
        """
        region = self._replica.region
        key = keys.operation(record.operation_id)
        mark = keys.undone(record.operation_id, region)
        for _ in self._replica.attempts(f"operation {record.operation_id}"):
            stored = self._replica.get(key, consistent=True)
            if stored is None:
                return False  # expired
            current = OperationRecord.load(record.operation_id, stored.body).merge(record)
            surplus = current.surplus_in(region)
            if surplus is None or self._replica.get(mark, consistent=True) is not None:
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
            stamp = self._replica.clock.tick(Stamp.parse(held.rev), Stamp.parse(stored.rev))
            expires = max(_expiry(), stored.expires or 0)
            undone = current.undo(region).dump()
            try:
                self._replica.transact(
                    [
                        Write(key, undone, stamp, stored.rev, expires),
                        Write(part, stock.dump(), stamp, held.rev),
                        Write(mark, {}, stamp, None, expires + RETENTION_S),
                    ]
                )
            except RevisionMovedError:
                continue
            return True
        raise AssertionError("attempts() raises at its end")

    def _record(self, operation: Operation) -> OperationRecord | None:
        stored = self._replica.get(keys.operation(operation.id), consistent=True)
        return OperationRecord.load(operation.id, stored.body) if stored else None


def _writes(operation: Operation, held: Held, edited: Edited, stamp: Stamp) -> list[Write]:
    sold = dict(sorted(edited.sold.items()))
    document = operation.document
    positions = (
        {item: edited.document.position(item, stamp.region) for item in sold}
        if isinstance(edited.document, Stock)
        else {}
    )
    applied = Applied(
        stamp, operation.fingerprint, document, sold, edited.answer, positions=positions
    )
    record = OperationRecord(operation.id, {stamp.region: applied}).dump()
    writes = [Write(keys.operation(operation.id), record, stamp, None, _expiry())]
    writes += held.writes(edited.document, stamp)
    if edited.changes or sold:
        entry = JournalEntry(
            document,
            stamp,
            operation.id,
            operation.author,
            operation.action,
            edited.changes,
            tuple(sold.items()),
        )
        writes.append(Write(keys.journal(document, stamp), entry.dump(), stamp, None))
    return writes + [Write(key, body, stamp, None) for key, body in edited.creates.items()]


def _answer(operation: Operation, record: OperationRecord) -> Any:
    first = record.first()
    if first.fingerprint != operation.fingerprint:
        raise OperationIdReusedError(operation.id)
    return first.answer


def _expiry() -> int:
    return unix_ms() // 1000 + RETENTION_S
