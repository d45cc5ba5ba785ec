"""When a region whose emulator was restarted has all that the others can send it."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from localcloud import emulator, refilling
from localcloud.exceptions import LocalCloudError
from localcloud.layout import CloudLayout, Region
from localcloud.plan import make_layout
from localcloud.processes import Child
from localcloud.refilling import Refill, forget_refills, is_filled, is_reconciling
from localcloud.startup import Processes, StartOptions, Startup

HERE, AWAY, THIRD = "us-east-1", "eu-west-1", "ap-southeast-1"


def status(**changes: Any) -> dict[str, Any]:
    """The replicator's status after the restart of one region, which is filled again."""
    facts = {"compared": 2, "settled": True, "pending": 0, "cut": False, "reachable": True}
    facts |= changes
    return {
        "resync": {HERE: {"compared": facts["compared"], "settled": facts["settled"]}},
        "regions": {AWAY: {"reachable": facts["reachable"]}, THIRD: {"reachable": True}},
        "pairs": [
            {"from": AWAY, "to": HERE, "pending": facts["pending"], "cut": facts["cut"]},
            {"from": THIRD, "to": HERE, "pending": 0, "cut": False},
            {"from": HERE, "to": AWAY, "pending": 7, "cut": False},
        ],
    }


@pytest.mark.parametrize(
    ("changes", "filled"),
    [
        ({}, True),
        ({"compared": 1}, False),  # the replicator has not noticed the restart yet
        ({"settled": False}, False),
        ({"pending": 3}, False),
        ({"pending": 3, "cut": True}, True),  # it will not arrive while the fault lasts
        ({"pending": 3, "reachable": False}, True),
    ],
)
def test_a_region_is_filled(changes: dict[str, Any], *, filled: bool) -> None:
    assert is_filled(status(**changes), HERE, compared=1) == filled


@dataclass
class Faults:
    """The fault controller, as far as a refill uses it; notes what happens in order."""

    steps: list[str] = field(default_factory=list)
    active: list[str] = field(default_factory=list)

    def inject(self, _kind: str, _region: str, *, seconds: float) -> SimpleNamespace:
        assert seconds > 0
        name = f"fault {sum(step.startswith('fault') for step in self.steps) + 1}"
        self.steps.append(name)
        self.active.append(name)
        return SimpleNamespace(id=name)

    def heal(self, fault: str) -> None:
        self.steps.append(f"heal {fault}")
        self.active.remove(fault)


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    made = Faults()
    monkeypatch.setattr(refilling, "FaultClient", lambda _: made)
    monkeypatch.setattr(
        refilling, "ReplicatorClient", lambda _: SimpleNamespace(status=lambda: status(compared=9))
    )
    monkeypatch.setattr(refilling, "repair", lambda _: None)
    return made


def test_an_emulator_that_dies_twice_keeps_no_fault_of_its_first_refill(
    tmp_path: Path, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = make_layout(9000, state_dir=tmp_path)

    def start(_layout: CloudLayout, region: Region) -> Child:
        faults.steps.append("start")
        return cast("Child", None)

    monkeypatch.setattr(emulator, "start", start)
    startup = Startup(
        cast("Processes", SimpleNamespace(layout=layout)), StartOptions(), lambda _: None
    )
    for _ in range(3):
        startup._start_emulator(layout.regions[0])
    # The region stays closed all the time: the second fault is on before the first one ends.
    assert faults.steps == ["start", "start", "fault 1", "start", "fault 2", "heal fault 1"]
    last = startup._refills[HERE]
    assert last is not None
    last.abandon()
    assert faults.active == []


def test_a_refill_that_was_abandoned_waits_no_more(tmp_path: Path, faults: Faults) -> None:
    refill = Refill(make_layout(9000, state_dir=tmp_path), HERE)
    refill.finish(lambda _: refill.abandon())
    assert faults.steps == ["fault 1", "heal fault 1"]


@pytest.mark.parametrize("fails", [False, True])
def test_a_region_is_reconciling_until_its_pass_has_ended(
    tmp_path: Path, faults: Faults, monkeypatch: pytest.MonkeyPatch, *, fails: bool
) -> None:
    layout = make_layout(9000, state_dir=tmp_path)
    shown: list[tuple[bool, bool, list[str]]] = []

    def repair(_region: Region) -> None:
        shown.append((is_reconciling(layout, HERE), is_reconciling(layout, AWAY), faults.active))
        if fails:
            raise LocalCloudError("it cannot be invoked")

    monkeypatch.setattr(refilling, "repair", repair)
    refill = Refill(layout, HERE)
    refill._compared = 0
    if fails:
        with pytest.raises(LocalCloudError):
            refill.finish(lambda _: None)
    else:
        refill.finish(lambda _: None)
    assert shown == [(True, False, [])] * (3 if fails else 1)  # it is tried again
    assert not is_reconciling(layout, HERE)


def test_a_cloud_that_was_ended_in_a_refill_forgets_it(tmp_path: Path, faults: Faults) -> None:
    layout = make_layout(9000, state_dir=tmp_path)

    def ended(_seconds: float) -> None:
        assert is_reconciling(layout, HERE)
        (tmp_path / "reconciling" / AWAY).touch()
        raise KeyboardInterrupt

    refill = Refill(layout, HERE)
    refill._compared = 99
    with pytest.raises(KeyboardInterrupt):
        refill.finish(ended)
    assert is_reconciling(layout, AWAY)
    forget_refills(layout)
    assert not is_reconciling(layout, AWAY)
    assert faults.active == []


def test_a_region_is_reconciled_also_where_its_table_could_not_be_kept_closed(
    tmp_path: Path, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = make_layout(9000, state_dir=tmp_path)
    repaired: list[str] = []
    monkeypatch.setattr(refilling, "repair", lambda region: repaired.append(region.name))

    def away(_: CloudLayout) -> Faults:
        raise LocalCloudError("the fault controller does not answer")

    monkeypatch.setattr(refilling, "FaultClient", away)
    Refill(layout, HERE).finish(lambda _: None)
    assert repaired == [HERE]


def test_an_older_refill_leaves_the_mark_of_a_newer_one(
    tmp_path: Path, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The region was ended again while its reconciler ran."""
    layout = make_layout(9000, state_dir=tmp_path)
    older, newer = Refill(layout, HERE), Refill(layout, HERE)
    older._compared = newer._compared = 0
    # The newer one begins last, and the older one ends first.
    monkeypatch.setattr(
        older, "_reconcile", lambda _: refilling._marker(layout, HERE).write_text("2")
    )
    older.finish(lambda _: None)
    assert is_reconciling(layout, HERE)
    assert newer._fault is not None
