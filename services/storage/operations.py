"""Mutations: the effect, the operation record and the journal entry in one local transaction."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from services.domain.documents.journal import Change, JournalEntry
from services.domain.documents.layout import Body
from services.domain.documents.operation import Applied, OperationRecord
from services.domain.stamp import Stamp, unix_ms
from services.storage import keys
from services.storage.exceptions import ContentionError, OperationIdReusedError
from services.storage.keys import Key
from services.storage.kinds import Document
from services.storage.models import Item
from services.storage.table import Stored, Table

RETENTION_S: Final = 7 * 24 * 3600
_ATTEMPTS: Final = 10
_BACKOFF_S: Final = 0.01
_MOVED: Final = {"ConditionalCheckFailed", "TransactionConflict"}


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

    def __init__(self, table: Table) -> None:
        self._table = table

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
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(random.uniform(0, _BACKOFF_S * 2**attempt))
            record = self._record(operation)
            if record is not None:
                return _answer(operation, record)
            stored = self._table.get(operation.document, consistent=True)
            current = stored.document() if stored else None
            stamp = self._table.next_stamp(stored, current)
            edited = edit(current, stamp)
            if self._commit(operation, stored, edited, stamp):
                return edited.answer
        raise ContentionError("the document is being changed too often; try again")

    def undo_surplus(self, record: OperationRecord) -> bool:
        """Take this region's effect back where another region's stands; whether it did so now.

        The effect and the record change in one transaction, so it happens once however often the
        stream delivers the record.
        """
        region = self._table.binding.region
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(random.uniform(0, _BACKOFF_S * 2**attempt))
            key = keys.operation(record.operation_id)
            stored = self._table.get(key, consistent=True)
            if stored is None:
                return False  # expired
            current = OperationRecord.load(record.operation_id, stored.body).merge(record)
            surplus = current.surplus_in(region)
            if surplus is None:
                return False
            document_key = Key(*surplus.document)
            document = self._table.get(document_key, consistent=True)
            stock: Any = document.document() if document else None
            if document is None or stock is None:
                return False
            for item_id, pieces in surplus.sold.items():
                stock = stock.sold(item_id, -pieces, region)
            stamp = self._table.next_stamp(document, stock)
            undone = self._table.new_item(key, current.undo(region).dump(), rev=stamp)
            undone.expires = _expiry()
            if self._write(
                [
                    (undone, self._table.item.rev == stored.rev),
                    (
                        self._table.new_item(document_key, stock.dump(), rev=stamp),
                        self._table.item.rev == document.rev,
                    ),
                ]
            ):
                return True
        raise ContentionError(f"operation {record.operation_id} could not be undone yet")

    def _record(self, operation: Operation) -> OperationRecord | None:
        stored = self._table.get(keys.operation(operation.id), consistent=True)
        return OperationRecord.load(operation.id, stored.body) if stored else None

    def _commit(
        self, operation: Operation, stored: Stored | None, edited: Edited, stamp: Stamp
    ) -> bool:
        item = self._table.item
        new = item.pk.does_not_exist()
        applied = Applied(
            stamp, operation.fingerprint, operation.document, edited.sold, edited.answer
        )
        record = OperationRecord(operation.id, {stamp.region: applied})
        noted = self._table.new_item(keys.operation(operation.id), record.dump(), rev=stamp)
        noted.expires = _expiry()
        writes: list[tuple[Item, Any]] = [(noted, new)]
        body = edited.document.dump()
        if stored is None or body != stored.body:
            changed = self._table.new_item(operation.document, body, rev=stamp)
            writes.append((changed, new if stored is None else item.rev == stored.rev))
        if edited.changes or edited.sold:
            entry = JournalEntry(
                operation.document,
                stamp,
                operation.id,
                operation.author,
                operation.action,
                edited.changes,
                tuple(sorted(edited.sold.items())),
            )
            key = keys.journal(operation.document, stamp)
            writes.append((self._table.new_item(key, entry.dump(), rev=stamp), new))
        writes += [
            (self._table.new_item(key, content, rev=stamp), new)
            for key, content in edited.creates.items()
        ]
        return self._write(writes)

    def _write(self, writes: list[tuple[Item, Any]]) -> bool:
        """Write all or nothing; False where someone else was faster."""
        connection = self._table.item._get_connection().connection  # noqa: SLF001
        try:
            with TransactWrite(connection=connection) as transaction:
                for item, condition in writes:
                    transaction.save(item, condition=condition)
        except TransactWriteError as error:
            if any(reason and reason.code in _MOVED for reason in error.cancellation_reasons):
                return False
            raise
        return True


def _answer(operation: Operation, record: OperationRecord) -> Any:
    first = record.first()
    if first.fingerprint != operation.fingerprint:
        raise OperationIdReusedError(operation.id)
    return first.answer


def _expiry() -> int:
    return unix_ms() // 1000 + RETENTION_S
