"""A hypothesis state machine: staff edit, tills sell, networks misbehave, regions converge."""

import random
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.convergence.reconciling import (
    ABSENT,
    DOUBLED,
    LOST,
    MISLISTED,
    UNFOUNDED,
    UNLISTED,
    UNMARKED,
    Reconciler,
)
from services.domain.documents.directory import DirectoryShard
from services.domain.documents.operation import OperationRecord
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.conflicts import ConflictIndex
from services.storage.keys import Key
from services.storage.operations import Edited, Operation, OperationRepository
from tests.support.conflicts import conflicts_of
from tests.support.mrec import MemoryReplica
from tests.support.staff_machine import StaffMachine, few, items, numbers

QUIET_AFTER = 50
MOST_RECORDS = 20
"""Stream records of a region for each operation; regions that converge had at most six."""
FASTEST_CLOCK_MS = 60_000
PAGE = 7
"""Items that the reconciler sees at once; a page often ends among the edits of a document."""


class ConvergenceMachine(StaffMachine):
    """The networks between the regions, their clocks, and the stream Lambda in each."""

    @rule(which=st.lists(st.tuples(numbers, numbers, st.booleans()), min_size=1, max_size=6))
    def deliver(self, which: list[tuple[int, int, bool]]) -> None:
        for way, version, again in which:
            self.table.deliver(self.pairs[way % len(self.pairs)], version, again=again)

    @rule(way=numbers)
    def coalesce(self, way: int) -> None:
        self.table.coalesce(self.pairs[way % len(self.pairs)])

    @rule(way=numbers)
    def cut(self, way: int) -> None:
        self.table.cuts.add(self.pairs[way % len(self.pairs)])

    @rule(way=numbers)
    def mend(self, way: int) -> None:
        self.table.cuts.discard(self.pairs[way % len(self.pairs)])

    @rule(region=few, ms=st.integers(-10_000, 10_000))
    def step_a_clock(self, region: int, ms: int) -> None:
        self.table.regions[self.names[region % len(self.names)]].skew_ms = ms

    @rule(ms=st.sampled_from((0, 1, 50, 20_000)))
    def wait(self, ms: int) -> None:
        self.table.now_ms += ms

    @rule(region=few, records=st.integers(1, 9), back=few)
    def converge(self, region: int, records: int, back: int) -> None:
        """The Lambda gets a batch; `back` records of it were delivered before."""
        name = self.names[region % len(self.names)]
        start = max(0, self.read[name] - back)
        self.settle(name, start, start + back + records)

    @rule(region=few, records=st.integers(1, 9))
    def lose_stream_records(self, region: int, records: int) -> None:
        """Stream records are given up, or end with the process that kept them."""
        if self.faults.loses_records:
            name = self.names[region % len(self.names)]
            self.read[name] = min(self.read[name] + records, len(self.table.regions[name].stream))

    @rule(region=few)
    def reconcile_some(self, region: int) -> None:
        self.reconcile(self.names[region % len(self.names)])

    def reconcile(self, name: str) -> int:
        """Run a whole pass of the reconciler in a region; how often it wrote something."""
        if not self.faults.reconciles:
            return 0
        written = len(self.table.regions[name].stream)
        replica = self.replicas[name][-1]
        reconciler = Reconciler(replica, self.repairers[name], OperationRepository(replica))
        rows = [row for pk in self.partitions(name) for row in replica.partition(pk)]
        # Later than any stamp, and not so much later that the reconciler leaves old writes alone.
        until_ms = self.table.now_ms + FASTEST_CLOCK_MS
        for at in range(0, len(rows), PAGE):
            reconciler.check(rows[at : at + PAGE], until_ms=until_ms, now_s=0)
        findings = reconciler.findings
        repairable = {LOST, DOUBLED, UNLISTED, UNFOUNDED, UNMARKED, ABSENT, MISLISTED}
        unrepairable = findings.found.keys() - repairable
        assert not unrepairable, findings
        return len(self.table.regions[name].stream) - written

    def partitions(self, name: str) -> list[str]:
        return sorted({key.pk for key in self.table.regions[name].items})

    @rule(region=few, which=numbers)
    def deliver_a_record_late(self, region: int, which: int) -> None:
        name = self.names[region % len(self.names)]
        if self.read[name]:
            self.settle(name, which % self.read[name], which % self.read[name] + 1)

    @rule(region=few, what=few, way=numbers, version=numbers, item=items)
    def converge_in_a_race(self, region: int, what: int, way: int, version: int, item: str) -> None:
        """Between the Lambda's read and its write, someone edits, or a replicated write arrives."""
        lambda_ = self.replicas[self.names[region % len(self.names)]][-1]
        pair = self.pairs[way % len(self.pairs)]
        lambda_.interloper = (
            lambda: self.table.deliver(pair, version),
            lambda: self.sell_one(region, 0, item, 3),
            lambda: self.set_line(region, 0, item, {"price": what}),
        )[what % 3]
        self.converge(region, 9, 0)
        lambda_.interloper = None

    def settle(self, name: str, start: int, end: int) -> None:
        if not self.faults.converges:
            return
        batch = self.table.regions[name].stream[start:end]  # without what its repairs will write
        for change in batch:
            self.repairers[name].settle(change)
        self.read[name] = max(self.read[name], start + len(batch))

    @rule()
    def heal(self) -> None:
        """All ways open, all delivered, all streams read: everything must be right."""
        chance = random.Random(len(self.sent))
        self.table.cuts.clear()
        for _ in range(QUIET_AFTER):
            busy = False
            for pair, way in self.table.pending.items():
                while self.table.pending[pair]:
                    self.table.deliver(pair, chance.randrange(1 + len(way)))
                    busy = True
            for name, region in self.table.regions.items():
                while self.faults.converges and self.read[name] < len(region.stream):
                    self.settle(name, self.read[name], len(region.stream))
                    busy = True
                    assert len(region.stream) < MOST_RECORDS * (len(self.sent) + 9), "it never ends"
            if not busy and not sum(map(self.reconcile, self.names)):
                break
        else:
            raise AssertionError(f"not quiet after {QUIET_AFTER} rounds")
        self.check()

    def check(self) -> None:
        first, *others = (self.table.regions[name].items for name in self.names)
        for other in others:
            assert {key: (one.rev, one.text, one.expires) for key, one in first.items()} == {
                key: (one.rev, one.text, one.expires) for key, one in other.items()
            }, "regions are unequal"
        for key, join in self.table.acknowledged.items():
            standing = first[key].stored(key).document()
            if isinstance(standing, DirectoryShard) and isinstance(join, DirectoryShard):
                # No journal has its rows: of two equal ones the reconciler alone keeps either.
                assert standing.entries() == join.entries(), f"{key} lists other stores"
                continue
            assert standing.dump() == join.dump(), f"{key} is not the join of all writes"
        reader = self.replicas[self.names[0]][0]
        self.ledger.check(lambda key: reader.held(key).document)
        self.check_answers()
        self.check_conflicts(reader)
        self.check_waste()

    def check_answers(self) -> None:
        """A retry gets one answer in all regions: that of the application whose effect counts."""
        for operation, _ in self.sent:
            answers = [self.answer(name, operation) for name in self.names]
            assert answers == answers[:1] * len(answers), f"{operation.id}: answers {answers}"
            key = keys.operation(operation.id)
            stored = self.replicas[self.names[0]][0].get(key)
            assert stored is not None
            applied = OperationRecord.load(operation.id, stored.body).applied.values()
            standing = [one.answer for one in applied if not one.undone]
            if operation.id in self.ledger.sold:
                assert answers[:1] == standing, f"{operation.id}: {answers[0]}, not {standing}"

    def answer(self, name: str, operation: Operation) -> Any:
        """Repeat an operation in a region, which must have it."""

        def edit(_: Any, stamp: Stamp) -> Edited:
            raise AssertionError(f"{name} applies {operation.id} again at {stamp}")

        return OperationRepository(self.replicas[name][0]).apply(operation, edit)

    def check_conflicts(self, reader: MemoryReplica) -> None:
        """The index lists each edit that was lost unseen, once, and no other."""
        lost = self.ledger.lost()
        listed = [
            (Key(*one.document), one.entry, one.lost.operation_id)
            for pk in sorted({key.pk for key, _ in self.ledger.writes})
            for one in conflicts_of(reader, pk)
        ]
        assert len(listed) == len(set(listed)), f"listed twice: {sorted(listed)}"
        found = f"listed: {sorted(listed)}; lost: {sorted(lost)}"
        assert set(listed) == lost, found
        index = ConflictIndex(reader)
        in_chain = [
            (Key(*one.document), one.entry, one.lost.operation_id)
            for one in index.lost_of(index.indexed_in_chain())
        ]
        assert sorted(in_chain) == sorted(listed), f"in the chain: {sorted(in_chain)}; {found}"

    def teardown(self) -> None:
        if hasattr(self, "pairs"):
            self.heal()
