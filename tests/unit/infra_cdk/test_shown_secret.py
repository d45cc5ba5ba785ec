"""From a version without origin secrets, `carte deploy` never makes a region refuse CloudFront.

The account here refuses what Route 53 refuses, and after each update every region that runs must
take what CloudFront shows.
"""

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra_cdk.deployment import rollout as rollout_module
from infra_cdk.deployment import shown_secret
from infra_cdk.deployment.assembly import template_of
from infra_cdk.deployment.rollout import Done, Rollout
from infra_cdk.deployment.smoke import origin_secret_of
from infra_cdk.deployment.steps import Plan, read_plan
from infra_cdk.deployment.toolkit import Deployed
from infra_cdk.edge_rules import origin_secret_reference
from services.domain.errors import CarteError
from tests.unit.infra_cdk.assembly import write_assembly
from tests.unit.infra_cdk.bootstrap import bootstrapped
from tests.unit.infra_cdk.machine import Cloud, Deploying, rollout_of

REGIONS = ("us-east-1", "eu-west-1")
EDGE = "carte-edge"
STACKS = {
    "carte-secrets": "us-east-1",
    **{f"carte-{region}": region for region in REGIONS},
    "carte-site": "eu-west-1",
    EDGE: "us-east-1",
}


@pytest.fixture(autouse=True)
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every smoke test passes; what it asks is tested elsewhere."""
    monkeypatch.setattr(rollout_module, "smoke_test", lambda *_, **__: 3)
    with bootstrapped(monkeypatch):
        yield


def record(name: str, leads_to: str | None = None) -> dict[str, Any]:
    alias = {"AliasTarget": {"DNSName": f"{leads_to}."}} if leads_to else {}
    return {"Type": "AWS::Route53::RecordSet", "Properties": {"Name": f"{name}.", **alias}}


def region_of(
    region: str, secrets: tuple[int, ...], *, live: bool, domain: str = "example.com"
) -> dict[str, Any]:
    condition = {"aws:Referer": [origin_secret_reference(number) for number in secrets]}
    policy = {"Policy": {"Statement": [{"Effect": "Deny", "Condition": condition}]}}
    api = {"Type": "AWS::ApiGateway::RestApi", "Properties": policy if secrets else {}}
    names = [f"healthy-{region}.api.{domain}", f"api.{domain}", f"{region}.api.{domain}"]
    names += [f"healthy-{region}.live.{domain}"] if live else [f"old.api.{domain}"]
    return {"Api": api, **{f"Record{at}": record(name) for at, name in enumerate(names)}}


def edge_of(secret: int, *, live: bool, domain: str = "example.com") -> dict[str, Any]:
    header = {"HeaderName": "Referer", "HeaderValue": origin_secret_reference(secret)}
    shows = {"OriginCustomHeaders": [header]} if secret else {}
    hosts = [f"api.{domain}", *(f"{one}.api.{domain}" for one in REGIONS)]
    hosts += [f"third.api.{domain}"] if live else [f"old.api.{domain}"]
    apis = [{"DomainName": one, "CustomOriginConfig": {}, **shows} for one in hosts]
    site = {"DomainName": "site.s3.amazonaws.com", "S3OriginConfig": {}}
    config = {"Origins": [site, *apis], "Comment": "new" if live else "old"}
    distribution = {
        "Type": "AWS::CloudFront::Distribution",
        "Properties": {"DistributionConfig": config},
    }
    names = ("api", "live") if live else ("api",)
    return {"Distribution": distribution} | {
        f"Without{at}{name}": record(
            f"without-{region}.{name}.{domain}", f"healthy-{region}.{name}.{domain}"
        )
        for at, region in enumerate(REGIONS)
        for name in names
    }


def plan_of(folder: Path, secret: int, *, live: bool = True, domain: str = "example.com") -> Plan:
    """A version: 0 is one without origin secrets, and then without live updates."""
    folder.mkdir(parents=True)
    taken = tuple(range(secret, max(secret - 2, 0), -1))
    built = {"Built": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": folder.name}}}
    resources = dict.fromkeys(STACKS, built)
    resources |= {
        f"carte-{one}": region_of(one, taken, live=live, domain=domain) | built for one in REGIONS
    }
    resources[EDGE] = edge_of(secret, live=live, domain=domain)
    return read_plan(write_assembly(folder, STACKS, resources), REGIONS)


class Route53AndCloudFront(Deploying):
    """Refuses aliases that lead nowhere; notes when a region refuses CloudFront."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self.deployed: list[str] = []
        self.outages: list[str] = []

    def deploy(self, assembly: Path, stack: str, parameters: Mapping[str, str]) -> Deployed:
        running = self._cloud.running
        after = {**running, stack: template_of(assembly, stack)}
        names = {one["Name"] for template in after.values() for one in _records(template)}
        had = _records(running.get(stack, {}))
        for one in _records(after[stack]):
            leads_to = one.get("AliasTarget", {}).get("DNSName", one["Name"])
            if one not in had and leads_to not in names:
                raise CarteError("Route 53: Tried to create an alias that targets no record")
        done = super().deploy(assembly, stack, parameters)
        self.deployed.append(stack)
        if EDGE in running:
            self.outages += [one for one in REGIONS if not _takes(running, one)]
        return done


