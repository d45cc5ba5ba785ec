"""`carte deploy` without an account: the order of steps, going on, going back, the site."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra_cdk.deployment import rollout as rollout_module
from infra_cdk.deployment.account import Account, ActiveAlarm
from infra_cdk.deployment.assembly import of_one_stack, template_of
from infra_cdk.deployment.journal import FOLDER
from infra_cdk.deployment.rollout import Rollout, RolloutSettings
from infra_cdk.deployment.site import lifetime, upload_site
from infra_cdk.deployment.steps import Plan, read_plan
from infra_cdk.deployment.toolkit import Deployed, Toolkit
from services.domain.errors import CarteError
from tests.unit.infra_cdk.assembly import ACCOUNT, write_assembly
from tests.unit.infra_cdk.bootstrap import bootstrapped, journal, kept

REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-1")
OUTPUTS = {
    "Url": "https://region.api.example.com",
    "LiveUrl": "wss://region.live.example.com/graphql",
}
ALARM = {
    "Errors": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": "carte-menu-errors"}}
}


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    folder = tmp_path / "assembly"
    folder.mkdir()
    stacks = {f"carte-{name}": "us-east-1" for name in ("operations", "edge", "identity", "data")}
    stacks |= {f"carte-{region}": region for region in REGIONS}
    stacks |= {f"carte-keys-{region}": region for region in REGIONS}
    stacks |= {"carte-site": "eu-west-1", "carte-recovery": "us-west-2"}
    stacks |= {"carte-region-switch": "us-east-1", "carte-game-days-eu-west-1": "eu-west-1"}
    stacks |= {"carte-audit": "us-east-1", "carte-audit-eu-west-1": "eu-west-1"}
    alarms = {f"carte-{region}": ALARM for region in REGIONS}
    return read_plan(write_assembly(folder, stacks, alarms), REGIONS)


@pytest.fixture(autouse=True)
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every smoke test passes; what it asks is tested elsewhere."""
    monkeypatch.setattr(rollout_module, "smoke_test", lambda *_, **__: 3)
    with bootstrapped(monkeypatch):
        yield


class Known(Account):
    """An account without AWS: what runs in it, and which alarms are on at each look."""

    def __init__(self) -> None:
        self.id = ACCOUNT
        self.running: dict[str, dict[str, Any]] = {}
        self.alarms: Iterator[list[ActiveAlarm]] = iter(())

    def template(self, stack: str, region: str) -> dict[str, Any] | None:  # noqa: ARG002
        return self.running.get(stack)

    def active_alarms(self, region: str) -> list[ActiveAlarm]:  # noqa: ARG002
        return next(self.alarms, [])

    def release_failed_creation(self, stack: str, region: str) -> bool:  # noqa: ARG002
        return False


class Deploying(Toolkit):
    """A CDK command line without CDK: notes its arguments, and puts the template in place."""

    def __init__(self, failing: str = "") -> None:
        self.running: dict[str, dict[str, Any]] = {}
        self.deployed: list[tuple[str, str]] = []
        self._failing = failing

    def deploy(
        self,
        assembly: Path,
        stack: str,
        parameters: Mapping[str, str],  # noqa: ARG002
    ) -> Deployed:
        if stack == self._failing:
            raise CarteError("CloudFormation did not take it", "mend it")
        self.deployed.append((assembly.name, stack))
        self.running[stack] = template_of(assembly, stack)
        return Deployed(changed=True, outputs=OUTPUTS)


def rollout(plan: Plan, account: Known, toolkit: Deploying) -> Rollout:
    toolkit.running = account.running
    return Rollout(
        plan,
        account=account,
        toolkit=toolkit,
        journal=journal(),
        settings=RolloutSettings(bake=0),
        table="carte",
        say=lambda _line: None,
    )


def test_the_table_comes_first_and_the_primary_region_last_of_the_regions(plan: Plan) -> None:
    assert [step.name for step in plan.steps] == [
        "keys-us-east-1",
        "keys-eu-west-1",
        "keys-ap-southeast-1",
        "data",
        "audit",
        "audit-eu-west-1",
        "identity",
        "recovery",
        "region-switch",
        "ap-southeast-1",
        "eu-west-1",
        "us-east-1",
        "site",
        "edge",
        "game-days-eu-west-1",
        "operations",
    ]


def test_a_step_that_does_not_exist_is_refused(plan: Plan) -> None:
    assert [step.name for step in plan.chosen(["edge", "data"])] == ["data", "edge"]
    with pytest.raises(CarteError, match="no step 'eu-west-9'"):
        plan.chosen(["eu-west-9"])


