"""cdk-nag: every rule of AwsSolutions is followed, or its exception explained in the code."""

from pathlib import Path

import pytest
from aws_cdk import App, Validations
from aws_cdk import aws_iam as iam
from cdk_nag import AwsSolutionsChecks
from constructs import Construct

from infra_cdk.app import FEATURE_FLAGS, add_stacks
from infra_cdk.config import Deployment
from tests.infra.stand_in import stand_in_package


def nagged(folder: Path, *, careless: bool) -> App:
    """An app that cdk-nag reads while it is synthesized."""
    app = App(
        outdir=str(folder / "out"),
        analytics_reporting=False,
        context=FEATURE_FLAGS,
        builtin_cloud_formation_validation=False,
    )
    add_stacks(app, Deployment(regions=("eu-west-1",)), stand_in_package(folder))
    if careless:
        stack = app.node.find_child("carte-eu-west-1")
        assert isinstance(stack, Construct)
        role = iam.Role(stack, "Planted", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        role.add_to_policy(iam.PolicyStatement(actions=["dynamodb:*"], resources=["*"]))
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app


def test_it_finds_nothing_unexplained(tmp_path: Path) -> None:
    nagged(tmp_path, careless=False).synth()


def test_it_finds_a_planted_wildcard(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        nagged(tmp_path, careless=True).synth()
    rules = (tmp_path / "out" / "validation-report.json").read_text()
    assert "AwsSolutions-IAM5[Action::dynamodb:*]" in rules
