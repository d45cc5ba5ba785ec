"""A deployment that was interrupted never costs the way back to the last good version."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra_cdk.deployment import rollout as rollout_module
from services.domain.errors import CarteError
from tests.unit.infra_cdk.assembly import ACCOUNT
from tests.unit.infra_cdk.bootstrap import bootstrapped, journal, lose
from tests.unit.infra_cdk.machine import (
    ACTIVE_ALARM,
    NAME,
    REGION,
    STACK,
    Cloud,
    Machine,
    rollout_of,
    version_of,
)


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with bootstrapped(monkeypatch):
        yield


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path, Cloud())


@pytest.fixture
def smoke(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """What the next smoke test raises, if anything."""
    raised: list[BaseException] = []

    def smoke_test(*_: object, **__: object) -> int:
        if raised:
            raise raised.pop()
        return 3

    monkeypatch.setattr(rollout_module, "smoke_test", smoke_test)
    return raised


def interrupted(machine: Machine, smoke: list[BaseException], version: str) -> None:
    """Deploy a version, and interrupt its smoke test."""
    smoke.append(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        machine.deploy(version)
    assert version_of(machine.cloud) == version


def test_a_failure_after_an_interruption_goes_back_to_the_last_good_version(
    machine: Machine, smoke: list[BaseException]
) -> None:
    assert machine.deploy("v1").outcome == "deployed"
    interrupted(machine, smoke, "v2")
    smoke.append(CarteError("/health answers 500"))
    assert machine.deploy("v2").outcome == "rolled back"
    assert version_of(machine.cloud) == "v1"


def test_a_mend_after_an_interruption_also_has_the_last_good_version_behind_it(
    machine: Machine, smoke: list[BaseException]
) -> None:
    machine.deploy("v1")
    interrupted(machine, smoke, "v2")
    smoke.append(CarteError("/health answers 500"))
    assert machine.deploy("v3").outcome == "rolled back"
    assert version_of(machine.cloud) == "v1"


def test_what_an_interrupted_run_put_in_place_is_watched_by_the_next(
    machine: Machine, smoke: list[BaseException]
) -> None:
    machine.deploy("v1")
    interrupted(machine, smoke, "v2")
    # It began to ring after v2 was in place and before the second run: v2 is to blame.
    machine.cloud.alarms = [ACTIVE_ALARM]
    done = machine.deploy("v2")
    assert (done.outcome, version_of(machine.cloud)) == ("rolled back", "v1")
    assert NAME in done.text


def test_an_alarm_from_before_an_interrupted_run_stays_no_evidence(
    machine: Machine, smoke: list[BaseException]
) -> None:
    machine.deploy("v1")
    machine.cloud.alarms = [ACTIVE_ALARM]
    interrupted(machine, smoke, "v2")
    assert machine.deploy("v2").outcome == "unchanged"
    assert machine.deploy("v2").outcome == "skipped"


def test_a_finished_bake_makes_a_version_the_one_to_go_back_to(
    machine: Machine, smoke: list[BaseException]
) -> None:
    machine.deploy("v1")
    interrupted(machine, smoke, "v2")
    assert machine.deploy("v2").outcome == "unchanged"
    machine.deploy("v3")
    machine.go_back()
    assert version_of(machine.cloud) == "v2"


@pytest.mark.usefixtures("smoke")
def test_a_repeated_deployment_keeps_the_way_back(machine: Machine) -> None:
    machine.deploy("v1")
    machine.deploy("v2")
    machine.again = True
    assert machine.deploy("v2").outcome == "unchanged"
    machine.go_back()
    assert version_of(machine.cloud) == "v1"


def test_a_repeated_deployment_that_changed_nothing_rolls_nothing_back(
    machine: Machine, smoke: list[BaseException]
) -> None:
    machine.deploy("v1")
    machine.deploy("v2")
    machine.again = True
    smoke.append(CarteError("/health answers 500"))
    done = machine.deploy("v2")
    assert (done.outcome, version_of(machine.cloud)) == ("failed", "v2")
    assert "nothing to go back to" in done.text


def test_another_machine_goes_on_where_a_deployment_was_interrupted(
    machine: Machine, smoke: list[BaseException], tmp_path: Path
) -> None:
    # Each job of the pipeline runs on a machine of its own.
    machine.deploy("v1")
    interrupted(machine, smoke, "v2")
    fresh = Machine(tmp_path / "fresh", machine.cloud)
    fresh.toolkit.meanwhile = lambda: machine.cloud.alarms.append(ACTIVE_ALARM)
    assert fresh.deploy("v2").outcome == "rolled back"
    assert version_of(machine.cloud) == "v1"


@pytest.mark.usefixtures("smoke")
def test_another_machine_skips_what_is_finished_and_knows_the_way_back(
    machine: Machine, tmp_path: Path
) -> None:
    machine.deploy("v1")
    machine.deploy("v2")
    other = Machine(tmp_path / "other", machine.cloud)
    assert other.deploy("v2").outcome == "skipped"
    assert other.go_back().outcome == "rolled back"
    assert version_of(machine.cloud) == "v1"
    assert machine.deploy("v2").outcome == "deployed"


def test_a_lost_journal_costs_the_way_back_and_no_watch(
    machine: Machine, smoke: list[BaseException]
) -> None:
    machine.deploy("v1")
    interrupted(machine, smoke, "v2")
    lose(REGION)
    looked = machine.cloud.looks
    machine.toolkit.meanwhile = lambda: machine.cloud.alarms.append(ACTIVE_ALARM)
    done = machine.deploy("v2")
    assert (done.outcome, version_of(machine.cloud)) == ("failed", "v2")
    assert machine.cloud.looks > looked
    with pytest.raises(CarteError, match="nothing is known to have run before"):
        machine.go_back()


@pytest.mark.usefixtures("smoke")
def test_what_was_deployed_by_other_means_since_is_not_skipped(machine: Machine) -> None:
    machine.deploy("v1")
    machine.deploy("v2")
    machine.cloud.running[STACK] = {"Resources": {}}
    assert machine.deploy("v2").outcome == "deployed"


@pytest.mark.usefixtures("smoke")
def test_a_changed_site_is_uploaded_though_the_template_is_the_same(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("first")
    monkeypatch.setattr(rollout_module, "BUILT", site)
    machine.deploy("v1")
    assert machine.deploy("v1", "edge").outcome == "deployed"
    assert machine.deploy("v1", "edge").outcome == "skipped"
    (site / "index.html").write_text("second")
    assert machine.deploy("v1", "edge").outcome == "unchanged"
    assert machine.deploy("v1", "edge").outcome == "skipped"


@pytest.mark.usefixtures("smoke")
def test_going_back_to_what_runs_is_refused(machine: Machine) -> None:
    machine.deploy("v1")
    machine.deploy("v2")
    machine.go_back()
    with pytest.raises(CarteError, match="runs the version already"):
        machine.go_back()


@pytest.mark.usefixtures("smoke")
def test_what_another_machine_deployed_is_what_is_gone_back_to(
    machine: Machine, smoke: list[BaseException], tmp_path: Path
) -> None:
    machine.deploy("v1")
    machine.deploy("v2")
    Machine(tmp_path / "other", machine.cloud).deploy("v3")
    smoke.append(CarteError("/health answers 500"))
    assert machine.deploy("v4").outcome == "rolled back"
    assert version_of(machine.cloud) == "v3"


@pytest.mark.usefixtures("smoke")
def test_the_edge_is_refused_before_the_regions_that_it_leads_to(machine: Machine) -> None:
    done = machine.deploy("v1", "edge")
    assert done.outcome == "failed"
    assert "regions that are not deployed" in done.text
    assert f"carte deploy --region {REGION}" in done.text
    machine.deploy("v1")
    assert machine.deploy("v1", "edge").outcome == "deployed"


@pytest.mark.usefixtures("smoke")
def test_the_way_back_needs_neither_sources_nor_package(machine: Machine, tmp_path: Path) -> None:
    machine.deploy("v1")
    machine.deploy("v2")
    for assembly in tmp_path.glob("assembly-*"):
        shutil.rmtree(assembly)
    plan = journal().plan_before([REGION], [REGION], tmp_path)
    assert [(one.name, one.kind, one.region) for one in plan.steps] == [(REGION, "region", REGION)]
    assert plan.account == ACCOUNT
    done = rollout_of(plan, machine.cloud, machine.toolkit).go_back(plan.steps[0])
    assert (done.outcome, version_of(machine.cloud)) == ("rolled back", "v1")
    with pytest.raises(CarteError, match="nothing is known to have run before edge"):
        journal().plan_before([REGION, "edge"], [REGION], tmp_path)
