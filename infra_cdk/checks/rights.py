"""Checks of IAM rights: no wildcard without a reason, no role for any other repository."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from infra_cdk.checks.model import Cloud, Resource, as_text, listed, references

# AWS has no narrower resource for these.
_TAKE_NO_RESOURCE: Final = frozenset(
    {
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "dynamodb:ListStreams",
        "cloudwatch:PutMetricData",
        "cloudformation:ValidateTemplate",
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DeleteNetworkInterface",
        "s3:ListAllMyBuckets",
        "servicequotas:GetAWSDefaultServiceQuota",
        "servicequotas:GetServiceQuota",
        # With a narrower resource it leaves composite alarms out.
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricData",
        "tag:GetResources",
    }
)
_SCANS: Final = "services.convergence.reconciler.handler"
_OIDC: Final = "token.actions.githubusercontent.com"
# Only these let a resource policy be read by the resource itself: `*` there is not everything.
_OWN_POLICIES: Final = frozenset(
    {"AWS::KMS::Key", "AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy"}
)


def no_right_is_a_wildcard(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """No policy allows every action of a service, or an action on everything."""
    for resource in cloud.resources():
        if resource.type in _OWN_POLICIES:
            continue
        for statement in _allowed(resource.properties):
            if "NotAction" in statement or "NotResource" in statement:
                yield resource, "allows everything but a list"
            actions = [as_text(one) for one in listed(statement.get("Action"))]
            for action in actions:
                if action == "*" or action.endswith(":*"):
                    yield resource, f"allows {action}"
            if "*" in listed(statement.get("Resource")):
                unbound = sorted(set(actions) - _TAKE_NO_RESOURCE)
                if unbound and "Condition" not in statement:
                    yield resource, f"allows {', '.join(unbound)} on every resource"


def services_call_for_this_account_only(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A service that may invoke a Lambda may do so for one source, never for other accounts."""
    for permission in cloud.resources("AWS::Lambda::Permission"):
        principal = as_text(permission.properties.get("Principal", ""))
        if principal.endswith(".amazonaws.com") and not (
            {"SourceArn", "SourceAccount"} & permission.properties.keys()
        ):
            yield permission, f"lets {principal} invoke it for anybody"
        if "test-invoke-stage" in as_text(permission.properties.get("SourceArn", "")):
            yield permission, "lets the console's test button call it, past throttle and log"


def the_pipeline_role_is_for_one_repository(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The role that GitHub assumes names one repository and environment, and the audience."""
    for role in cloud.resources("AWS::IAM::Role"):
        document = role.properties.get("AssumeRolePolicyDocument", {})
        for statement in document.get("Statement", []):
            if _OIDC not in as_text(statement):
                continue
            conditions = statement.get("Condition", {})
            exact = conditions.get("StringEquals", {})
            subject = as_text(
                exact.get(f"{_OIDC}:sub", conditions.get("StringLike", {}).get(f"{_OIDC}:sub", "*"))
            )
            if f"{_OIDC}:aud" not in exact:
                yield role, "takes tokens that were made for others: no audience"
            if "*" in subject:
                yield role, f"may be assumed from {subject}"


def the_menu_lambda_never_scans_or_deletes(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """No Lambda may scan the table or delete from it: reads are bounded, deletions are marks.

    The reconciler alone scans: no client waits for it, and its slices are bounded in read units.
    The regional table of open connections is not meant: the row of a closed connection is deleted.
    """
    connections = {one.logical_id for one in cloud.resources("AWS::DynamoDB::Table")}
    scanning = {
        role
        for function in cloud.resources("AWS::Lambda::Function")
        if function.properties.get("Handler") == _SCANS
        for role in references(function.properties.get("Role"))
    }
    for resource in cloud.resources("AWS::IAM::Policy", "AWS::IAM::Role"):
        may_scan = scanning and references(resource.properties.get("Roles")) == scanning
        for statement in _allowed(resource.properties):
            for action in listed(statement.get("Action")):
                if action == "dynamodb:Scan" and may_scan:
                    continue
                named = references(statement.get("Resource"))
                if action == "dynamodb:DeleteItem" and named and named <= connections:
                    continue
                if action in {"dynamodb:Scan", "dynamodb:DeleteItem", "dynamodb:PartiQLDelete"}:
                    yield resource, f"allows {action}"


def is_granted(cloud: Cloud, action: str, part: str, references_to: str = "") -> bool:
    """Return whether a policy allows an action on resources whose name has this part.

    Args:
        cloud: The stacks whose policies are read.
        action: Such as `s3:PutObject`; a wildcard in a policy does not count.
        part: A part of the resource's name or ARN; `*`: all resources.
        references_to: The logical id of the role that the policy must be of; empty for any role.
    """
    for policy in cloud.resources("AWS::IAM::Policy"):
        if references_to and references_to not in references(policy.properties.get("Roles")):
            continue
        for statement in policy.properties["PolicyDocument"]["Statement"]:
            if action not in listed(statement.get("Action")):
                continue
            resources = statement.get("Resource")
            if "*" in listed(resources) or (part != "*" and part in as_text(resources)):
                return True
    return False


def _allowed(part: Any) -> Iterator[Mapping[str, Any]]:
    """Every Allow statement with an action or a resource, wherever it stands."""
    if isinstance(part, Mapping):
        if part.get("Effect") == "Allow" and {"Resource", "NotResource"} & part.keys():
            yield part
        for inner in part.values():
            yield from _allowed(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _allowed(inner)
