"""Machines that deploy to one account, whose stacks run what was deployed last."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from infra_cdk.deployment.account import Account, ActiveAlarm
from infra_cdk.deployment.assembly import template_of
from infra_cdk.deployment.rollout import Done, Rollout, RolloutSettings
from infra_cdk.deployment.steps import Plan, read_plan
from infra_cdk.deployment.toolkit import Deployed, Toolkit
from tests.unit.infra_cdk.assembly import ACCOUNT, write_assembly
from tests.unit.infra_cdk.bootstrap import journal

REGION = "eu-west-1"
STACK = f"carte-{REGION}"
OUTPUTS = {"Url": "https://region.api.example.com", "LiveUrl": "wss://live.example.com/graphql"}
NAME = "carte-menu-errors"
ACTIVE_ALARM = ActiveAlarm(NAME, "10:01", "3 % of calls")


class Cloud(Account):
    """An account whose stacks run what was deployed last, and an alarm that a test switches."""

    def __init__(self) -> None:
        self.id = ACCOUNT
        self.running: dict[str, dict[str, Any]] = {}
        self.alarms: list[ActiveAlarm] = []
        self.looks = 0

    def template(self, stack: str, region: str) -> dict[str, Any] | None:  # noqa: ARG002
        return self.running.get(stack)

    def active_alarms(self, region: str) -> list[ActiveAlarm]:  # noqa: ARG002
        self.looks += 1
        return self.alarms

    def release_failed_creation(self, stack: str, region: str) -> bool:  # noqa: ARG002
        return False


class Deploying(Toolkit):
    """A CDK command line that changes the account above."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.compared: list[str] = []
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

    def difference(self, assembly: Path, stack: str) -> list[str]:
        self.compared.append(stack)
        return [stack] if self._cloud.running.get(stack) != template_of(assembly, stack) else []


class Machine:
    """A machine that deploys to an account."""

    def __init__(self, folder: Path, cloud: Cloud) -> None:
        self.cloud = cloud
        self.toolkit = Deploying(cloud)
        self.again = False
        self.log: list[str] = []
        self.folder = folder

    def deploy(self, version: str, region: str = REGION) -> Done:
        """Deploy one version of the region's stack."""
        plan = self._plan(version)
        (done,) = self._rollout(plan).run(plan.chosen([region]))
        return done

    def go_back(self) -> Done:
        """Go back, as `--roll-back` does."""
        plan = self._plan("any")
        return self._rollout(plan).go_back(plan.chosen([REGION])[0])

    def _rollout(self, plan: Plan) -> Rollout:
        return rollout_of(plan, self.cloud, self.toolkit, again=self.again, say=self.log.append)

    def _plan(self, version: str) -> Plan:
        assembly = self.folder / f"assembly-{version}"
        if not assembly.exists():
            assembly.mkdir(parents=True)
            alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": NAME}}
            name = f"healthy-{REGION}.api.example.com."
            record = {"Type": "AWS::Route53::RecordSet", "Properties": {"Name": name}}
            alias = {**record, "Properties": {"AliasTarget": {"DNSName": name}}}
            built = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": version}}
            write_assembly(
                assembly,
                {STACK: REGION, "carte-edge": "us-east-1"},
                {
                    STACK: {"Errors": alarm, "Built": built, "Healthy": record},
                    "carte-edge": {"Alias": alias},
                },
            )
        return read_plan(assembly, [REGION])


def rollout_of(
    plan: Plan,
    cloud: Account,
    toolkit: Toolkit,
    *,
    again: bool = False,
    accept_outage: bool = False,
    say: Callable[[str], None] = lambda _line: None,
) -> Rollout:
    """A rollout that watches no alarms, with the journal of the emulated account."""
    return Rollout(
        plan,
        account=cloud,
        toolkit=toolkit,
        journal=journal(),
        settings=RolloutSettings(bake=0, again=again, accept_outage=accept_outage),
        table="carte",
        say=say,
    )


def version_of(cloud: Cloud) -> str:
    """The version that the region runs."""
    return str(cloud.running[STACK]["Resources"]["Built"]["Properties"]["TopicName"])
