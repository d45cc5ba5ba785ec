"""A plan names every stack that a run changes, and no run leaves out what the plan is sure of."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cli.deploy_preparing import show_plan
from infra_cdk.config import Deployment
from infra_cdk.deployment import rollout as rollout_module
from infra_cdk.deployment.beside import OF_EACH_STEP, SITE_OUTPUTS, beside
from infra_cdk.deployment.steps import Plan, Step, read_plan
from infra_cdk.deployment.toolkit import Deployed
from tests.unit.infra_cdk.assembly import write_assembly
from tests.unit.infra_cdk.bootstrap import bootstrapped
from tests.unit.infra_cdk.machine import OUTPUTS
from tests.unit.infra_cdk.test_shown_secret import (
    EDGE,
    REGIONS,
    STACKS,
    Deployer,
    edge_of,
    region_of,
)

OF_SITE = dict.fromkeys(SITE_OUTPUTS, "x")


@pytest.fixture(autouse=True)
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every smoke test passes; what it asks is tested elsewhere."""
    monkeypatch.setattr(rollout_module, "smoke_test", lambda *_, **__: 3)
    with bootstrapped(monkeypatch):
        yield


def table(*regions: str, index: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {"Replicas": [{"Region": one} for one in regions]}
    properties["AttributeDefinitions"] = [{"AttributeName": "pk"}]
    if index:
        key = {"AttributeName": "pk"}
        properties["GlobalSecondaryIndexes"] = [{"IndexName": "byDay", "KeySchema": [key]}]
    return {"Table": {"Type": "AWS::DynamoDB::GlobalTable", "Properties": properties}}


def version(folder: Path, *, new: bool) -> Plan:
    """A version with everything that a run changes beside its steps, or the one before it."""
    folder.mkdir()
    stacks = {"carte-data": "us-east-1", **STACKS, "carte-operations": "us-east-1"}
    built = {"Built": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": folder.name}}}
    resources: dict[str, Mapping[str, Any]] = dict.fromkeys(stacks, built)
    regions = REGIONS if new else REGIONS[:1]
    resources["carte-data"] = table(*regions, index=new) | built
    secrets = (1,) if new else ()
    for one in REGIONS:
        resources[f"carte-{one}"] = region_of(one, secrets, live=new) | built
    resources[EDGE] = edge_of(int(new), live=new) | built
    write_assembly(folder, stacks, resources)
    template = folder / f"{EDGE}.template.json"
    template.write_text(json.dumps(json.loads(template.read_text()) | {"Outputs": OF_SITE}))
    return read_plan(folder, REGIONS)


class Watched(Deployer):
    """Notes what each run changes: updates of stacks, and the upload of the site."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(folder)
        self.changes: list[str] = []
        deploy = self.toolkit.deploy

        def noted(assembly: Path, stack: str, parameters: Mapping[str, str]) -> Deployed:
            self.changes.append(stack)
            done = deploy(assembly, stack, parameters)
            more = OF_SITE if stack == EDGE else {}
            return Deployed(done.changed, {**OUTPUTS, **more})

        def uploaded(*_: Any, **__: Any) -> int:
            self.changes.append(EDGE)
            return 1

        monkeypatch.setattr(self.toolkit, "deploy", noted)
        monkeypatch.setattr(rollout_module, "upload_site", uploaded)
        monkeypatch.setattr(rollout_module, "forget_pages", lambda *_: None)
        self.cloud.client = lambda *_: None  # type: ignore[method-assign]

    def changed_by(self, plan: Plan, step: Step) -> list[str]:
        self.changes.clear()
        (done,) = self.run(plan, step.name)
        assert done.outcome == "deployed", done.text
        return list(self.changes)


def test_a_plan_names_all_that_a_run_changes_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = Watched(tmp_path, monkeypatch)
    old, new = version(tmp_path / "old", new=False), version(tmp_path / "new", new=True)
    for step in old.steps:
        named = {step.stack, *(one.stack for one in beside(step, old.steps))}
        assert set(account.changed_by(old, step)) <= named
    seen: set[str] = set()
    for step in new.steps:
        changed = account.changed_by(new, step)
        named_beside = [one.stack for one in beside(step, new.steps)]
        assert set(changed) <= {step.stack, *named_beside}, step.name
        # More than one update of its own stack is named; so is each of another one.
        assert len(changed) - 1 <= len(named_beside), step.name
        if changed != [step.stack]:
            seen.add(step.name)
    assert seen == {"data", "eu-west-1", "edge"}


@pytest.mark.parametrize("as_json", [False, True])
def test_the_plan_of_one_region_says_that_the_edge_may_be_updated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    plan = version(tmp_path / "new", new=True)
    show_plan(plan, plan.chosen(["eu-west-1"]), Deployment(), as_json=as_json)
    printed = capsys.readouterr().out
    assert "first carte-edge in us-east-1, where it runs without the origin secret" in printed
    assert all(text in printed for text in OF_EACH_STEP)
    if as_json:
        (step,) = json.loads(printed)["steps"]
        assert [(one["stack"], one["region"]) for one in step["beside"]] == [(EDGE, "us-east-1")]


def test_confirmation_and_comparison_say_whether_the_edge_will_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = Watched(tmp_path, monkeypatch)
    old, new = version(tmp_path / "old", new=False), version(tmp_path / "new", new=True)
    account.run(old)
    regions = new.chosen(REGIONS)
    before = dict(account.cloud.running)
    (first,) = account.rollout(new).first_of_all(regions)
    assert first.startswith(EDGE)
    account.rollout(new).compare(regions)
    assert account.toolkit.compared == [EDGE, "carte-eu-west-1", "carte-us-east-1"]
    assert account.cloud.running == before
    account.run(new, "eu-west-1")
    assert account.rollout(new).first_of_all(regions) == []
    account.rollout(new).compare(new.chosen(["us-east-1", "data"]))
    assert account.toolkit.compared[3:] == ["carte-data", "carte-us-east-1"]
    assert any("create the index byDay" in line for line in account.printed)
