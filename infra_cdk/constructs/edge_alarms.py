"""Alarms of the edge; CloudFront publishes its metrics in us-east-1 alone."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra_cdk.constructs.alarm import alarm

_MINUTE: Final = Duration.minutes(1)
_PERCENT: Final = 1
_SLOW_MS: Final = 2000


class EdgeAlarms(Construct):
    """Alarms of one distribution."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        distribution: cloudfront.Distribution,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        alarm(
            self,
            "Errors",
            name="edge-errors",
            happened="More than 1 % of what clients ask CloudFront ends in 5xx.",
            do="If one region's alarms ring too, drain it at the edge (docs/operations.md); if "
            "none does, see the edge log and the AWS Health dashboard for CloudFront.",
            metric=_metric("5xxErrorRate", distribution, cloudwatch.Stats.AVERAGE),
            above=_PERCENT,
            periods=3,
            topic=topic,
        )
        alarm(
            self,
            "Slow",
            name="edge-slow",
            happened="One in a hundred answers takes an origin more than two seconds.",
            do="The regions' alarms (carte-api-slow) say which one; drain it at the edge "
            "(docs/operations.md).",
            metric=_metric("OriginLatency", distribution, "p99"),
            above=_SLOW_MS,
            periods=5,
            topic=topic,
        )
        alarm(
            self,
            "FunctionErrors",
            name="edge-function-errors",
            happened="The function that chooses a region fails: requests end in 503.",
            do="Deploy the edge stack of the last good version; its tests are in "
            "infra_cdk/edge_function.",
            metric=cloudwatch.Metric(
                namespace="AWS/CloudFront",
                metric_name="FunctionExecutionErrors",
                dimensions_map={"FunctionName": "carte-choose-region", "Region": "Global"},
                statistic=cloudwatch.Stats.SUM,
                period=_MINUTE,
            ),
            above=0,
            periods=2,
            topic=topic,
        )


def _metric(name: str, distribution: cloudfront.Distribution, statistic: str) -> cloudwatch.Metric:
    """A metric of the distribution; the CDK's own methods leave the dimension Region out."""
    return cloudwatch.Metric(
        namespace="AWS/CloudFront",
        metric_name=name,
        dimensions_map={"DistributionId": distribution.distribution_id, "Region": "Global"},
        statistic=statistic,
        period=_MINUTE,
    )
