"""The construct of every bucket of carte: private, encrypted, kept when a stack is deleted."""

from typing import Any

from aws_cdk import RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct


def private_bucket(
    scope: Construct, construct_id: str, *, name: str, lifecycle: s3.LifecycleRule, **more: Any
) -> s3.Bucket:
    """Make a bucket.

    Args:
        scope: what it belongs to.
        construct_id: its id there.
        name: Its fixed name, which other stacks use before the bucket exists.
        lifecycle: when what is in it ends; nothing is kept for ever.
        more: further properties of the CDK's bucket.
    """
    return s3.Bucket(
        scope,
        construct_id,
        bucket_name=name,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        # Not RETAIN: a first deployment that fails would leave the name taken, and every repetition
        # would fail at it (CloudFormation user guide, `RetainExceptOnCreate`).
        removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        lifecycle_rules=[lifecycle],
        **more,
    )
