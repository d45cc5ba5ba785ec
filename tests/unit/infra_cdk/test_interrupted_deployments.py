"""A deployment that was interrupted never costs the way back to the last good version."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra_cdk.deployment import rollout as rollout_module
from infra_cdk.deployment.account import Account, RingingAlarm
from infra_cdk.deployment.assembly import template_of
from infra_cdk.deployment.rollout import Done, Manner, Rollout
from infra_cdk.deployment.steps import Plan, read_plan
from infra_cdk.deployment.toolkit import Deployed, Toolkit
from services.domain.errors import CarteError
from tests.unit.infra_cdk.assembly import ACCOUNT, write_assembly
from tests.unit.infra_cdk.bootstrap import bootstrapped, journal, lose

REGION = "eu-west-1"
STACK = f"carte-{REGION}"
OUTPUTS = {"Url": "https://region.api.example.com", "LiveUrl": "wss://live.example.com/graphql"}
NAME = "carte-menu-errors"
RINGING = RingingAlarm(NAME, "10:01", "3 % of calls")


class Cloud(Account):
    """An account whose stacks run what was deployed last, and an alarm that a test switches."""

    def __init__(self) -> None:
        self.id = ACCOUNT
        self.running: dict[str, dict[str, Any]] = {}
        self.alarms: list[RingingAlarm] = []
        self.looks = 0

    def template(self, stack: str, region: str) -> dict[str, Any] | None:  # noqa: ARG002
        return self.running.get(stack)

    def ringing_alarms(self, region: str) -> list[RingingAlarm]:  # noqa: ARG002
        self.looks += 1
        return self.alarms

    def release_failed_creation(self, stack: str, region: str) -> bool:  # noqa: ARG002
        return False


class Deploying(Toolkit):
    """A CDK command line that changes the account above."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.meanwhile: Callable[[], None] = lambda: None

    def deploy(
        self,
        assembly: Path,
        stack: str,
        parameters: Mapping[str, str],  # noqa: ARG002
    ) -> Deployed:
        template = template_of(assembly, stack)
        changed = self._cloud.running.get(stack) != template
        self._cloud.running[stack] = template
        self.meanwhile()
        return Deployed(changed=changed, outputs=OUTPUTS)


class Machine:
    """A machine that deploys to an account."""

    def __init__(self, folder: Path, cloud: Cloud) -> None:
        self.cloud = cloud
        self.toolkit = Deploying(cloud)
        self.again = False
        self._folder = folder

    def deploy(self, version: str, region: str = REGION) -> Done:
        """Deploy one version of the region's stack."""
        plan = self._plan(version)
        (done,) = self._rollout(plan).run(plan.chosen([region]))
        return done

    def go_back(self) -> Done:
        """Go back, as `--roll-back` does."""
        plan = self._plan("any")
        return self._rollout(plan).go_back(plan.chosen([REGION])[0])

    def _plan(self, version: str) -> Plan:
        assembly = self._folder / f"assembly-{version}"
        if not assembly.exists():
            assembly.mkdir(parents=True)
            alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": NAME}}
            alias = {
                "Type": "AWS::Route53::RecordSet",
                "Properties": {"AliasTarget": {"DNSName": f"healthy-{REGION}.api.example.com."}},
            }
            built = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": version}}
            write_assembly(
                assembly,
                {STACK: REGION, "carte-edge": "us-east-1"},
                {STACK: {"Errors": alarm, "Built": built}, "carte-edge": {"Alias": alias}},
            )
        return read_plan(assembly, [REGION])

    def _rollout(self, plan: Plan) -> Rollout:
        return Rollout(
            plan,
            account=self.cloud,
            toolkit=self.toolkit,
            journal=journal(),
            manner=Manner(bake=0, again=self.again),
            table="carte",
            say=lambda _line: None,
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


def version_of(cloud: Cloud) -> str:
    """The version that the region runs."""
    return str(cloud.running[STACK]["Resources"]["Built"]["Properties"]["TopicName"])


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
    machine.cloud.alarms = [RINGING]
    done = machine.deploy("v2")
    assert (done.outcome, version_of(machine.cloud)) == ("rolled back", "v1")
    assert NAME in done.text


def test_an_alarm_from_before_an_interrupted_run_stays_no_evidence(
    machine: Machine, smoke: list[BaseException]
) -> None:
    machine.deploy("v1")
    machine.cloud.alarms = [RINGING]
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
    fresh.toolkit.meanwhile = lambda: machine.cloud.alarms.append(RINGING)
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
    machine.toolkit.meanwhile = lambda: machine.cloud.alarms.append(RINGING)
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
    assert f"regions that are not deployed: {REGION}" in done.text
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
    done = Rollout(
        plan,
        account=machine.cloud,
        toolkit=machine.toolkit,
        journal=journal(),
        manner=Manner(bake=0),
        table="carte",
        say=lambda _line: None,
    ).go_back(plan.steps[0])
    assert (done.outcome, version_of(machine.cloud)) == ("rolled back", "v1")
    with pytest.raises(CarteError, match="nothing is known to have run before edge"):
        journal().plan_before([REGION, "edge"], [REGION], tmp_path)
