"""What journal entries and operation records prove about the documents that they name.

No region ever overwrites a journal entry, so last-writer-wins drops none. Each proves the least
that its document must contain: a document with nothing but what that one mutation wrote.
"""

from collections.abc import Iterator
from typing import Any

from services.domain.closures import is_closure, with_defaults
from services.domain.documents.assortment import PROPERTIES, Assortment
from services.domain.documents.catalog import CatalogDraft
from services.domain.documents.journal import Change, JournalEntry
from services.domain.documents.layout import InvalidDocumentError
from services.domain.documents.operation import Applied, OperationRecord
from services.domain.documents.person import PersonRoles
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import Slot, StockLine
from services.domain.register import Register
from services.domain.stamp import Stamp
from services.storage import keys, parts
from services.storage.keys import Key
from services.storage.kinds import Document, Settings


def of_entry(entry: JournalEntry) -> Iterator[tuple[Key, Document]]:
    """Yield the items that a journal entry is about, each with the least that it must contain.

    Counts that version 0.1.0 journaled are left out: they do not say which sales they had seen.

    Raises:
        InvalidDocumentError: The entry names a document that no mutation edits.
    """
    document = Key(*entry.document)
    if entry.counts is not None:
        yield document, Stock.load(_store(document), entry.counts)
    elif entry.changes and not parts.is_divided(document):
        yield document, _registers(document, entry.changes, entry.stamp)
    if entry.applied is not None:
        record = OperationRecord(entry.operation_id, {entry.stamp.region: _applied(entry.applied)})
        yield keys.operation(entry.operation_id), record
        yield from of_record(record)


def of_record(record: OperationRecord) -> Iterator[tuple[Key, Document]]:
    """Yield the counters that an operation record names, with where they stood after it."""
    for region, applied in record.applied.items():
        if applied.positions:
            document = Key(*applied.document)
            lines = {
                item: StockLine(slots={region: Slot(position)})
                for item, position in applied.positions.items()
            }
            yield parts.own_part(document, region), Stock(_store(document), lines)


def _registers(document: Key, changes: tuple[Change, ...], stamp: Stamp) -> Document:
    registers: dict[str, Register[Any]] = {
        change.entry: Register(change.value, stamp) for change in changes
    }
    if document.sk == keys.PROFILE:
        if any(map(is_closure, registers)):
            return StoreProfile(_store(document), with_defaults(registers))
        return StoreProfile(_store(document), registers)
    if document.sk == keys.ASSORTMENT:
        lines: dict[str, dict[str, Register[Any]]] = {}
        for path, register in registers.items():
            item, _, name = path.rpartition("/")
            # Where a register that a newer version added belongs, its regions know.
            if name in PROPERTIES:
                lines.setdefault(item, {})[name] = register
        return Assortment(_store(document), lines)
    if document.sk.startswith(keys.ITEM_PREFIX):
        market = document.pk.removeprefix(keys.CATALOG_PREFIX)
        item = document.sk.removeprefix(keys.ITEM_PREFIX)
        prefix = f"{item}/"
        named = {path.removeprefix(prefix): register for path, register in registers.items()}
        return CatalogDraft(market, item, named)
    if document.sk == keys.CURRENT:
        return Settings(registers)
    if document.pk.startswith(keys.PEOPLE_PREFIX):
        return PersonRoles(document.sk.removeprefix(keys.PERSON_PREFIX), registers)
    raise InvalidDocumentError(f"no mutation edits {document.pk} / {document.sk}")


def _applied(row: list[Any]) -> Applied:
    try:
        return Applied.load(row)
    except (TypeError, ValueError) as error:
        raise InvalidDocumentError(f"not an application of an operation: {error!r}") from error


def _store(document: Key) -> str:
    return document.pk.removeprefix(keys.STORE_PREFIX)