def _records(template: Mapping[str, Any]) -> list[dict[str, Any]]:
    resources = template.get("Resources", {}).values()
    return [one["Properties"] for one in resources if one["Type"] == "AWS::Route53::RecordSet"]


def _takes(running: Mapping[str, dict[str, Any]], region: str) -> bool:
    valid = shown_secret.taken(running.get(f"carte-{region}", {}))
    origins = running[EDGE]["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    shown = [
        {one["HeaderValue"] for one in origin.get("OriginCustomHeaders", [])}
        for origin in origins["Origins"]
        if "CustomOriginConfig" in origin
    ]
    return not valid or all(one and one <= valid for one in shown)


class WithSecrets(Cloud):
    """An account with the secrets that a region's smoke test shows."""

    def secret(self, name: str, region: str) -> str:  # noqa: ARG002
        return name


class Deployer:
    """Deploys to one account, each time from a new machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cloud = WithSecrets()
        self.toolkit = Route53AndCloudFront(self.cloud)
        self.printed: list[str] = []

    def rollout(self, plan: Plan, *, again: bool = False, accept_outage: bool = False) -> Rollout:
        return rollout_of(
            plan,
            self.cloud,
            self.toolkit,
            again=again,
            accept_outage=accept_outage,
            say=self.printed.append,
        )

    def run(self, plan: Plan, *steps: str) -> list[Done]:
        return self.rollout(plan).run(plan.chosen(steps))


@pytest.fixture
def deployer(tmp_path: Path) -> Deployer:
    """An account that runs a version without origin secrets."""
    made = Deployer(tmp_path)
    done = made.run(plan_of(tmp_path / "old", 0, live=False))
    assert [one.outcome for one in done] == ["deployed"] * len(STACKS)
    made.toolkit.deployed.clear()
    return made


def test_one_command_upgrades_without_an_outage(deployer: Deployer, tmp_path: Path) -> None:
    new = plan_of(tmp_path / "new", 1)
    done = deployer.run(new)
    assert [one.step for one in done] == ["secrets", "eu-west-1", "us-east-1", "site", "edge"]
    assert {one.outcome for one in done} == {"deployed"}
    assert deployer.toolkit.outages == []
    assert deployer.toolkit.deployed == ["carte-secrets", EDGE, *list(STACKS)[2:0:-1],
                                         "carte-site", EDGE]  # fmt: skip
    assert all(deployer.cloud.running[one.stack] == one.template for one in new.steps)
    assert any("as it runs, shows the regions the secret" in line for line in deployer.printed)
    assert {one.outcome for one in deployer.run(new)} == {"skipped"}


def test_jobs_of_a_pipeline_upgrade_step_by_step(deployer: Deployer, tmp_path: Path) -> None:
    new = plan_of(tmp_path / "new", 1)
    for step in new.steps:
        (done,) = deployer.run(new, step.name)
        assert done.outcome == "deployed", done.text
    assert deployer.toolkit.outages == []
    assert deployer.cloud.running[EDGE] == new.chosen(["edge"])[0].template


def test_the_running_edge_gets_the_secret_and_nothing_else(
    deployer: Deployer, tmp_path: Path
) -> None:
    before = copy.deepcopy(deployer.cloud.running[EDGE])
    new = plan_of(tmp_path / "new", 1)
    (done,) = deployer.run(new, "eu-west-1")
    assert done.outcome == "deployed"
    between = deployer.cloud.running[EDGE]
    for origin in between["Resources"]["Distribution"]["Properties"]["DistributionConfig"][
        "Origins"
    ]:
        shown = origin.pop("OriginCustomHeaders", None)
        assert (shown is not None) == ("CustomOriginConfig" in origin)
    assert between == before


def test_what_the_edge_goes_back_to_still_shows_the_secret(
    deployer: Deployer, tmp_path: Path
) -> None:
    new = plan_of(tmp_path / "new", 1)
    deployer.run(new)
    assert deployer.rollout(new).go_back(new.chosen(["edge"])[0]).outcome == "rolled back"
    assert shown_secret.shown(deployer.cloud.running[EDGE]) == {origin_secret_reference(1)}
    assert deployer.rollout(new).go_back(new.chosen(["us-east-1"])[0]).outcome == "rolled back"
    assert deployer.toolkit.outages == []
    assert {one.outcome for one in deployer.run(new)} == {"skipped", "deployed"}
    assert deployer.toolkit.outages == []


def test_a_region_that_cannot_have_its_secret_shown_stays_as_it_is(
    deployer: Deployer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = plan_of(tmp_path / "new", 1)
    deploy = deployer.toolkit.deploy

    def refused(assembly: Path, stack: str, parameters: Mapping[str, str]) -> Deployed:
        if stack == EDGE:
            raise CarteError("CloudFormation did not take carte-edge", "mend it")
        return deploy(assembly, stack, parameters)

    before = deployer.cloud.running["carte-eu-west-1"]
    with monkeypatch.context() as patched:
        patched.setattr(deployer.toolkit, "deploy", refused)
        done = deployer.run(new)
    assert (done[-1].step, done[-1].outcome) == ("eu-west-1", "failed")
    assert deployer.cloud.running["carte-eu-west-1"] == before
    assert deployer.run(new)[-1].outcome == "deployed"
    assert deployer.toolkit.outages == []


def test_an_edge_before_its_regions_is_refused_with_what_to_do(
    deployer: Deployer, tmp_path: Path
) -> None:
    new = plan_of(tmp_path / "new", 1)
    before = deployer.cloud.running[EDGE]
    done = deployer.run(new, "secrets", "edge")
    assert done[-1].outcome == "failed"
    assert "not in this version: eu-west-1, us-east-1" in done[-1].text
    assert "carte deploy --region eu-west-1 --region us-east-1" in done[-1].text
    deployer.run(new, "eu-west-1")
    assert "not in this version: us-east-1" in deployer.run(new, "edge")[-1].text
    assert deployer.cloud.running[EDGE] != before, "it shows the secret already"


def test_a_rotation_takes_one_step_at_a_time(deployer: Deployer, tmp_path: Path) -> None:
    first, second = (plan_of(tmp_path / f"{number}", number) for number in (1, 2))
    deployer.run(first)
    done = deployer.run(second, "edge")[-1]
    assert "would show carte-origin-2, and the region takes carte-origin-1 alone" in done.text
    assert "deploy the regions, then the step edge" in done.text
    assert deployer.run(second)[-1].outcome == "deployed"
    done = deployer.run(plan_of(tmp_path / "4", 4))[-1]
    assert (done.step, done.outcome) == ("eu-west-1", "failed")
    assert "would show carte-origin-2, and the region takes carte-origin-3, carte-origin-4" in (
        done.text
    )
    back = plan_of(tmp_path / "back", 1)
    assert deployer.run(back)[-1].outcome == "failed"
    assert deployer.run(back, "edge")[-1].outcome == "deployed"
    assert deployer.run(back)[-2].outcome in {"deployed", "skipped"}
    assert deployer.toolkit.outages == []


def test_a_region_does_not_go_back_to_where_it_takes_no_secret_that_the_edge_shows(
    deployer: Deployer, tmp_path: Path
) -> None:
    first, second = (plan_of(tmp_path / f"{number}", number) for number in (1, 2))
    deployer.run(first)
    deployer.run(second)
    region, edge = (second.chosen([name])[0] for name in ("eu-west-1", "edge"))
    with pytest.raises(CarteError, match="what ran before in eu-west-1 cannot be") as refused:
        deployer.rollout(second).go_back(region)
    assert "--roll-back --step edge" in refused.value.hint
    for step in (edge, region):
        assert deployer.rollout(second).go_back(step).outcome == "rolled back"
    assert deployer.toolkit.outages == []


def test_a_first_deployment_has_no_edge_to_change(tmp_path: Path) -> None:
    empty = Deployer(tmp_path)
    plan = plan_of(tmp_path / "new", 1)
    assert {one.outcome for one in empty.run(plan)} == {"deployed"}
    assert empty.toolkit.deployed == [one.stack for one in plan.steps]
    region = plan.chosen(["eu-west-1"])[0]
    name = origin_secret_of(region)
    assert name is not None
    assert shown_secret.taken(region.template) == {origin_secret_reference(1)}


@pytest.mark.parametrize("secret", [0, 1])
def test_a_region_keeps_the_names_by_which_the_running_edge_reaches_it(
    deployer: Deployer, tmp_path: Path, secret: int
) -> None:
    if secret:
        deployer.run(plan_of(tmp_path / "same", secret))
    renamed = plan_of(tmp_path / "renamed", 1, domain="another.example")
    before = dict(deployer.cloud.running)
    done = deployer.run(renamed)[-1]
    assert (done.step, done.outcome) == ("eu-west-1", "failed")
    assert "would lose api.example.com, eu-west-1.api.example.com" in done.text
    assert "carte deploy --accept-outage" in done.text
    changed = {stack for stack in STACKS if deployer.cloud.running[stack] != before[stack]}
    assert changed == {"carte-secrets"}, "not even the edge was told the secret"
    with pytest.raises(CarteError, match="would lose"):  # where a person confirms, nothing is
        deployer.rollout(renamed).first_of_all(renamed.steps)
    rollout = deployer.rollout(renamed, accept_outage=True)
    assert {one.outcome for one in rollout.run(renamed.steps)} == {"deployed", "skipped"}
    assert all(deployer.cloud.running[one.stack] == one.template for one in renamed.steps)
    with pytest.raises(CarteError, match="what ran before in us-east-1 cannot be deployed"):
        deployer.rollout(renamed).go_back(renamed.chosen(["us-east-1"])[0])


def test_a_name_that_only_the_running_edge_has_is_shown_the_secret(
    deployer: Deployer, tmp_path: Path
) -> None:
    new = plan_of(tmp_path / "new", 1)
    running, wanted = deployer.cloud.running[EDGE], new.chosen(["edge"])[0].template
    assert "old.api.example.com" in shown_secret.hosts(running) - shown_secret.hosts(wanted)
    deployer.run(new, "eu-west-1")
    assert _takes(deployer.cloud.running, "eu-west-1")
    assert deployer.toolkit.outages == []