@pytest.mark.parametrize(
    "manifest",
    ["", "[]", '{"artifacts": 1}', '{"artifacts": {"carte-data": {}}}', None],
)
def test_an_assembly_that_is_not_whole_is_refused(plan: Plan, manifest: str | None) -> None:
    if manifest is None:
        (plan.assembly / "carte-data.template.json").unlink()
    else:
        (plan.assembly / "manifest.json").write_text(manifest)
    with pytest.raises(CarteError, match="is not whole") as refused:
        read_plan(plan.assembly, REGIONS)
    assert "carte deploy --plan --keep" in refused.value.hint


def test_a_failure_ends_it_and_the_next_run_goes_on_there(plan: Plan, tmp_path: Path) -> None:
    account = Known()
    first = Deploying(failing="carte-eu-west-1")
    done = rollout(plan, account, first).run(plan.steps)
    assert (done[-1].step, done[-1].outcome) == ("eu-west-1", "failed")
    assert first.deployed[-1] == ("assembly", "carte-ap-southeast-1")
    second = Deploying()
    done = rollout(plan, account, second).run(plan.steps)
    assert [one.outcome for one in done] == ["skipped"] * 10 + ["deployed"] * 6
    assert second.deployed[0] == ("assembly", "carte-eu-west-1")


def test_an_alarm_brings_back_what_ran_before_and_ends_it(plan: Plan, tmp_path: Path) -> None:
    account, toolkit = Known(), Deploying()
    account.running["carte-ap-southeast-1"] = {"Resources": {}, "Description": "before"}
    account.alarms = iter([[], [ActiveAlarm("carte-menu-errors", "10:01", "3 % of calls")]])
    steps = plan.chosen(["ap-southeast-1", "eu-west-1"])
    (done,) = rollout(plan, account, toolkit).run(steps)
    assert done.outcome == "rolled back"
    assert "carte-menu-errors" in done.text
    assert toolkit.deployed == [
        ("assembly", "carte-ap-southeast-1"),
        ("carte-ap-southeast-1.before", "carte-ap-southeast-1"),
    ]
    files = kept("ap-southeast-1", f"{FOLDER}carte-ap-southeast-1.json")["previous"]
    template = json.loads(files["carte-ap-southeast-1.template.json"])
    assert template["Description"] == "before"


def test_an_alarm_of_a_first_deployment_is_a_failure(plan: Plan, tmp_path: Path) -> None:
    account = Known()
    account.alarms = iter([[], [ActiveAlarm("carte-menu-errors", "10:01", "all calls")]])
    (done,) = rollout(plan, account, Deploying()).run(plan.chosen(["eu-west-1"]))
    assert done.outcome == "failed"
    assert "nothing is known to have run before" in done.text


def test_going_back_without_a_past_is_refused(plan: Plan, tmp_path: Path) -> None:
    (step,) = plan.chosen(["eu-west-1"])
    with pytest.raises(CarteError, match="nothing is known to have run before"):
        rollout(plan, Known(), Deploying()).go_back(step)


def test_another_template_is_uploaded_under_another_name(plan: Plan, tmp_path: Path) -> None:
    out = tmp_path / "one"
    of_one_stack(plan.assembly, "carte-data", {"Description": "before"}, out)
    (name,) = json.loads((out / "carte-data.assets.json").read_text())["files"]
    assert name != "0" * 64
    assert list(json.loads((out / "manifest.json").read_text())["artifacts"]) == [
        "carte-data",
        "carte-data.assets",
    ]


def test_the_site_is_uploaded_pages_last_and_each_with_its_lifetime(tmp_path: Path) -> None:
    for name in ("index.html", "assets/main-1a2b.js", "favicon.svg", "operator.json"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="site")
        owners: list[str | None] = []
        generated = {"signin.json": "{}", "operator.json": '{"name": "Example Ltd"}'}
        s3.meta.events.register(
            "before-parameter-build.s3.PutObject",
            lambda params, **_: owners.append(params.get("ExpectedBucketOwner")),
        )
        assert upload_site(s3, "site", tmp_path, owner=ACCOUNT, generated=generated) == 5
        assert owners == [ACCOUNT] * 5, "the site's bucket of another account is never written"
        operator = s3.get_object(Bucket="site", Key="operator.json")["Body"].read()
        settings = s3.head_object(Bucket="site", Key="signin.json")
        page = s3.head_object(Bucket="site", Key="index.html")
        script = s3.head_object(Bucket="site", Key="assets/main-1a2b.js")
    assert operator == b'{"name": "Example Ltd"}', "not the empty one of the built site"
    assert page["CacheControl"] == settings["CacheControl"] == "no-cache"
    assert settings["ContentType"] == "application/json"
    assert page["ContentType"] == "text/html"
    assert "immutable" in script["CacheControl"]
    assert lifetime("favicon.svg") == "public, max-age=86400"
    assert lifetime("service-worker.js") == "no-cache"
