"""Decodes a region's table: registers, counters, journal and operation records."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogDraft
from services.domain.documents.journal import JournalEntry
from services.domain.documents.operation import OperationRecord
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import Slot, StockLine
from services.domain.documents.waste import WasteRecord
from services.domain.stamp import Stamp
from services.storage import keys, kinds
from services.storage.keys import Key

Item = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class RegisterValue:
    """A register as a document holds it."""

    value: Any
    stamp: Stamp


class TakenBack(NamedTuple):
    """A record of waste that was taken back.

    Attributes:
        store: Id of the store.
        day: Day of the record, such as `2026-11-28`.
        waste: Operation that recorded it.
    """

    store: str
    day: str
    waste: str


@dataclass(slots=True)
class RegionState:
    """The decoded documents of one region.

    Attributes:
        registers: Document to path in the document to the standing register.
        journal: Document to its entries, by stamp.
        stock: Store id to item id to its line, joined from all parts.
        records: Operation id to its record.
        undone: Operation id to the regions that took their effect back.
        waste: Operation id to what the regions recorded as thrown away.
        taken_back: Operation id to the records of waste that it took back.
    """

    registers: dict[Key, dict[str, RegisterValue]] = field(default_factory=dict)
    journal: dict[Key, list[JournalEntry]] = field(default_factory=dict)
    stock: dict[str, dict[str, StockLine]] = field(default_factory=dict)
    records: dict[str, OperationRecord] = field(default_factory=dict)
    undone: dict[str, set[str]] = field(default_factory=dict)
    waste: dict[str, list[WasteRecord]] = field(default_factory=dict)
    taken_back: dict[str, set[TakenBack]] = field(default_factory=dict)

    def applications(self) -> dict[str, list[JournalEntry]]:
        """Operation id to its journal entries: every time that it had an effect."""
        found: defaultdict[str, list[JournalEntry]] = defaultdict(list)
        for entries in self.journal.values():
            for entry in entries:
                found[entry.operation_id].append(entry)
        return dict(found)

    def slot(self, store: str, item: str, region: str) -> Slot:
        """Return the counter that a region keeps of an item's sales."""
        line = self.stock.get(store, {}).get(item)
        return line.slots.get(region, Slot()) if line else Slot()


def read_state(items: Iterable[Item]) -> RegionState:
    """Decode items in DynamoDB JSON; what is none of a check's documents is left out."""
    state = RegionState()
    stocks: dict[str, Stock] = {}
    for item in items:
        key = Key(item["pk"]["S"], item["sk"]["S"])
        if "body" in item:
            _read(state, stocks, key, orjson.loads(item["body"]["S"]))
    for store, stock in stocks.items():
        state.stock[store] = dict(stock.lines)
        counts = {
            f"{item}/count": RegisterValue(line.count.value.pieces, line.count.stamp)
            for item, line in stock.lines.items()
            if line.count is not None
        }
        state.registers[keys.stock(store)] = counts
    for entries in state.journal.values():
        entries.sort(key=lambda entry: entry.stamp)
    return state


def _read(state: RegionState, stocks: dict[str, Stock], key: Key, body: Any) -> None:
    if key.pk.startswith(keys.JOURNAL_PREFIX):
        document = Key(*key.pk.removeprefix(keys.JOURNAL_PREFIX).rsplit("/", 1))
        entry = JournalEntry.load(document, key.sk, body)
        state.journal.setdefault(document, []).append(entry)
    elif key.sk.startswith(keys.UNDONE_PREFIX):
        operation = key.pk.removeprefix(keys.OPERATION_PREFIX)
        region = key.sk.removeprefix(keys.UNDONE_PREFIX)
        state.undone.setdefault(operation, set()).add(region)
    elif key.pk.startswith(keys.WASTE_PREFIX):
        _read_waste(state, key, body)
    elif kinds.is_mergeable(key):
        loaded: object = kinds.load(key, body)
        match loaded:
            case Assortment():
                state.registers[key] = {
                    f"{item}/{name}": RegisterValue(register.value, register.stamp)
                    for item, line in loaded.lines.items()
                    for name, register in line.items()
                }
            case StoreProfile():
                state.registers[key] = {
                    name: RegisterValue(register.value, register.stamp)
                    for name, register in loaded.registers.items()
                }
            case CatalogDraft():
                state.registers[key] = {
                    f"{loaded.item_id}/{name}": RegisterValue(register.value, register.stamp)
                    for name, register in loaded.registers.items()
                }
            case Stock():
                known = stocks.get(loaded.store_id)
                stocks[loaded.store_id] = known.merge(loaded) if known else loaded
            case OperationRecord():
                state.records[loaded.operation_id] = loaded


def _read_waste(state: RegionState, key: Key, body: Any) -> None:
    day, operation, region = keys.of_waste(key)
    if taking_back := keys.of_taking_back(region):
        by, _ = taking_back
        store = key.pk.removeprefix(keys.WASTE_PREFIX)
        state.taken_back.setdefault(by, set()).add(TakenBack(store, day, operation))
    else:
        record = WasteRecord.load(day, operation, region, body)
        state.waste.setdefault(operation, []).append(record)
