"""CloudFront's log: every request, in files that end after a while (standard logging v2)."""

from typing import Final

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.private_bucket import private_bucket

_NAME: Final = "carte-edge"
_ACKNOWLEDGED: Final = {"S1": "It holds the log itself."}


class EdgeLog(Construct):
    """The log of one distribution, by day, in a bucket of its own."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        distribution: cloudfront.Distribution,
        account: str,
        days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        bucket = private_bucket(
            self,
            "Bucket",
            name=f"carte-edge-logs-{account}",
            lifecycle=s3.LifecycleRule(expiration=Duration.days(days)),
        )
        acknowledge(bucket, _ACKNOWLEDGED)
        stack = Stack.of(self)
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[bucket.arn_for_objects("*")],
                conditions={
                    "StringEquals": {
                        "aws:SourceAccount": account,
                        "s3:x-amz-acl": "bucket-owner-full-control",
                    },
                    "ArnLike": {
                        "aws:SourceArn": stack.format_arn(
                            service="logs",
                            resource="delivery-source",
                            resource_name=_NAME,
                            arn_format=ArnFormat.COLON_RESOURCE_NAME,
                        )
                    },
                },
            )
        )
        source = logs.CfnDeliverySource(
            self,
            "Source",
            name=_NAME,
            log_type="ACCESS_LOGS",
            resource_arn=distribution.distribution_arn,
        )
        destination = logs.CfnDeliveryDestination(
            self,
            "Destination",
            name=_NAME,
            output_format="json",
            destination_resource_arn=bucket.bucket_arn,
        )
        delivery = logs.CfnDelivery(
            self,
            "Delivery",
            delivery_source_name=source.name,
            delivery_destination_arn=destination.attr_arn,
            s3_suffix_path="/{yyyy}/{MM}/{dd}/{HH}",
        )
        delivery.add_resource_dependency(source)
        policy = bucket.policy
        if policy:
            delivery.node.add_dependency(policy)
