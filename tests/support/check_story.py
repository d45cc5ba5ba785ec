"""Made-up checks: what clients did, and what the tables hold, for the rules to judge."""

from collections.abc import Mapping
from typing import Any

import orjson

from loadtests.checker.history import Attempt, CheckOperation, History, OperationOutcome, Read
from loadtests.checker.region_state import Item, RegionState, read_state
from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogDraft
from services.domain.documents.journal import RECORD_WASTE, TAKE_BACK_WASTE, Change, JournalEntry
from services.domain.documents.operation import Applied, OperationRecord
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import Count, Return, Slot, StockLine
from services.domain.register import Register
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.keys import Key

US, EU = "us-east-1", "eu-west-1"
STORE = "check-1"
ITEM = "glazed"
DAY = "2026-05-04"
MARKET, CATEGORY = "us", "category:check-1"


def at(number: int, region: str = US) -> Stamp:
    """A stamp by a small number."""
    return Stamp(number << 16, region)


class Story:
    """One check. Times are seconds, one step apart, unless given."""

    def __init__(self) -> None:
        self.history = History()
        self._items: list[Item] = []
        self._clock = 0.0

    def begins(
        self,
        name: str,
        *,
        sets: Mapping[str, Any] | None = None,
        sold: int = 0,
        client: int = 0,
        store: str = STORE,
    ) -> str:
        """A client makes up an operation; its document follows from what it does."""
        stock = sold or any(path.endswith("/count") for path in sets or ())
        document = keys.stock(store) if stock else keys.assortment(store)
        action = "recordSale" if sold else "recordStockCount" if stock else "updateAssortment"
        pieces = {ITEM: sold} if sold else {}
        self.history.add(CheckOperation(name, client, action, document, {}, sets or {}, pieces))
        return name

    def answered(
        self,
        name: str,
        outcome: OperationOutcome = "ok",
        *,
        region: str = US,
        answer: Any = None,
        why: str = "",
    ) -> None:
        """A request for it ends."""
        operation = self.history.operations[name]
        sent = self._tick()
        self.history.attempt(
            Attempt(name, operation.client, region, sent, self._tick(), outcome, answer, why)
        )

    def read(
        self,
        *,
        price: int | None = None,
        count: int | None = None,
        sold: int | None = None,
        client: int = 0,
        store: str = STORE,
        region: str = US,
    ) -> None:
        """A client reads; without a price the menu does not list the item."""
        self.history.read(
            Read(
                client,
                region,
                store,
                self._tick(),
                self._tick(),
                {} if price is None else {ITEM: price},
                {} if count is None else {ITEM: count},
                {} if sold is None else {ITEM: sold},
            )
        )

    def sets_hours(self, name: str, hours: str) -> str:
        """A client makes up an operation that sets a store's opening hours."""
        document = keys.profile(STORE)
        self.history.add(
            CheckOperation(name, 0, "updateStoreHours", document, {}, {"hours": hours})
        )
        return name

    def edits_category(self, name: str, path: str, value: Any) -> str:
        """A client makes up an operation that edits the draft of a category."""
        sets = {f"{CATEGORY}/{path}": value}
        document = keys.draft(MARKET, CATEGORY)
        self.history.add(CheckOperation(name, 0, "editCatalogCategory", document, {}, sets))
        return name

    def profile(self, field: str, value: Any, stamp: Stamp) -> None:
        """A register of the store's profile."""
        self.put(keys.profile(STORE), StoreProfile(STORE, {field: Register(value, stamp)}).dump())

    def category(self, path: str, value: Any, stamp: Stamp) -> None:
        """A register of the draft of a category."""
        draft = CatalogDraft(MARKET, CATEGORY, {path: Register(value, stamp)})
        self.put(keys.draft(MARKET, CATEGORY), draft.dump())

    def throws_away(self, name: str, pieces: int, reason: str = "EXPIRED") -> str:
        """A client makes up an operation that records waste."""
        values = {"storeId": STORE, "day": DAY, "reason": reason}
        document = keys.stock(STORE)
        operation = CheckOperation(name, 0, RECORD_WASTE, document, values, sold={ITEM: pieces})
        self.history.add(operation)
        return name

    def takes_back(self, name: str, waste: str) -> str:
        """A client makes up an operation that takes waste back."""
        values = {"storeId": STORE, "day": DAY, "wasteId": waste}
        self.history.add(CheckOperation(name, 0, TAKE_BACK_WASTE, keys.stock(STORE), values))
        return name

    def taken_back(self, name: str, waste: str, *, region: str = US, day: str = DAY) -> None:
        """An operation took waste back in a region."""
        self.put(keys.waste_taken_back(STORE, day, waste, name, region), {})

    def on_record(
        self, name: str, pieces: int, *, region: str = US, reason: str = "EXPIRED"
    ) -> None:
        """The figures have what a region recorded as thrown away."""
        body = {"reason": reason, "currency": "USD", "lines": [[ITEM, pieces, 199]]}
        self.put(keys.waste(STORE, DAY, name, region), body)

    def journal(self, name: str, stamp: Stamp) -> None:
        """The journal tells that the operation had its effect."""
        operation = self.history.operations[name]
        entry = JournalEntry(
            operation.document,
            stamp,
            name,
            "ann",
            operation.action,
            tuple(Change(path, value, None) for path, value in operation.sets.items()),
            tuple(operation.sold.items()),
        )
        self.put(keys.journal(operation.document, stamp), entry.dump())

    def done(self, name: str, stamp: Stamp) -> None:
        """It was acknowledged where its stamp was made, and is in the journal."""
        self.answered(name, region=stamp.region)
        self.journal(name, stamp)

    def undone(self, name: str, region: str) -> None:
        """A region took its effect back."""
        self.put(keys.undone(name, region), {})

    def record(self, name: str, *stamps: Stamp) -> None:
        """The operation record, naming where it was applied."""
        applied = {
            one.region: Applied(one, "f", self.history.operations[name].document, {}, None)
            for one in stamps
        }
        self.put(keys.operation(name), OperationRecord(name, applied).dump())

    def stands(self, path: str, value: Any, stamp: Stamp, *, store: str = STORE) -> None:
        """A register of the store's assortment."""
        item, _, name = path.rpartition("/")
        line = Assortment(store, {item: {name: Register(value, stamp)}})
        self.put(keys.assortment(store), line.dump())

    def counted(self, pieces: int, stamp: Stamp, seen: Mapping[str, int] | None = None) -> None:
        """The standing count of the item."""
        line = StockLine(Register(Count(pieces, seen or {}), stamp))
        self.put(keys.stock(STORE), Stock(STORE, {ITEM: line}).dump())

    def slot(self, region: str, sold: int, undone: int = 0) -> None:
        """A region's counter of the item."""
        returns = {"sale": Return(undone, {region: sold})} if undone else {}
        line = StockLine(slots={region: Slot(sold, returns)})
        key = Key(keys.store_partition(STORE), keys.SALES_PREFIX + region)
        self.put(key, Stock(STORE, {ITEM: line}).dump())

    def put(self, key: Key, body: Any) -> None:
        """An item of the table."""
        text = orjson.dumps(body).decode()
        self._items.append({"pk": {"S": key.pk}, "sk": {"S": key.sk}, "body": {"S": text}})

    def state(self) -> RegionState:
        """What the rules read of the table."""
        return read_state(self._items)

    def regions(self) -> dict[str, RegionState]:
        """The same table in two regions."""
        return {US: self.state(), EU: self.state()}

    def _tick(self) -> float:
        self._clock += 1.0
        return self._clock
