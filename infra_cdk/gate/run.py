"""The gate's steps, in order."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from infra_cdk.checks.model import Cloud
from infra_cdk.checks.registry import CHECKS
from infra_cdk.config import Deployment
from infra_cdk.gate.report import Report

# An empty zip: what is judged here is the templates.
_NO_PACKAGE: Final = b"PK\x05\x06" + bytes(18)
_MOST_ZIPPED: Final = 14_000_000


def run(deployments: Mapping[str, Deployment], out: Path, package: Path | None = None) -> Report:
    """Judge these deployments; their assemblies stay in `out`, one folder each.

    Args:
        deployments: by name.
        out: a folder for the assemblies.
        package: the Lambdas' zip, to report its size; templates are made with a stand-in.
    """
    report = Report()
    stand_in = out / "package.zip"
    out.mkdir(parents=True, exist_ok=True)
    stand_in.write_bytes(_NO_PACKAGE)
    with report.step("load the CDK"):
        from infra_cdk.gate.synthesis import synthesize_judged
    clouds: dict[str, Cloud] = {}
    for name, deployment in deployments.items():
        with report.step(f"synthesize {name}") as step:
            step.findings = synthesize_judged(deployment, stand_in, out / name)
            clouds[name] = Cloud.of_assembly(out / name)
            step.checked = f"{len(clouds[name].stacks)} stacks; house rules, CDK rules, cdk-nag"
    with report.step("cfn-lint") as step:
        from infra_cdk.gate.linting import linted

        count, step.findings = linted(clouds.values())
        step.checked = f"{count} templates that differ in more than names"
    with report.step("own checks") as step:
        step.findings = [
            f"{name}: {one.check}: {one.stack}/{one.resource} {one.message}"
            for name, cloud in clouds.items()
            for check in CHECKS
            for one in check.findings(cloud)
        ]
        step.checked = f"{len(CHECKS)} checks over {len(clouds)} deployments"
    with report.step("workflows") as step:
        from infra_cdk.gate.workflows import workflow_findings

        step.findings = workflow_findings()
        step.checked = "actionlint, zizmor"
    if package is not None:
        with report.step("package") as step:
            step.findings, step.checked = _package(package)
    report.figures = {name: _sizes(cloud) for name, cloud in clouds.items()}
    return report


def _package(package: Path) -> tuple[list[str], str]:
    if not package.exists():
        return [f"there is no {package.name}: run `make package`"], ""
    size = package.stat().st_size
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    found = [f"{size:,} bytes, more than {_MOST_ZIPPED:,}"] if size > _MOST_ZIPPED else []
    return found, f"{size / 1e6:.1f} MB, sha256 {digest[:16]}"


def _sizes(cloud: Cloud) -> dict[str, Any]:
    return {
        stack.name: {
            "resources": sum(1 for _ in stack.resources()),
            "bytes": len(json.dumps(stack.template, indent=1)),
        }
        for stack in cloud.stacks
    }
