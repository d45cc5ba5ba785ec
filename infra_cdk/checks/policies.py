"""Checks of policies' statements: whose they are, what they name, and under which conditions.

Every ARN, account, region and service of a statement is compared with what is deployed, so a grant
on something that is not there, or on more than is there, is found without a list of grants.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from infra_cdk.checks.model import Cloud, Resource, Stack, as_text, listed, references

_VERSION: Final = "2012-10-17"
_ROLE: Final = "AWS::IAM::Role"
# The type of a resource that names a role, to the service that assumes it (each service's
# documents on its execution or service role).
_ASSUMED_BY: Final[Mapping[str, str]] = {
    "AWS::ApiGateway::Account": "apigateway.amazonaws.com",
    "AWS::ARCRegionSwitch::Plan": "arc-region-switch.amazonaws.com",
    "AWS::CodeDeploy::DeploymentGroup": "codedeploy.amazonaws.com",
    "AWS::DAX::Cluster": "dax.amazonaws.com",
    "AWS::FIS::ExperimentTemplate": "fis.amazonaws.com",
    "AWS::Lambda::Function": "lambda.amazonaws.com",
    "AWS::S3::Bucket": "s3.amazonaws.com",
    "AWS::SSM::Document": "ssm.amazonaws.com",
    "AWS::Synthetics::Canary": "lambda.amazonaws.com",
}
# Services that act for whoever asks them (IAM user guide, "The confused deputy problem").
_FOR_MANY: Final = frozenset(
    {"arc-region-switch.amazonaws.com", "fis.amazonaws.com", "ssm.amazonaws.com"}
)
_MANAGED: Final[Mapping[str, str]] = {
    "AWS::ApiGateway::Account": "AmazonAPIGatewayPushToCloudWatchLogs",
    "AWS::CodeDeploy::DeploymentGroup": "AWSCodeDeployRoleForLambdaLimited",
}
# What a service does with a role of ours, whatever we configure: CloudWatch user guide, "Required
# roles and permissions for canaries"; DAX developer guide, "DAX access control"; Amazon S3 user
# guide, "Setting up permissions for live replication"; ARC developer guide, "Complete plan
# execution role permissions".
_NEEDED: Final[Mapping[str, frozenset[str]]] = {
    "AWS::Synthetics::Canary": frozenset(
        {
            *("cloudwatch:PutMetricData", "logs:CreateLogGroup", "logs:CreateLogStream"),
            *("logs:PutLogEvents", "s3:GetBucketLocation", "s3:GetObject"),
            *("s3:ListAllMyBuckets", "s3:PutObject"),
        }
    ),
    "AWS::DAX::Cluster": frozenset(
        f"dynamodb:{one}" for one in ("BatchGetItem", "DescribeTable", "GetItem", "Query")
    ),
    "AWS::ARCRegionSwitch::Plan": frozenset(
        {
            *("arc-region-switch:GetPlan", "arc-region-switch:GetPlanExecution"),
            *("arc-region-switch:ListPlanExecutions", "iam:SimulatePrincipalPolicy"),
            "route53:ListResourceRecordSets",
        }
    ),
    "AWS::SSM::Document": frozenset(
        {"lambda:PutFunctionConcurrency", "lambda:DeleteFunctionConcurrency"}
    ),
    "AWS::S3::Bucket": frozenset(
        {
            *("s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication"),
            *("s3:GetObjectVersionTagging", "s3:GetReplicationConfiguration", "s3:ListBucket"),
            *("s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"),
        }
    ),
}
# How a resource that a template names in full ends, by its service.
_RESOURCES: Final[Mapping[str, str]] = {
    "arc-region-switch": r"plan/carte:\*",
    "cognito-idp": r"userpool/([a-z0-9-]+_[A-Za-z0-9]+|\*)",
    "cloudfront": r"distribution/\*",
    "cloudtrail": r"trail/carte",
    "cloudwatch": r"alarm:\*",
    "dynamodb": r"table/[A-Za-z0-9_.-]{3,255}",
    "iam": r"root|oidc-provider/token\.actions\.githubusercontent\.com"
    r"|role/cdk-hnb659fds-(deploy|file-publishing|lookup)-role-\d{12}-[a-z0-9-]+",
    "kms": r"alias/carte-table(-\d+)?",
    "lambda": r"function:carte-[a-z-]+",
    "logs": r"log-group:/aws/lambda/cwsyn-carte-menu-\*|delivery-source:carte-edge",
    "route53": r"hostedzone/Z[A-Z0-9]{3,31}",
    "ssm": r"automation-(definition/carte-region-lost:|execution/)\*",
    "s3": r"[a-z0-9-]+(/((counts|results|tables|uploads)/)?\*|/[0-9a-f]{64}\.zip)?",
    "secretsmanager": r"secret:(carte-origin-\d+-\*|carte-payments-\?{6})",
}
# What is refused unless it travels by TLS: a policy's type, and the actions that it refuses.
_BY_TLS: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    "AWS::S3::Bucket": ("AWS::S3::BucketPolicy", "Bucket", ("s3:*",)),
    "AWS::SQS::Queue": ("AWS::SQS::QueuePolicy", "Queues", ("sqs:*",)),
    "AWS::SNS::Topic": ("AWS::SNS::TopicPolicy", "Topics", ("sns:Publish",)),
}
_ARN: Final = re.compile(r"arn:aws:([a-z0-9-]+):([a-z0-9-]*):(\d*):([^\"]*)")
# Actions on resources of another service than their own.
_ON_OTHERS: Final = {"sts": {"iam"}, "dax": {"dax"}}
_CONDITIONS: Final = frozenset(
    {"Bool", "StringEquals", "ArnLike", "ArnEquals", "DateLessThan", "StringNotEquals"}
)


def statements_are_whole(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every policy is of the current version, and every statement allows or denies something."""
    for resource in cloud.resources():
        for document in _documents(resource.properties):
            if document.get("Version") != _VERSION:
                yield resource, f"has a policy of the version {document.get('Version')}"
            for one in listed(document.get("Statement")):
                if one.get("Effect") not in {"Allow", "Deny"}:
                    yield resource, f"has a statement of the effect {one.get('Effect')}"
                if not set(one.get("Condition", {})) <= _CONDITIONS:
                    yield resource, f"has the conditions {sorted(one['Condition'])}"
                for action in listed(one.get("Action")):
                    if not re.fullmatch(r"[a-z0-9-]+:(\*|[A-Z][A-Za-z]*\*?)", as_text(action)):
                        yield resource, f"names the action {action}"


