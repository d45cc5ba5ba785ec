"""cdk-nag: a planted fault fails the synthesis that the gate makes of every configuration.

That nothing is unexplained in carte's own stacks is what the gate finds, for all configurations.
"""

from pathlib import Path

from aws_cdk import Environment, Stack
from aws_cdk import aws_iam as iam

from infra_cdk.gate.synthesis import judged_app, synth


def test_it_finds_a_planted_wildcard(tmp_path: Path) -> None:
    app = judged_app(tmp_path / "out", template_rules=False)
    place = Environment(account="123456789012", region="eu-west-1")
    stack = Stack(app, "planted", env=place)
    role = iam.Role(stack, "Planted", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    role.add_to_policy(iam.PolicyStatement(actions=["dynamodb:*"], resources=["*"]))
    found = synth(app, tmp_path / "out")
    assert any("AwsSolutions-IAM5[Action::dynamodb:*]" in one for one in found), found
