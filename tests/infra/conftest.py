"""The stacks, synthesized once for all infrastructure tests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra_cdk.app import synthesize
from infra_cdk.config import DEFAULT_REGIONS, Deployment
from tests.infra.gate_run import GateRun, run_gate
from tests.infra.stand_in import stand_in_package

ROOT = Path(__file__).parents[2]
ACCOUNT = "123456789012"
ASSEMBLIES = {"assembly", "production", "one_more", "options", "strong"}
# Groups of tests that one worker runs, the longest first.
LONG = ("gate", "production-deploy", "cdk", "infra", "package")
PRODUCTION: dict[str, Any] = {
    "alarm_addresses": ["oncall@example.com", "second@example.com"],
    "monthly_budget_usd": 2000,
    "cost_anomaly_usd": 100,
    "canary_store": "us-0001",
    "payments": "stripe",
    "domain": {
        "name": "menus.example.com",
        "zone_id": "Z0123456789ABC",
        "zone_name": "example.com",
    },
    "pipeline": {"repository": "example/carte"},
}
CONTROL = "arn:aws:route53-recovery-control::123456789012:controlpanel/ab/routingcontrol/cd"
OPTIONS: dict[str, Any] = {
    **PRODUCTION,
    "regions": ["eu-west-1", "us-east-1"],
    "database": {"keys": "customer", "warm_reads": 20_000, "warm_writes": 8_000},
    "lambdas": {"start": "provisioned", "provisioned": 5, "shift": "linear"},
    "cache": {"stage_gb": "0.5", "dax_node": "dax.t3.small", "dax_nodes": 3},
    "recovery": {"on": True, "controls": {"eu-west-1": CONTROL}},
    "identity": {
        "replica": "us-east-1",
        "key": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/mrk-1234abcd",
    },
    "cors_origins": ["https://shop.example"],
    "mail_from": "orders@menus.example.com",
    "oidc_issuer": "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example",
    "oidc_audience": "exampleclientid",
}
STRONG: dict[str, Any] = {
    "regions": ["us-east-1", "us-east-2", "us-west-2"],
    "database": {"consistency": "strong"},
    "lambdas": {"start": "snapstart"},
}


@dataclass(frozen=True)
class Assembly:
    """A synthesized cloud assembly."""

    folder: Path
    deployment: Deployment

    def template(self, stack: str) -> dict[str, Any]:
        """A stack's template."""
        path = self.folder / f"{stack}.template.json"
        template: dict[str, Any] = json.loads(path.read_text())
        return template

    def resources(self, stack: str, kind: str) -> dict[str, dict[str, Any]]:
        """Properties of a stack's resources of one type, by logical id."""
        resources = self.template(stack)["Resources"]
        return {
            name: body.get("Properties", {})
            for name, body in resources.items()
            if body["Type"] == kind
        }

    def function(self, stack: str, handler: str) -> dict[str, Any]:
        """Properties of the one Lambda with a handler."""
        functions = self.resources(stack, "AWS::Lambda::Function").values()
        (found,) = (one for one in functions if one["Handler"] == handler)
        return found

    def rights(self, stack: str, handler: str) -> dict[str, Any]:
        """What the Lambda with a handler may do: action to resource."""
        role = self.function(stack, handler)["Role"]["Fn::GetAtt"][0]
        return {
            action: statement["Resource"]
            for policy in self.resources(stack, "AWS::IAM::Policy").values()
            if {"Ref": role} in policy["Roles"]
            for statement in policy["PolicyDocument"]["Statement"]
            for action in (
                [statement["Action"]]
                if isinstance(statement["Action"], str)
                else statement["Action"]
            )
        }


def synthesized(settings: Mapping[str, Any], folder: Path) -> Assembly:
    """Synthesize with a package that is only a name, and without rules: the gate has them judge."""
    deployment = Deployment.from_mapping({"account": ACCOUNT, **settings})
    package = stand_in_package(folder)
    return Assembly(synthesize(deployment, package, folder / "out", judged=False), deployment)


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist's, which reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what shares an assembly in one worker, so that it is synthesized once.

    The groups that take long are first, so that no worker waits for the other at the end.
    """
    # This hook sees every item of the run; others have fixtures of the same names.
    here = [one for one in items if one.path.is_relative_to(Path(__file__).parent)]
    for item in here:
        if ASSEMBLIES & set(getattr(item, "fixturenames", ())) and not _group(item):
            item.add_marker(pytest.mark.xdist_group("infra"))

    def turn(item: pytest.Item) -> int:
        return LONG.index(_group(item)) if _group(item) in LONG else len(LONG)

    others = [one for one in items if one not in set(here)]
    items[:] = [*others, *sorted(here, key=turn)]


def _group(item: pytest.Item) -> str:
    mark = item.get_closest_marker("xdist_group")
    return str(mark.args[0]) if mark else ""


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The default deployment: no domain, so no edge."""
    return synthesized({}, tmp_path_factory.mktemp("default"))


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """Everything that a deployment with a domain has, and no option."""
    return synthesized(PRODUCTION, tmp_path_factory.mktemp("production"))


@pytest.fixture(scope="session")
def one_more(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The same with one region more."""
    regions = {"regions": [*DEFAULT_REGIONS, "sa-east-1"]}
    return synthesized({**PRODUCTION, **regions}, tmp_path_factory.mktemp("one_more"))


@pytest.fixture(scope="session")
def options(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """Two regions with every option that goes with the others."""
    return synthesized(OPTIONS, tmp_path_factory.mktemp("options"))


@pytest.fixture(scope="session")
def strong(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """Strong consistency, and Lambdas that start from a snapshot."""
    return synthesized(STRONG, tmp_path_factory.mktemp("strong"))


@pytest.fixture(scope="session")
def gate(tmp_path_factory: pytest.TempPathFactory) -> GateRun:
    """The gate over every configuration; tests that use it are of the xdist group `gate`."""
    return run_gate(tmp_path_factory.mktemp("gate"))
