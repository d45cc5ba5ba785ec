"""A conflict whose mark was lost with its process is found all the same, in the whole chain."""

import pytest

from services.convergence.reconciling import UNMARKED, Reconciler
from services.convergence.repair import Repairer
from services.domain.documents.assortment import Assortment
from services.domain.edits import edit_assortment
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.conflicts import ConflictIndex
from services.storage.kinds import Document
from services.storage.operations import Edited, Operation, OperationRepository
from services.storage.replica import Write
from tests.support.mrec import GlobalTable, MemoryReplica

REGIONS = ("us-east-1", "eu-west-1")
KEY = keys.assortment("1")


class KilledError(Exception):
    """The process ended."""


class World:
    def __init__(self) -> None:
        self.table = GlobalTable(REGIONS)
        self.replicas = [MemoryReplica(self.table, one) for one in REGIONS]
        self.repairers = [Repairer(one, OperationRepository(one)) for one in self.replicas]
        self.read = [0, 0]

    def set_price(self, at: int, price: int) -> None:
        def edit(current: Document | None, stamp: Stamp) -> Edited:
            before = current if isinstance(current, Assortment) else None
            lines = {"ring": {"price": price}}
            edited, changes = edit_assortment(before, "1", lines, ("ring",), stamp)
            return Edited(edited, None, changes)

        operation = Operation(f"op-{at}-{price}", "updateAssortment", str(price), "ada", KEY)
        OperationRepository(self.replicas[at]).apply(operation, edit)

    def settle(self, at: int) -> None:
        stream = self.table.regions[REGIONS[at]].stream
        batch = stream[self.read[at] :]
        for change in batch:
            self.repairers[at].settle(change)
        self.read[at] += len(batch)

    def reconcile(self, at: int) -> Reconciler:
        replica = self.replicas[at]
        reconciler = Reconciler(replica, self.repairers[at], OperationRepository(replica))
        items = self.table.regions[REGIONS[at]].items
        rows = [row for pk in sorted({key.pk for key in items}) for row in replica.partition(pk)]
        reconciler.check(rows, until_ms=self.table.now_ms + 60_000, now_s=0)
        return reconciler

    def listed(self) -> list[int]:
        return [len(ConflictIndex(one).indexed_in_chain()) for one in self.replicas]


def killed_before_the_mark(write: Write) -> Write:
    if write.key.pk == keys.CONTESTED:
        raise KilledError
    return write


@pytest.fixture
def world() -> World:
    """Two prices at once; the first region's Lambda listed the loss and was killed."""
    world = World()
    world.set_price(0, 100)
    world.set_price(1, 200)
    world.table.deliver_all()
    world.replicas[0].fault = killed_before_the_mark
    with pytest.raises(KilledError):
        world.settle(0)
    world.replicas[0].fault = None
    world.table.deliver_all()
    assert world.listed() == [0, 0]
    assert [len(ConflictIndex(one).indexed("STORE#1")) for one in world.replicas] == [1, 1]
    return world


@pytest.mark.parametrize("at", [0, 1])
def test_the_stream_lambda_marks_what_is_listed_already(world: World, at: int) -> None:
    world.settle(at)
    world.table.deliver_all()
    assert world.listed() == [1, 1]


@pytest.mark.parametrize("at", [0, 1])
def test_the_reconciler_marks_what_is_listed(world: World, at: int) -> None:
    assert world.reconcile(at).findings.found == {UNMARKED: 1}
    world.table.deliver_all()
    assert world.listed() == [1, 1]
    assert not [*map(world.reconcile, (0, 1))][1].findings.found


def test_a_mark_stays_as_it_is_where_the_stream_repeats_itself(world: World) -> None:
    world.settle(0)
    world.table.deliver_all()
    mark = world.replicas[0].partition(keys.CONTESTED)
    world.read = [0, 0]
    for at in (0, 1, 0):
        world.settle(at)
        world.table.deliver_all()
    assert world.replicas[0].partition(keys.CONTESTED) == mark


def test_a_dry_run_marks_nothing(world: World) -> None:
    replica = world.replicas[0]
    reconciler = Reconciler(replica, world.repairers[0], OperationRepository(replica), dry_run=True)
    rows = replica.partition(keys.conflicts_partition("STORE#1"))
    reconciler.check(rows, until_ms=world.table.now_ms + 60_000, now_s=0)
    assert reconciler.findings.found == {UNMARKED: 1}
    assert world.listed() == [0, 0]
