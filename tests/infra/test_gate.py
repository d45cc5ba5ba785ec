"""The offline gate: every configuration synthesizes without network or account, and is sound."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra_cdk.checks.edge import distributions
from infra_cdk.checks.model import Cloud
from infra_cdk.checks.regions import every_stack_has_an_explicit_place
from infra_cdk.checks.registry import CHECKS
from infra_cdk.gate.configurations import SETTINGS
from infra_cdk.gate.linting import lint_template
from infra_cdk.gate.offline import BLOCKER, without_account
from infra_cdk.gate.planted import PLANTED
from infra_cdk.gate.planting import Planted
from tests.infra.gate_run import GateRun

pytestmark = pytest.mark.xdist_group("gate")

ROOT = Path(__file__).parents[2]


def test_it_passes_and_says_what_it_did(gate: GateRun) -> None:
    steps: list[dict[str, Any]] = gate.report["steps"]
    assert [f"{one['name']}: {found}" for one in steps for found in one["findings"]] == []
    assert gate.report["passed"] is True
    names = [one["name"] for one in steps]
    assert {f"synthesize {name}" for name in SETTINGS} <= set(names)
    assert {"cfn-lint", "own checks", "workflows"} <= set(names)
    assert gate.returncode == 0


@pytest.mark.parametrize("name", SETTINGS)
def test_nothing_is_looked_up(gate: GateRun, name: str) -> None:
    manifest = json.loads((gate.folder / name / "manifest.json").read_text())
    assert "missing" not in manifest


@pytest.mark.parametrize("planted", PLANTED, ids=lambda one: one.fault.replace(" ", "-"))
def test_a_planted_fault_is_found(gate: GateRun, planted: Planted) -> None:
    (check,) = (one for one in CHECKS if one.name == planted.check)
    assert check.findings(planted.into(gate.cloud(planted.configuration)))


def test_every_check_has_a_fault_that_it_finds() -> None:
    without = {check.name for check in CHECKS} - {planted.check for planted in PLANTED}
    # Its fault is one of the assembly, not of a template; see the next test.
    assert without == {"every-stack-has-an-explicit-place"}


def test_a_region_alone_has_no_next_one(gate: GateRun) -> None:
    alone = gate.cloud("options")
    records = [one.properties for one in alone.resources("AWS::Route53::RecordSet")]
    # The keys of SES give the names of the records that show its signatures.
    names = {one["Name"] for one in records if isinstance(one["Name"], str)}
    hosts = ("", "api.", "eu-west-1.api.", "live.", "eu-west-1.live.")
    assert names == {f"{name}menus.example.com." for name in hosts}
    ((_, config),) = distributions(alone)
    ids = sorted(one["Id"] for one in config["Origins"])
    of_api = ["api", "api-eu-west-1", "api-reads", "api-webhook"]
    assert ids == [*of_api, "pictures-1", "pictures-2", "site-1", "site-2"]
    assert len(config["OriginGroups"]["Items"]) == 2  # those of the site and of the pictures


def test_a_stack_without_a_place_is_found(gate: GateRun) -> None:
    whole = gate.cloud("default")
    assert list(every_stack_has_an_explicit_place(whole)) == []
    lost = Cloud((replace(whole.stacks[0], region="unknown-region"), *whole.stacks[1:]))
    assert len(list(every_stack_has_an_explicit_place(lost))) == 1


def test_cfn_lint_finds_a_planted_mistake(gate: GateRun) -> None:
    template = {
        "Resources": {
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 100_000}}
        }
    }
    assert any(one.startswith("E") for one in lint_template(template, ["eu-west-1"]))


@pytest.mark.parametrize(
    "program",
    [
        "fetch('http://127.0.0.1:59999/').catch(e => { throw e.cause ?? e })",
        "require('net').connect(9, '127.0.0.1')",
        "require('dns').lookup('localhost', () => {})",
    ],
)
def test_node_cannot_reach_the_network_while_synthesizing(program: str) -> None:
    environment = {"PATH": os.environ["PATH"]}
    without_account(environment)
    done = subprocess.run(
        ["node", "-e", program], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "the gate is offline" in done.stderr
    assert str(BLOCKER) in environment["NODE_OPTIONS"]


@pytest.mark.parametrize(
    "program",
    [
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.getaddrinfo('localhost', 9)",
        "__import__('urllib.request').request.urlopen('http://127.0.0.1:9/')",
    ],
)
def test_python_cannot_reach_the_network_while_synthesizing(program: str) -> None:
    source = (
        f"from infra_cdk.gate.offline import go_offline; go_offline(); import socket; {program}"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "OnlineError" in done.stderr


def test_no_account_is_left_in_the_environment() -> None:
    environment = {"AWS_ACCESS_KEY_ID": "x", "AWS_PROFILE": "x", "CDK_DEFAULT_ACCOUNT": "1"}
    without_account(environment)
    assert not {"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "CDK_DEFAULT_ACCOUNT"} & environment.keys()


def test_a_deployment_file_of_ones_own_is_judged_and_its_mistakes_are_named(tmp_path: Path) -> None:
    path = tmp_path / "deployment.toml"
    path.write_text('regions = ["mars-1"]\n')
    done = subprocess.run(
        [sys.executable, "-m", "infra_cdk.gate", "--config", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "'mars-1' is not an AWS region" in done.stderr
