"""A bucket with a copy of the site, read by CloudFront alone."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.private_bucket import private_bucket

_KEPT_DAYS: Final = 30
_ACKNOWLEDGED: Final = {"S1": "CloudFront alone reads it, and has a log."}


def site_bucket_name(account: str, region: str) -> str:
    """The name of a region's copy."""
    return f"carte-site-{account}-{region}"


class SiteBucket(Construct):
    """A bucket with a copy of the site.

    Attributes:
        bucket: versioned, so that it can be replicated and an older site brought back.
    """

    def __init__(self, scope: Construct, construct_id: str, *, account: str, region: str) -> None:
        super().__init__(scope, construct_id)
        self.bucket = private_bucket(
            self,
            "Bucket",
            name=site_bucket_name(account, region),
            lifecycle=s3.LifecycleRule(noncurrent_version_expiration=Duration.days(_KEPT_DAYS)),
            versioned=True,
        )
        acknowledge(self.bucket, _ACKNOWLEDGED)
        let_cloudfront_read(self.bucket, account)


def let_cloudfront_read(bucket: s3.Bucket, account: str) -> None:
    """Let the distributions of an account read a bucket's files, and nobody else."""
    # Any distribution of this account: the one there is does not exist yet when this does.
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
            actions=["s3:GetObject"],
            resources=[bucket.arn_for_objects("*")],
            conditions={
                "StringEquals": {"aws:SourceAccount": account},
                "ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{account}:distribution/*"},
            },
        )
    )
