"""What the cloud assembly says to whoever deploys it, beside the templates."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra_cdk.app import _config_in_context, synthesize
from infra_cdk.config import Deployment
from infra_cdk.packaging.content import packages_beside
from tests.infra.conftest import Assembly
from tests.infra.stand_in import stand_in_package


def artifacts(assembly: Assembly) -> dict[str, dict[str, Any]]:
    manifest = json.loads((assembly.folder / "manifest.json").read_text())
    found: dict[str, dict[str, Any]] = manifest["artifacts"]
    return found


def test_one_worker_makes_an_assembly_for_all_tests_that_share_it(
    assembly: Assembly, request: pytest.FixtureRequest
) -> None:
    # pytest-xdist appends the group when it collects; a mark that comes later has no effect.
    beside_others = "PYTEST_XDIST_WORKER" in os.environ
    assert request.node.nodeid.endswith("@infra") is beside_others


def test_what_cannot_be_made_anew_is_kept_from_deletion(assembly: Assembly) -> None:
    for stack in ("carte-data", "carte-identity"):
        assert artifacts(assembly)[stack]["properties"]["terminationProtection"] is True


def test_a_region_is_deployed_without_any_other_region(assembly: Assembly) -> None:
    for region in assembly.deployment.regions:
        name = f"carte-{region}"
        assert artifacts(assembly)[name]["dependencies"] == [f"{name}.assets"]


def test_another_assembly_leaves_nothing_of_the_last_one(tmp_path: Path) -> None:
    package = stand_in_package(tmp_path)
    before = Deployment(regions=("us-east-1",), stage="local")
    out = synthesize(before, package, tmp_path / "out")
    assert (out / "carte-us-east-1.template.json").exists()
    changed = tmp_path / "changed.zip"
    for path in (changed, *packages_beside(changed)):
        path.write_bytes(package.read_bytes()[:-2] + b"\x01\x00?")
    synthesize(replace(before, regions=("eu-west-1",)), changed, out)
    assert {path.name for path in out.glob("*.template.json")} == {
        "carte-data.template.json",
        "carte-identity.template.json",
        "carte-eu-west-1.template.json",
    }
    (asset,) = out.glob("asset.*")
    assert asset.read_bytes() == changed.read_bytes()


def test_the_cdk_cli_names_the_file_in_its_context(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDK_CONTEXT_JSON", '{"config": "mine.toml"}')
    assert _config_in_context() == Path("mine.toml")
    monkeypatch.delenv("CDK_CONTEXT_JSON")
    assert _config_in_context() is None
