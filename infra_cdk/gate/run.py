"""The gate's steps, in order."""

import hashlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

from infra_cdk.checks.model import Cloud
from infra_cdk.checks.registry import CHECKS
from infra_cdk.config import Deployment
from infra_cdk.gate.offline import go_offline
from infra_cdk.gate.report import Report, Step
from infra_cdk.packaging.content import MAX_ZIPPED
from infra_cdk.packaging.stand_in import stand_in_package

_DAX_CLIENT: Final = "amazondax/"
_WORKERS: Final = 2
# The CDK never forgets an app: after a dozen, its process does nothing but collect garbage.
_A_PROCESS: Final = 4
_Work = tuple[Deployment, Path, Path]


def run(deployments: Mapping[str, Deployment], out: Path, package: Path | None = None) -> Report:
    """Judge these deployments; their assemblies stay in `out`, one folder each.

    Args:
        deployments: by name.
        out: a folder for the assemblies.
        package: the Lambdas' zip, to report its size; templates are made with a stand-in.
    """
    report = Report()
    out.mkdir(parents=True, exist_ok=True)
    stand_in = stand_in_package(out / "package.zip")
    clouds: dict[str, Cloud] = {}
    work = [(deployment, stand_in, out / name) for name, deployment in deployments.items()]
    batches = [work[at : at + _A_PROCESS] for at in range(0, len(work), _A_PROCESS)]
    with get_context("spawn").Pool(_WORKERS, go_offline, maxtasksperchild=1) as pool:
        for done in pool.imap(_synthesize, batches, chunksize=1):
            for folder, seconds, found in done:
                cloud = clouds[folder.name] = Cloud.of_assembly(folder, deployments[folder.name])
                checked = f"{len(cloud.stacks)} stacks; house rules, CDK rules, cdk-nag"
                report.steps.append(Step(f"synthesize {folder.name}", seconds, checked, found))
    with report.step("cfn-lint") as step:
        from infra_cdk.gate.linting import lint_one, to_lint

        templates = to_lint(clouds.values())
        with get_context("spawn").Pool(_WORKERS, go_offline) as pool:
            linted = pool.imap_unordered(lint_one, templates, chunksize=1)
            step.findings = sorted(one for lines in linted for one in lines)
        step.checked = f"{len(templates)} templates that differ in more than names"
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
            step.findings, step.checked = judge_package(package, deployments.values())
    report.figures = {name: _sizes(cloud) for name, cloud in clouds.items()}
    return report


def _synthesize(batch: Sequence[_Work]) -> list[tuple[Path, float, list[str]]]:
    """Synthesize in a process of its own; return path, seconds and findings of each assembly."""
    from infra_cdk.gate.synthesis import synthesize_judged

    done = []
    for deployment, package, out in batch:
        started = time.monotonic()
        found = synthesize_judged(deployment, package, out)
        done.append((out, round(time.monotonic() - started, 2), found))
    return done


def judge_package(package: Path, deployments: Iterable[Deployment]) -> tuple[list[str], str]:
    """Return what is wrong with the Lambdas' zip for these deployments, and what it is.

    A DAX cluster that no code in the package can ask would be paid for in vain.
    """
    if not package.exists():
        return [f"there is no {package.name}: run `make package`"], ""
    size = package.stat().st_size
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    found = [f"{size:,} bytes, more than {MAX_ZIPPED:,}"] if size > MAX_ZIPPED else []
    wanted = any(deployment.cache.dax_node for deployment in deployments)
    if wanted and not any(name.startswith(_DAX_CLIENT) for name in ZipFile(package).namelist()):
        found.append(
            "cache.dax_node is set and the package lacks DAX's client: add amazon-dax-client to "
            "the dependencies in pyproject.toml and run `make lock`, or remove dax_node"
        )
    return found, f"{size / 1e6:.1f} MB, sha256 {digest[:16]}"


def _sizes(cloud: Cloud) -> dict[str, Any]:
    return {
        stack.name: {
            "resources": sum(1 for _ in stack.resources()),
            "bytes": len(json.dumps(stack.template, indent=1)),
        }
        for stack in cloud.stacks
    }
