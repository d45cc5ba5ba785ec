"""Schedules in which the index of edit conflicts was wrong for ever, each with its own reason.

The random schedules of `test_convergence_model.py` find them seldom.
"""

import itertools

import pytest

from services.domain.documents.journal import EditConflict
from services.storage import keys
from services.storage.operations import JOURNAL_RETENTION_S
from tests.support.conflicts import conflicts_of
from tests.support.convergence_machine import ConvergenceMachine
from tests.support.staff_machine import Faults

PRICES = keys.assortment("1")


class Lossy(ConvergenceMachine):
    """Stream records get lost, and the reconcilers run."""

    faults = Faults(loses_records=True, reconciles=True)

    def price(self, region: int, minor: int) -> None:
        """Set one price, a second after whatever was before."""
        self.table.now_ms += 1000
        self.set_line(region, 0, "glazed", {"price": minor})

    def deliver_all(self, source: int, target: int) -> None:
        """Let everything arrive that is on one way."""
        pair = (self.names[source], self.names[target])
        while self.table.pending[pair]:
            self.table.deliver(pair, 0)

    def read_stream(self, region: int) -> None:
        """Let the stream Lambda of a region read to the end, also what it writes meanwhile."""
        name = self.names[region]
        while self.read[name] < len(self.table.regions[name].stream):
            self.converge(region=region, records=100, back=0)

    def listed(self, region: int) -> list[EditConflict]:
        """Return the conflicts that a region lists."""
        return conflicts_of(self.replicas[self.names[region]][0], PRICES.pk)


@pytest.fixture
def machine() -> Lossy:
    made = Lossy()
    made.start(count=3, skews=[0, 0, 0, 0])
    return made


def test_a_conflict_is_withdrawn_though_the_record_of_the_edit_that_saw_it_was_lost(
    machine: Lossy,
) -> None:
    machine.price(0, 100)
    machine.price(1, 200)
    machine.deliver_all(0, 1)
    machine.read_stream(1)
    assert [one.lost_value for one in machine.listed(1)] == [100]
    machine.price(0, 300)  # it had seen 100
    machine.read_stream(0)
    machine.deliver_all(0, 1)
    machine.lose_stream_records(region=1, records=100)
    machine.heal()
    assert [one.lost_value for one in machine.listed(1)] == [200]


def test_a_conflict_stands_though_the_edit_that_beat_it_arrives_after_its_note(
    machine: Lossy,
) -> None:
    machine.price(0, 100)
    machine.price(1, 200)
    machine.deliver_all(0, 2)
    machine.deliver_all(1, 2)
    machine.read_stream(2)
    assert [one.lost_value for one in machine.listed(2)] == [100]
    machine.deliver_all(2, 0)  # the note, and nothing that the region itself wrote
    machine.reconcile(machine.names[0])
    assert [one.lost_value for one in machine.listed(0)] == [100]
    machine.heal()


def test_an_old_edit_is_no_conflict_though_the_entry_that_had_seen_it_has_expired(
    machine: Lossy,
) -> None:
    """DynamoDB deletes expired items within days, in no order."""
    machine.price(0, 100)
    machine.price(0, 200)  # it had seen 100
    machine.price(1, 300)
    machine.heal()
    assert [one.lost_value for one in machine.listed(0)] == [200]
    stamps = sorted(stamp for stamp, _ in machine.ledger.writes[PRICES, "glazed/price"])
    for region in machine.table.regions.values():
        del region.items[keys.journal(PRICES, stamps[1])]
    machine.table.now_ms += JOURNAL_RETENTION_S * 1000
    machine.reconcile(machine.names[0])
    assert [one.lost_value for one in machine.listed(0)] == [200]


@pytest.mark.parametrize("arrival", list(itertools.permutations(range(3))))
def test_two_equal_prices_are_no_conflict_whatever_arrives_first(
    machine: Lossy, arrival: tuple[int, ...]
) -> None:
    """The first one was listed as lost to the second, and somebody was to settle it."""
    for region, minor in ((0, 100), (1, 200), (2, 100)):
        machine.price(region, minor)
    for source in arrival:
        for target in {0, 1, 2} - {source}:
            machine.deliver_all(source, target)
            machine.read_stream(target)
    machine.heal()
    for region in range(3):
        assert [(one.lost_value, one.standing_value) for one in machine.listed(region)] == [
            (200, 100)
        ]
