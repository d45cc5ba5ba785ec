"""Checks of who reads, fills, notifies and copies a bucket: the policies that let them."""

from collections.abc import Iterator
from typing import Final

from infra_cdk.checks.edge import distributions
from infra_cdk.checks.model import Cloud, Resource, as_text, references
from infra_cdk.checks.rights import is_granted

_NOTIFYING: Final = (
    '"s3.amazonaws.com"',
    '"aws:SourceArn"',
    '"aws:SourceAccount"',
    "sqs:SendMessage",
)
_COPIED: Final = ("s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags")
_READ: Final = (
    *("s3:GetObjectVersionForReplication", "s3:GetReplicationConfiguration", "s3:ListBucket"),
    *("s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"),
)


def buckets_are_read_by_who_must(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Each bucket lets in the service that reads or fills it, of this account alone.

    CloudFront developer guide, "Restrict access to an Amazon S3 origin"; CloudWatch Logs, "Enable
    logging from AWS services".
    """
    policies = list(cloud.resources("AWS::S3::BucketPolicy"))
    for distribution, config in distributions(cloud):
        for origin in config.get("Origins", []):
            host = as_text(origin.get("DomainName"))
            if ".s3." not in host:
                continue
            if not _lets_in(cloud, host.split(".s3.")[0], "cloudfront.amazonaws.com"):
                yield distribution, f"may not read {host}"
            if "OriginAccessControlId" not in origin:
                yield distribution, f"does not sign its requests to {host}"
    for destination in cloud.resources("AWS::Logs::DeliveryDestination"):
        written = (as_text(one.properties) for one in policies if _bound(one))
        if not any("delivery.logs.amazonaws.com" in text for text in written):
            yield destination, "may not write its log"


def buckets_notify_and_copy_as_they_must(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A bucket may notify its queue of files, and S3 may copy the site to its second bucket."""
    policies = list(cloud.resources("AWS::SQS::QueuePolicy"))
    for bucket in cloud.resources("AWS::S3::Bucket"):
        notification = bucket.properties.get("NotificationConfiguration", {})
        for one in notification.get("QueueConfigurations", []):
            named = references(one.get("Queue"))
            of_queue = [
                as_text(each.properties)
                for each in policies
                if each.stack == bucket.stack and named & references(each.properties.get("Queues"))
            ]
            if not any(all(part in text for part in _NOTIFYING) for text in of_queue):
                yield bucket, "may not notify its queue"
            if "DependsOn" not in bucket.body:
                yield bucket, "notifies its queue before it may"
        for rule in bucket.properties.get("ReplicationConfiguration", {}).get("Rules", []):
            second = as_text(rule.get("Destination", {}).get("Bucket"))
            first = as_text(bucket.properties.get("BucketName"))
            wanted = [(action, second) for action in _COPIED] + [(one, first) for one in _READ]
            for action, part in wanted:
                if not is_granted(cloud, action, part):
                    yield bucket, f"S3 may not {action} of {part}"


def _bound(policy: Resource) -> bool:
    """Return whether what a service may do is bound to this account's own use of it."""
    allowed = [
        statement
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    return bool(allowed) and all(
        '"aws:SourceAccount"' in as_text(one.get("Condition", {}))
        and '"aws:SourceArn"' in as_text(one.get("Condition", {}))
        for one in allowed
    )


def _lets_in(cloud: Cloud, bucket: str, service: str) -> bool:
    """Return whether a bucket's policy lets a service read its objects, bound to this account."""
    for stack in cloud.stacks:
        named = {
            one.logical_id
            for one in stack.resources("AWS::S3::Bucket")
            if one.properties.get("BucketName") == bucket
        }
        for policy in stack.resources("AWS::S3::BucketPolicy"):
            text = as_text(policy.properties)
            ours = references(policy.properties.get("Bucket")) & named
            if ours and service in text and "s3:GetObject" in text and _bound(policy):
                return True
    return False
