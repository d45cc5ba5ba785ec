"""Which alarms roll a step back: those of its own stack that began to ring while it was watched.

Against CloudWatch as moto emulates it; CloudFormation and the CDK's command line are doubles.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra_cdk.deployment import rollout as rollout_module
from infra_cdk.deployment.account import Account
from infra_cdk.deployment.assembly import template_of
from infra_cdk.deployment.rollout import Done, Rollout, RolloutSettings
from infra_cdk.deployment.steps import read_plan
from infra_cdk.deployment.toolkit import Deployed, Toolkit
from tests.unit.infra_cdk.assembly import ACCOUNT, write_assembly
from tests.unit.infra_cdk.bootstrap import bootstrapped, journal

REGION = "us-east-1"
# One of the two windows of a burn-rate alarm: it notifies nobody.
PART = "carte-slo-menus-availability-fast-5m"
STACKS = {"carte-data": REGION, f"carte-{REGION}": REGION, "carte-edge": REGION}
ALARMS = {
    "carte-data": (),
    f"carte-{REGION}": ("carte-menu-errors", "carte-repairs", PART),
    "carte-edge": ("carte-edge-errors",),
}
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:carte-alarms"
OUTPUTS = {
    "Url": "https://us-east-1.api.example.com",
    "LiveUrl": "wss://us-east-1.live.example.com/graphql",
}


def ring(name: str, state: str = "ALARM") -> None:
    """Put an alarm into a state."""
    boto3.client("cloudwatch", REGION).set_alarm_state(
        AlarmName=name, StateValue=state, StateReason="a test says so"
    )


class Running(Account):
    """An account in which every stack runs already."""

    def __init__(self, toolkit: "Deploying") -> None:
        super().__init__(ACCOUNT)
        self._toolkit = toolkit

    def template(self, stack: str, region: str) -> dict[str, Any] | None:  # noqa: ARG002
        return self._toolkit.running

    def release_failed_creation(self, stack: str, region: str) -> bool:  # noqa: ARG002
        return False


class Deploying(Toolkit):
    """A CDK command line that does something to the account while it deploys."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self.deployed: list[str] = []
        self.running: dict[str, Any] = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
        self._meanwhile = meanwhile

    def deploy(
        self,
        assembly: Path,
        stack: str,
        parameters: Mapping[str, str],  # noqa: ARG002
    ) -> Deployed:
        self.deployed.append(assembly.name)
        self.running = template_of(assembly, stack)
        self._meanwhile()
        return Deployed(changed=True, outputs=OUTPUTS)


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All stacks run already, with their alarms quiet; smoke tests pass."""
    monkeypatch.setattr(rollout_module, "smoke_test", lambda *_, **__: 3)
    with bootstrapped(monkeypatch):
        watch = boto3.client("cloudwatch", REGION)
        for names in ALARMS.values():
            for name in names:
                watch.put_metric_alarm(
                    AlarmName=name,
                    AlarmActions=[] if name == PART else [TOPIC],
                    Namespace="carte",
                    MetricName="Faults",
                    Statistic="Sum",
                    Period=60,
                    EvaluationPeriods=1,
                    Threshold=0,
                    ComparisonOperator="GreaterThanThreshold",
                )
                ring(name, "OK")
        yield


def deploy(step: str, folder: Path, meanwhile: Callable[[], None]) -> tuple[Done, list[str]]:
    """Deploy one step; what became of it, and which assemblies were deployed."""
    assembly = folder / "assembly"
    assembly.mkdir()
    resources: dict[str, dict[str, Any]] = {
        stack: {
            f"Alarm{number}": {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {"AlarmName": name},
            }
            for number, name in enumerate(names)
        }
        for stack, names in ALARMS.items()
    }
    plan = read_plan(write_assembly(assembly, STACKS, resources), [REGION])
    toolkit = Deploying(meanwhile)
    rollout = Rollout(
        plan,
        account=Running(toolkit),
        toolkit=toolkit,
        journal=journal(),
        settings=RolloutSettings(bake=0),
        table="carte",
        say=lambda _line: None,
    )
    (done,) = rollout.run(plan.chosen([step]))
    return done, toolkit.deployed


def test_an_alarm_of_the_step_that_begins_rolls_it_back(tmp_path: Path) -> None:
    done, deployed = deploy(REGION, tmp_path, lambda: ring("carte-menu-errors"))
    assert done.outcome == "rolled back"
    assert "carte-menu-errors: a test says so" in done.text
    assert deployed == ["assembly", f"carte-{REGION}.before"]


def test_an_alarm_that_rings_since_before_lets_its_own_fix_through(tmp_path: Path) -> None:
    ring("carte-repairs")
    done, _ = deploy(REGION, tmp_path, lambda: None)
    assert (done.outcome, done.text) == ("deployed", "")


def test_an_alarm_that_recovers_and_rings_again_counts(tmp_path: Path) -> None:
    ring("carte-repairs")

    def again() -> None:
        ring("carte-repairs", "OK")
        ring("carte-repairs")

    done, _ = deploy(REGION, tmp_path, again)
    assert done.outcome == "rolled back"


def test_an_alarm_of_what_the_step_did_not_touch_is_no_evidence_against_it(tmp_path: Path) -> None:
    done, _ = deploy("edge", tmp_path, lambda: ring("carte-menu-errors"))
    assert done.outcome == "deployed"


def test_one_window_of_a_burn_rate_alarm_is_no_evidence_alone(tmp_path: Path) -> None:
    done, _ = deploy(REGION, tmp_path, lambda: ring(PART))
    assert done.outcome == "deployed"


def test_data_is_never_rolled_back_by_an_alarm(tmp_path: Path) -> None:
    # It would remove a replica that was just filled.
    def everything_rings() -> None:
        for names in ALARMS.values():
            for name in names:
                ring(name)

    done, deployed = deploy("data", tmp_path, everything_rings)
    assert (done.outcome, deployed) == ("deployed", ["assembly"])
