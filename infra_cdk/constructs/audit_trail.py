"""The account's records: a bucket, CloudTrail's trail of all regions, AWS Config's role."""

from typing import Final

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.private_bucket import private_bucket

TRAIL: Final = "carte"
_KEPT_DAYS: Final = 90
_CLOUDTRAIL: Final = "cloudtrail.amazonaws.com"
_CONFIG: Final = "config.amazonaws.com"
_ACKNOWLEDGED: Final = {"S1": "CloudTrail itself records who reads it, where the option is on."}


def audit_bucket_name(account: str) -> str:
    """Return the name of the bucket that holds the records."""
    return f"carte-audit-{account}"


class AuditTrail(Construct):
    """The bucket of the records, in the primary region, and what fills it.

    CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail"; AWS Config developer guide,
    "Permissions for the Amazon S3 Bucket for the AWS Config Delivery Channel".
    """

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment) -> None:
        super().__init__(scope, construct_id)
        self._account = deployment.account
        bucket = private_bucket(
            self,
            "Bucket",
            name=audit_bucket_name(deployment.account),
            lifecycle=s3.LifecycleRule(
                expiration=Duration.days(deployment.audit.days),
                noncurrent_version_expiration=Duration.days(_KEPT_DAYS),
            ),
            # What somebody changed or deleted can be read for a while.
            versioned=True,
        )
        acknowledge(bucket, _ACKNOWLEDGED)
        if deployment.audit.trail:
            self._trail(bucket)
        if deployment.audit.configuration:
            self._let_in(bucket, _CONFIG, "Config/*", {"aws:SourceAccount": self._account})
            # AWS Config developer guide, "Using Service-Linked Roles for AWS Config": one an
            # account, whose policy AWS keeps up to date with the types that it records.
            iam.CfnServiceLinkedRole(self, "ConfigRole", aws_service_name=_CONFIG)

    def _trail(self, bucket: s3.Bucket) -> None:
        arn = (
            f"arn:{Stack.of(self).partition}:cloudtrail:{Stack.of(self).region}:{self._account}:"
            f"trail/{TRAIL}"
        )
        self._let_in(bucket, _CLOUDTRAIL, "*", {"aws:SourceArn": arn})
        trail = cloudtrail.CfnTrail(
            self,
            "Trail",
            trail_name=TRAIL,
            s3_bucket_name=bucket.bucket_name,
            is_logging=True,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
        )
        # CloudTrail refuses a bucket into which it cannot write.
        if bucket.policy:
            trail.node.add_dependency(bucket.policy)

    def _let_in(self, bucket: s3.Bucket, service: str, files: str, source: dict[str, str]) -> None:
        """Let a service look at the bucket and write the files of this account."""
        principal = iam.ServicePrincipal(service)
        of_bucket = ["s3:GetBucketAcl", *(["s3:ListBucket"] if service == _CONFIG else [])]
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[principal],
                actions=of_bucket,
                resources=[bucket.bucket_arn],
                conditions={"StringEquals": source},
            )
        )
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[principal],
                actions=["s3:PutObject"],
                resources=[bucket.arn_for_objects(f"AWSLogs/{self._account}/{files}")],
                conditions={
                    "StringEquals": {**source, "s3:x-amz-acl": "bucket-owner-full-control"}
                },
            )
        )
