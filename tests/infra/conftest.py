"""The stacks, synthesized once for all infrastructure tests."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from infra_cdk.app import synthesize
from infra_cdk.config import Deployment


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


def synthesized(deployment: Deployment, folder: Path) -> Assembly:
    """Synthesize with a package that is only a name."""
    package = folder / "package.zip"
    package.write_bytes(b"PK\x05\x06" + bytes(18))
    return Assembly(synthesize(deployment, package, folder / "out"), deployment)


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The default deployment."""
    deployment = Deployment(account="123456789012")
    return synthesized(deployment, tmp_path_factory.mktemp("default"))


@pytest.fixture(scope="session")
def one_more(assembly: Assembly, tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """The default deployment with one region more."""
    regions = (*assembly.deployment.regions, "sa-east-1")
    deployment = replace(assembly.deployment, regions=regions)
    return synthesized(deployment, tmp_path_factory.mktemp("one_more"))
