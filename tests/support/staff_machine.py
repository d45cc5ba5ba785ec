"""The first half of a hypothesis state machine: staff edit and tills sell in all regions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import permutations
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from services.convergence.repair import Repairer
from services.domain.documents.journal import Change
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.documents.waste import WastedLine, WasteReason, WasteRecord
from services.domain.edits import edit_assortment, edit_draft, edit_store
from services.domain.stamp import HybridClock, Stamp
from services.domain.stock_edits import count_stock, sell
from services.domain.waste import waste_figures
from services.storage import keys
from services.storage.keys import Key
from services.storage.operations import Edited, Operation, OperationRepository
from services.storage.replica import Write
from services.storage.waste import WasteRepository
from tests.support.chain import PROFILE
from tests.support.edit_ledger import EditLedger
from tests.support.mrec import GlobalTable, MemoryReplica

NAMES = ("ap-southeast-1", "eu-west-1", "sa-east-1", "us-east-1")
ITEMS = ("glazed", "latte")
numbers = st.integers(0, 2**16)
items = st.sampled_from(ITEMS)
few = st.integers(0, 4)
DAY = date(2026, 11, 30)

Make = Callable[[Any, Stamp], tuple[Edited, tuple[Change, ...]]]


@dataclass(frozen=True)
class Faults:
    """What is broken on purpose, so that the machine must notice.

    Attributes:
        converges: Whether the stream Lambda runs.
        clock: Makes the clocks of processes.
        write: What becomes of each write; None drops it.
        loses_records: Whether stream records get lost.
        reconciles: Whether the reconciler runs.
    """

    converges: bool = True
    clock: Callable[[str, Callable[[], int]], HybridClock] = HybridClock
    write: Callable[[Write], Write | None] | None = None
    loses_records: bool = False
    reconciles: bool = False


class StaffMachine(RuleBasedStateMachine):
    """Two client processes and one stream Lambda in each of two to four regions."""

    faults = Faults()

    def __init__(self) -> None:
        super().__init__()
        self.ledger = EditLedger()
        self.sent: list[tuple[Operation, Make]] = []
        self.wasted: dict[str, int] = {}
        self.taken_back: set[str] = set()

    @initialize(count=st.integers(2, 4), skews=st.lists(st.integers(-9, 9), min_size=4, max_size=4))
    def start(self, count: int, skews: list[int]) -> None:
        self.names = NAMES[:count]
        self.table = GlobalTable(self.names)
        for name, skew in zip(NAMES, skews[:count], strict=False):
            self.table.regions[name].skew_ms = skew * 1000
        self.replicas = {name: [self.process(name) for _ in range(3)] for name in self.names}
        self.repairers = {
            name: Repairer(lambda_, OperationRepository(lambda_))
            for name, (*_, lambda_) in self.replicas.items()
        }
        self.read = dict.fromkeys(self.names, 0)
        self.pairs = list(permutations(self.names, 2))

    def process(self, region: str) -> MemoryReplica:
        clock = self.faults.clock(region, lambda: self.table.clock_of(region))
        return MemoryReplica(self.table, region, clock, self.faults.write)

    def run(self, region: int, process: int, operation: Operation, make: Make) -> None:
        """Let a client in a region ask one of its processes for an operation."""
        set_by: list[tuple[Stamp, tuple[Change, ...]]] = []
        shown: list[Any] = []
        positions: dict[str, int] = {}

        def edit(current: Any, stamp: Stamp) -> Edited:
            edited, changes = make(current, stamp)
            set_by[:] = [(stamp, changes)]
            shown[:] = [current]
            positions.update(
                {item: edited.document.position(item, stamp.region) for item in edited.sold}
                if isinstance(edited.document, Stock)
                else {}
            )
            return edited

        replica = self.replicas[self.names[region % len(self.names)]][process % 2]
        answer = OperationRepository(replica).apply(operation, edit)
        retry = not set_by
        self.ledger.answered(operation.id, answer, retry=retry)
        for stamp, changes in set_by:
            self.ledger.changed(operation.document, stamp, changes, operation.id)
            for position in positions.values():
                self.ledger.recorded[operation.id][stamp.region] = position
            for item, pieces in self._counts(changes):
                self.ledger.counted(operation.document, item, stamp, pieces, shown[0])

    @staticmethod
    def _counts(changes: tuple[Change, ...]) -> list[tuple[str, int]]:
        paths = [(change.entry.partition("/"), change.value) for change in changes]
        return [(item, pieces) for (item, _, name), pieces in paths if name == "count"]

    def ask(self, region: int, process: int, document: Key, make: Make) -> None:
        """A new operation."""
        number = len(self.sent)
        operation = Operation(f"op-{number}", "edit", f"input-{number}", "someone", document)
        self.sent.append((operation, make))
        self.run(region, process, operation, make)

    @rule(region=few, process=few, item=items, price=few, listed=st.booleans())
    def edit_assortment(
        self, region: int, process: int, item: str, price: int, *, listed: bool
    ) -> None:
        self.set_line(region, process, item, {"price": price, "listed": listed})

    def set_line(self, region: int, process: int, item: str, line: dict[str, int]) -> None:
        def make(current: Any, stamp: Stamp) -> tuple[Edited, tuple[Change, ...]]:
            edited, changes = edit_assortment(current, "1", {item: line}, ITEMS, stamp)
            return Edited(edited, line, changes), changes

        self.ask(region, process, keys.assortment("1"), make)

    @rule(region=few, process=few, field=st.sampled_from(("price", "calories")), value=few)
    def edit_draft(self, region: int, process: int, field: str, value: int) -> None:
        def make(current: Any, stamp: Stamp) -> tuple[Edited, tuple[Change, ...]]:
            edited, changes = edit_draft(current, "us", "glazed", {field: value}, stamp)
            return Edited(edited, value, changes), changes

        self.ask(region, process, keys.draft("us", "glazed"), make)

    @rule(region=few, process=few, opens=few)
    def set_hours(self, region: int, process: int, opens: int) -> None:
        hours = f"Mo-Su 0{opens}:00-20:00"

        def make(current: Any, stamp: Stamp) -> tuple[Edited, tuple[Change, ...]]:
            before = current or StoreProfile("1", {}).assign(PROFILE, Stamp(0, "origin"))
            edited, changes = edit_store(before, "1", {"hours": hours}, stamp, again=True)
            return Edited(edited, hours, changes), changes

        self.ask(region, process, keys.profile("1"), make)

    @rule(region=few, process=few, item=items, pieces=few)
    def count(self, region: int, process: int, item: str, pieces: int) -> None:
        def make(current: Any, stamp: Stamp) -> tuple[Edited, tuple[Change, ...]]:
            edited, changes = count_stock(current, "1", {item: pieces}, stamp, now=0, nearest=())
            return Edited(edited, edited.left(item), changes), changes

        self.ask(region, process, keys.stock("1"), make)

    @rule(sales=st.lists(st.tuples(few, few, items, st.integers(1, 9)), min_size=1, max_size=4))
    def sell(self, sales: list[tuple[int, int, str, int]]) -> None:
        for region, process, item, pieces in sales:
            self.sell_one(region, process, item, pieces)

    def sell_one(self, region: int, process: int, item: str, pieces: int) -> None:
        self.ledger.sold[f"op-{len(self.sent)}"] = (keys.stock("1"), {item: pieces})

        def make(current: Any, stamp: Stamp) -> tuple[Edited, tuple[Change, ...]]:
            edited = sell(current, "1", {item: pieces}, stamp.region)
            return Edited(edited, edited.left(item), sold={item: pieces}), ()

        self.ask(region, process, keys.stock("1"), make)

    @rule(
        region=few,
        process=few,
        item=items,
        pieces=st.integers(1, 9),
        reason=st.sampled_from(WasteReason),
    )
    def throw_away(
        self, region: int, process: int, item: str, pieces: int, reason: WasteReason
    ) -> None:
        name = f"op-{len(self.sent)}"
        self.ledger.sold[name] = (keys.stock("1"), {item: pieces})
        self.wasted[name] = pieces

        def make(current: Any, stamp: Stamp) -> tuple[Edited, tuple[Change, ...]]:
            here, stock = stamp.region, sell(current, "1", {item: pieces}, stamp.region)
            line = WastedLine(item, pieces, len(here))  # prices differ: they arrive one by one
            record = WasteRecord(DAY, name, here, reason, (line,), "EUR")
            creates = {keys.waste("1", str(DAY), name, here): record.dump()}
            edited = Edited(stock, stock.left(item), sold={item: pieces}, creates=creates)
            return edited, ()

        self.ask(region, process, keys.stock("1"), make)

    @rule(region=few, process=few, which=numbers)
    def take_waste_back(self, region: int, process: int, which: int) -> None:
        """Where the record has arrived; what is left stays as it is."""
        if not self.wasted:
            return
        name = list(self.wasted)[which % len(self.wasted)]
        here, by = self.names[region % len(self.names)], f"op-{len(self.sent)}"
        if not self.records(here).of_operation("1", str(DAY), name).records:
            return

        def make(current: Any, stamp: Stamp) -> tuple[Edited, tuple[Change, ...]]:
            key = keys.waste_taken_back("1", str(DAY), name, by, stamp.region)
            self.taken_back.add(name)
            # The record may be here before the stock, as `takeBackWaste` takes it.
            stock = Stock("1", {}) if current is None else current
            return Edited(stock, 0, creates={key: {}}), ()

        self.ask(region, process, keys.stock("1"), make)

    def records(self, region: str) -> WasteRepository:
        table: Any = self.replicas[region][0]
        return WasteRepository(table)

    def check_waste(self) -> None:
        """What is not taken back is in the figures once, whatever regions recorded it."""
        span = self.records(self.names[0]).span("1", [str(DAY)])
        found = waste_figures(span.records, span.taken_back, [DAY], "EUR").days[DAY]
        wanted = sum(n for name, n in self.wasted.items() if name not in self.taken_back)
        assert found.total.pieces == wanted, f"{found.total}, not {wanted}: {span}"
        assert found.total.value == sum(one.value for one in found.reasons.values())

    @rule(region=few, process=few, which=numbers)
    def retry(self, region: int, process: int, which: int) -> None:
        if self.sent:
            self.run(region, process, *self.sent[which % len(self.sent)])

    @rule(
        regions=st.permutations((0, 1, 2, 3)), item=items, pieces=st.integers(1, 9), counted=numbers
    )
    def sell_in_two_regions_and_count(
        self, regions: list[int], item: str, pieces: int, counted: int
    ) -> None:
        """A sale, its retry in another region, and in between or after it a count in a third."""
        first, second, *_ = regions
        self.sell_one(first, 0, item, pieces)
        sale = self.sent[-1]
        steps: list[Callable[[], None]] = [
            lambda: self.run(second, 0, *sale),
            lambda: self.count(regions[counted % 3], 0, item, 100),
        ]
        for step in steps if counted % 2 else reversed(steps):
            step()