def statements_name_what_is_there(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A statement names resources of this account, in regions of this deployment, that exist."""
    regions = {stack.region for stack in cloud.stacks}
    there = {as_text(value) for stack in cloud.stacks for value in _physical_names(stack)}
    for stack in cloud.stacks:
        for resource in stack.resources():
            for one in _statements(resource.properties):
                text = as_text([one.get("Resource"), one.get("Condition"), one.get("Principal")])
                for service, region, account, rest in _ARN.findall(text):
                    if account and account != stack.account:
                        yield resource, f"names the account {account}"
                    if region and region not in regions:
                        yield resource, f"names the region {region}"
                    if service == "s3" and not _is_named(rest, there):
                        yield resource, f"names the bucket {rest}, which is not there"
                    whole = r"\$|table/|.*\{" + f"|({_RESOURCES.get(service, '.*')})$"
                    if not re.match(whole, rest):
                        yield resource, f"names {service} {rest}, which is not there"


def actions_are_on_resources_of_their_service(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A statement's actions and its resources are of one service."""
    for resource in cloud.resources():
        for one in _statements(resource.properties):
            services = {as_text(action).partition(":")[0] for action in listed(one["Action"])}
            for target in listed(one.get("Resource")):
                for service, _, _, _ in _ARN.findall(as_text(target))[:1]:
                    if not all(service in _ON_OTHERS.get(by, {by}) for by in services):
                        yield resource, f"allows {sorted(services)} on a resource of {service}"


def conditions_name_this_account(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """What a condition compares with is this account, its region, or what is deployed."""
    for stack in cloud.stacks:
        for resource in stack.resources():
            for one in _statements(resource.properties):
                for wanted in one.get("Condition", {}).values():
                    for key, value in wanted.items():
                        problem = _problem(stack, str(key), as_text(value))
                        if problem:
                            yield resource, problem


def roles_are_assumed_by_who_uses_them(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A role lets in the service whose resource names it, and has that service's managed policy."""
    for stack in cloud.stacks:
        roles = {one.logical_id: one for one in stack.resources(_ROLE)}
        for user in stack.resources(*_ASSUMED_BY):
            for name in sorted(references(user.properties) & roles.keys()):
                role, service = roles[name], _ASSUMED_BY[user.type]
                document = role.properties.get("AssumeRolePolicyDocument", {})
                if not any(
                    one.get("Effect") == "Allow"
                    and one.get("Action") == "sts:AssumeRole"
                    and one.get("Principal") == {"Service": service}
                    for one in listed(document.get("Statement"))
                ):
                    yield role, f"does not let in {service}"
                if service in _FOR_MANY and as_text(document).count("aws:SourceAccount") != 1:
                    yield role, f"lets in {service} for any account"
                managed = _MANAGED.get(user.type, "")
                if managed not in as_text(role.properties.get("ManagedPolicyArns", "")):
                    yield role, f"has no {managed}"


def services_may_do_what_they_need(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A role that a service assumes for us allows what the service's documents name, no more.

    Objects and buckets are distinguished: S3 refuses an action on the other of the two.
    """
    for stack in cloud.stacks:
        roles = {one.logical_id for one in stack.resources(_ROLE)}
        for user in stack.resources(*_NEEDED):
            named = references(user.properties) & roles
            statements = [
                one
                for policy in stack.resources("AWS::IAM::Policy")
                if references(policy.properties.get("Roles")) & named
                for one in _statements(policy.properties)
                if one["Effect"] == "Allow"
            ]
            granted = {as_text(action) for one in statements for action in listed(one["Action"])}
            if named and granted != _NEEDED[user.type]:
                yield user, f"its role lacks or exceeds {sorted(granted ^ _NEEDED[user.type])}"
            for one in statements:
                for action in listed(one["Action"]):
                    if action.startswith("s3:") and not _fits(action, one):
                        yield user, f"its role allows {action} on {as_text(one['Resource'])}"
            metrics = [one for one in statements if one["Action"] == "cloudwatch:PutMetricData"]
            for one in metrics:
                if "cloudwatch:namespace" not in as_text(one.get("Condition", {})):
                    yield user, "may publish any metric"


def _fits(action: str, statement: Mapping[str, Any]) -> bool:
    of_bucket = ("GetBucketLocation", "GetReplicationConfiguration", "ListBucket")
    if action.endswith("ListAllMyBuckets"):
        return bool(statement["Resource"] == "*")
    resources = [as_text(one) for one in listed(statement["Resource"])]
    return all(("/" in one) != action.endswith(of_bucket) for one in resources)


def the_repositorys_token_is_the_key(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The pipeline's role is assumed with a token of GitHub for the deployment's environment."""
    if cloud.deployment is None:
        return
    for stack in cloud.stacks:
        for role in stack.resources(_ROLE):
            if role.properties.get("RoleName") is None:
                continue
            issuer = "token.actions.githubusercontent.com"
            wanted = {
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        f"{issuer}:aud": "sts.amazonaws.com",
                        f"{issuer}:sub": cloud.deployment.pipeline.subject,
                    }
                },
                "Effect": "Allow",
                "Principal": {"Federated": f"arn:aws:iam::{stack.account}:oidc-provider/{issuer}"},
            }
            document = role.properties.get("AssumeRolePolicyDocument", {})
            if document.get("Statement") != [wanted]:
                yield role, f"is assumed by {as_text(document.get('Statement'))}"


def everything_travels_by_tls(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Each bucket, queue and topic refuses whatever does not travel by TLS."""
    for stack in cloud.stacks:
        for kind, (policy, key, actions) in _BY_TLS.items():
            for one in stack.resources(kind):
                refused: set[str] = set()
                for each in stack.resources(policy):
                    if one.logical_id in references(each.properties.get(key)):
                        refused |= _refused_in_the_clear(each, one.logical_id)
                if not set(actions) <= refused:
                    yield one, "may be reached without TLS"


def _refused_in_the_clear(policy: Resource, name: str) -> set[str]:
    found: set[str] = set()
    for one in _statements(policy.properties):
        in_the_clear = one.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        everybody = one.get("Principal") in ("*", {"AWS": "*"})
        objects = policy.type != "AWS::S3::BucketPolicy" or len(listed(one["Resource"])) > 1
        its_own = name in references(one["Resource"]) and objects
        if one["Effect"] == "Deny" and in_the_clear and everybody and its_own:
            found |= {as_text(action) for action in listed(one["Action"])}
    return found


def _problem(stack: Stack, key: str, value: str) -> str:
    match key:
        case "aws:SourceAccount" | "kms:CallerAccount":
            right = value == stack.account
        case "aws:SecureTransport":
            right = value == "false"
        case "kms:ViaService":
            right = value == f"dynamodb.{stack.region}.amazonaws.com"
        case "cloudwatch:namespace":
            right = value == "CloudWatchSynthetics"
        case "s3:x-amz-acl":
            right = value == "bucket-owner-full-control"
        case "aws:SourceArn":
            right = stack.account in value or bool(re.search(r"arn:aws:s3:::carte-", value))
        case "aws:CurrentTime":
            right = bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}T00:00:00Z", value))
        case "iam:PassedToService":
            right = value == "ssm.amazonaws.com"
        case "aws:Referer":
            right = "{{resolve:secretsmanager:" in value
        case _:
            right = key.startswith("token.actions.githubusercontent.com:")
    return "" if right else f"demands that {key} is {value}"


def _is_named(path: str, there: set[str]) -> bool:
    bucket = path.partition("/")[0]
    return bucket in there or bucket.startswith("cdk-hnb659fds-assets-")


def _physical_names(stack: Stack) -> Iterator[Any]:
    for one in stack.resources("AWS::S3::Bucket"):
        yield one.properties.get("BucketName", "")


def _documents(part: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(part, Mapping):
        if "Statement" in part and isinstance(part["Statement"], list):
            yield part
        else:
            for inner in part.values():
                yield from _documents(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _documents(inner)


def _statements(part: Any) -> Iterator[Mapping[str, Any]]:
    for document in _documents(part):
        for one in document["Statement"]:
            if {"Action", "Effect"} <= one.keys():
                yield one
