"""Check of the account's records: made, complete, kept, and written by nobody else."""

from collections.abc import Iterator
from typing import Any, Final

from infra_cdk.checks.model import Cloud, Resource, Stack, as_text, listed, references
from infra_cdk.config import Deployment

_TRAIL: Final = "AWS::CloudTrail::Trail"
_RECORDER: Final = "AWS::Config::ConfigurationRecorder"
_CHANNEL: Final = "AWS::Config::DeliveryChannel"
_LINKED: Final = "AWS::IAM::ServiceLinkedRole"
_COMPLETE: Final = (
    *("IsLogging", "IsMultiRegionTrail", "IncludeGlobalServiceEvents"),
    "EnableLogFileValidation",
)


def records_of_the_account_are_made_and_kept(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """CloudTrail and AWS Config record what the deployment file asks for, into one bucket.

    CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail"; AWS Config developer guide,
    "Permissions for the Amazon S3 Bucket for the AWS Config Delivery Channel" and "Using
    Service-Linked Roles for AWS Config".
    """
    deployment = cloud.deployment
    if deployment is None or deployment.stage != "aws":
        return
    audit = deployment.audit
    recording = {*deployment.regions} if audit.configuration else set()
    for kind, wanted in (
        (_TRAIL, [deployment.primary] if audit.trail else []),
        (_LINKED, [deployment.primary] if audit.configuration else []),
        (_RECORDER, sorted(recording)),
        (_CHANNEL, sorted(recording)),
    ):
        found = sorted(one.region for one in cloud.resources(kind))
        if found != wanted:
            yield next(cloud.resources()), f"{kind} is in {found}, not in {wanted}"
    for stack in cloud.stacks:
        yield from _of_trails(stack, deployment)
        yield from _of_recorders(stack, deployment)


def _of_trails(stack: Stack, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    name = f"carte-audit-{deployment.account}"
    for bucket in stack.resources("AWS::S3::Bucket"):
        if bucket.properties.get("BucketName") != name:
            continue
        rules = bucket.properties.get("LifecycleConfiguration", {}).get("Rules", [])
        if [one.get("ExpirationInDays") for one in rules] != [deployment.audit.days]:
            yield bucket, f"does not keep records for {deployment.audit.days} days"
        policies = [
            one
            for one in stack.resources("AWS::S3::BucketPolicy")
            if bucket.logical_id in references(one.properties.get("Bucket"))
        ]
        found = sorted(
            _written(one)
            for policy in policies
            for one in listed(policy.properties["PolicyDocument"]["Statement"])
            if one["Effect"] == "Allow"
        )
        wanted = sorted(_wanted(stack, deployment))
        if found != wanted:
            yield bucket, f"lets in {found}, not {wanted}"
        for trail in stack.resources(_TRAIL):
            for key in _COMPLETE:
                if trail.properties.get(key) is not True:
                    yield trail, f"{key} is {trail.properties.get(key)}: it leaves events out"
            if bucket.logical_id not in references(trail.properties.get("S3BucketName")):
                yield trail, "writes into no bucket of ours"
            if not {one.logical_id for one in policies} & {*listed(trail.body.get("DependsOn"))}:
                yield trail, "is made before CloudTrail may write into the bucket"


def _of_recorders(stack: Stack, deployment: Deployment) -> Iterator[tuple[Resource, str]]:
    linked = "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    for recorder in stack.resources(_RECORDER):
        group = recorder.properties.get("RecordingGroup", {})
        wanted = (True, stack.region == deployment.primary)
        if (group.get("AllSupported"), group.get("IncludeGlobalResourceTypes")) != wanted:
            yield recorder, f"records {group}"
        arn = as_text(recorder.properties.get("RoleARN"))
        if arn != f"arn:aws:iam::{deployment.account}:{linked}":
            yield recorder, f"works as {arn}, whose policy AWS does not keep up to date"
    for channel in stack.resources(_CHANNEL):
        if channel.properties.get("S3BucketName") != f"carte-audit-{deployment.account}":
            yield channel, f"delivers to {channel.properties.get('S3BucketName')}"
    for role in stack.resources(_LINKED):
        if role.properties.get("AWSServiceName") != "config.amazonaws.com":
            yield role, f"is of {role.properties.get('AWSServiceName')}"


def _wanted(stack: Stack, deployment: Deployment) -> Iterator[tuple[str, ...]]:
    """Yield service, action, files and condition of each statement that lets a service in."""
    files = f"/AWSLogs/{deployment.account}/"
    if deployment.audit.trail:
        arn = f"arn:aws:cloudtrail:{stack.region}:{deployment.account}:trail/carte"
        yield from _of_service("cloudtrail", files, ("s3:GetBucketAcl",), "aws:SourceArn", arn)
    if deployment.audit.configuration:
        yield from _of_service(
            "config",
            f"{files}Config/",
            ("s3:GetBucketAcl", "s3:ListBucket"),
            "aws:SourceAccount",
            deployment.account,
        )


def _of_service(
    service: str, files: str, looks: tuple[str, ...], key: str, value: str
) -> Iterator[tuple[str, ...]]:
    principal = f"{service}.amazonaws.com"
    yield principal, " ".join(looks), "", as_text({"StringEquals": {key: value}})
    owner = {key: value, "s3:x-amz-acl": "bucket-owner-full-control"}
    yield principal, "s3:PutObject", f"{files}*", as_text({"StringEquals": owner})


def _written(statement: dict[str, Any]) -> tuple[str, ...]:
    """Return the same of a statement of the template."""
    resource = as_text(statement["Resource"])
    files = resource[resource.index("/AWSLogs") :].split('"')[0] if "/AWSLogs" in resource else ""
    actions = " ".join(sorted(listed(statement["Action"])))
    service = as_text(statement["Principal"].get("Service"))
    return service, actions, files, as_text(statement.get("Condition", {}))
