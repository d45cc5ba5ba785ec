"""What people look after carte with: dashboard, budget, the pipeline's role."""

import json
import re
from pathlib import Path
from typing import Any

from infra_cdk.config import Pipeline
from tests.infra.conftest import ACCOUNT, Assembly

ROOT = Path(__file__).parents[2]
STACK = "carte-operations"
GITHUB = "token.actions.githubusercontent.com"


def widgets(assembly: Assembly) -> list[dict[str, Any]]:
    """The dashboard's widgets; references within its text become `?`."""
    (board,) = assembly.resources(STACK, "AWS::CloudWatch::Dashboard").values()
    body = board["DashboardBody"]
    if not isinstance(body, str):
        parts = body["Fn::Join"][1]
        body = "".join(part if isinstance(part, str) else "?" for part in parts)
    found: list[dict[str, Any]] = json.loads(body)["widgets"]
    return found


def test_one_dashboard_shows_every_region_in_every_graph(production: Assembly) -> None:
    graphs = [one["properties"] for one in widgets(production)]
    assert len(graphs) >= 10
    for graph in graphs:
        # A graph of the dashboard's own region leaves the region of a metric out.
        shown = {
            metric[-1].get("region", graph["region"]) if isinstance(metric[-1], dict) else "?"
            for metric in graph["metrics"]
        }
        assert shown == set(production.deployment.regions), graph["title"]


def test_replication_is_shown_for_every_pair_of_regions(production: Assembly) -> None:
    (graph,) = (one for one in widgets(production) if "Replication" in one["properties"]["title"])
    pairs = len(production.deployment.regions) * (len(production.deployment.regions) - 1)
    assert len(graph["properties"]["metrics"]) == pairs


def test_the_budget_writes_before_it_is_spent(production: Assembly) -> None:
    (budget,) = production.resources(STACK, "AWS::Budgets::Budget").values()
    assert budget["Budget"]["BudgetLimit"] == {"Amount": 2000, "Unit": "USD"}
    subscribers = {
        (one["Notification"]["NotificationType"], one["Notification"]["Threshold"]): {
            each["Address"] for each in one["Subscribers"]
        }
        for one in budget["NotificationsWithSubscribers"]
    }
    assert ("ACTUAL", 80) in subscribers
    assert ("FORECASTED", 100) in subscribers
    assert all(one == set(production.deployment.alarm_addresses) for one in subscribers.values())


def test_only_one_environment_of_one_repository_may_deploy(production: Assembly) -> None:
    (role,) = production.resources(STACK, "AWS::IAM::Role").values()
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Principal"] == {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"}
    assert statement["Condition"] == {
        "StringEquals": {
            f"{GITHUB}:aud": "sts.amazonaws.com",
            f"{GITHUB}:sub": "repo:example/carte:environment:production",
        }
    }
    # A repository made since 2026-07-15, as GitHub's reference "OpenID Connect" shows its subject.
    of_today = Pipeline("octocat/my-repo", owner_id=123456, repository_id=456789)
    assert of_today.subject == "repo:octocat@123456/my-repo@456789:environment:production"
    workflow = (ROOT / ".github" / "workflows" / "deploy.yml").read_text()
    (durations,) = re.findall(r"role-duration-seconds: \$\{\{ [^}]*&& (\d+) \|\| (\d+)", workflow)
    assert role["MaxSessionDuration"] == max(map(int, durations))


def test_the_pipeline_works_through_the_cdks_roles_where_stacks_go(production: Assembly) -> None:
    (policy,) = production.resources(STACK, "AWS::IAM::Policy").values()
    statements = policy["PolicyDocument"]["Statement"]
    assumed = {
        one
        for statement in statements
        if statement["Action"] == "sts:AssumeRole"
        for one in statement["Resource"]
    }
    assert assumed == {
        f"arn:aws:iam::{ACCOUNT}:role/cdk-hnb659fds-{kind}-role-{ACCOUNT}-{region}"
        for kind in ("deploy", "file-publishing", "lookup")
        for region in production.deployment.regions
    }
    others = {
        action
        for statement in statements
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
    } - {"sts:AssumeRole"}
    assert others == {
        "cloudfront:CreateInvalidation",
        "cloudwatch:DescribeAlarms",
        "dynamodb:DescribeTable",
        "s3:PutObject",
        "secretsmanager:GetSecretValue",
        "servicequotas:GetAWSDefaultServiceQuota",
        "servicequotas:GetServiceQuota",
    }


def test_the_pipeline_sees_composite_alarms(production: Assembly) -> None:
    # CloudWatch returns them only to a caller that may describe all alarms.
    (policy,) = production.resources(STACK, "AWS::IAM::Policy").values()
    (readable,) = (
        statement["Resource"]
        for statement in policy["PolicyDocument"]["Statement"]
        if "cloudwatch:DescribeAlarms" in statement["Action"]
    )
    assert readable == "*"


def test_what_nobody_asked_for_is_not_there(assembly: Assembly) -> None:
    assert not assembly.resources(STACK, "AWS::Budgets::Budget")
    assert not assembly.resources(STACK, "AWS::IAM::Role")
