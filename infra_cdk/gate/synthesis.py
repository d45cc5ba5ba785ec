"""Synthesize a configuration with every rule that can judge it while it is synthesized."""

import json
from pathlib import Path
from typing import Any

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra_cdk.app import FEATURE_FLAGS, add_stacks
from infra_cdk.config import Deployment
from infra_cdk.guard.rules import add_template_rules


def judged_app(out: Path, *, template_rules: bool = True, nag: bool = True) -> App:
    """An app without stacks whose synthesis fails when a template breaks a rule."""
    app = App(
        outdir=str(out),
        analytics_reporting=False,
        context=FEATURE_FLAGS,
        builtin_cloud_formation_validation=False,
    )
    if template_rules:
        add_template_rules(app)
    if nag:
        Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app


def synthesize_judged(deployment: Deployment, package: Path, out: Path) -> list[str]:
    """Write a deployment's assembly to `out`; return what the rules found."""
    app = judged_app(out)
    add_stacks(app, deployment, package)
    return synth(app, out)


def synth(app: App, out: Path) -> list[str]:
    """Synthesize; return broken rules, and look-ups that could not be answered."""
    try:
        app.synth()
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):
            raise
    found = broken_rules(out)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    found += [
        f"needs a lookup in the account: {one['provider']}" for one in manifest.get("missing", [])
    ]
    return found


def broken_rules(out: Path) -> list[str]:
    """Return what the validation report of an assembly lists as errors."""
    path = out / "validation-report.json"
    if not path.exists():
        return []
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return [
        f"{plugin['pluginName']}: {broken['ruleName']} at {where['constructPath']}: "
        f"{broken['description']}"
        for plugin in report["pluginReports"]
        for broken in plugin["violations"]
        if broken.get("severity") != "warning"
        for where in broken["violatingConstructs"]
    ]
