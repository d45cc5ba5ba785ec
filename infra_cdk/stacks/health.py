"""The health stack: alarms on the regions' health checks, whose metrics are in us-east-1 alone."""

from collections.abc import Sequence
from typing import Any, Final

from aws_cdk import CfnParameter, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.alarm import alarm
from infra_cdk.constructs.topics import alarm_topic

REGION: Final = "us-east-1"
_PERIODS: Final = 2


class HealthStack(Stack):
    """An alarm for each region, active while Route 53 sends the region no clients.

    Clients are sent elsewhere at once, so without the alarm nobody would notice. A health check's
    id is known only when its region is deployed, and no stack may wait for another region: so it
    is a parameter, which `carte deploy` fills from the regional stack's output `HealthCheckId`.
    A region that does not answer keeps the id that it had.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, deployment: Deployment, **kwargs: Any
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        topic = alarm_topic(
            self,
            "AlarmTopic",
            name="carte-health-alarms",
            account=deployment.account,
            addresses=deployment.alarm_addresses,
        )
        for region in deployment.regions:
            alarm(
                self,
                f"Unhealthy-{region}",
                name=f"unhealthy-{region}",
                happened=f"The health check of {region} fails: its clients go elsewhere.",
                do="See whether carte-drain is on there (then somebody drained it); else look at "
                "`/ready` of the region and at its alarms (docs/operations.md).",
                metric=_failing(self._health_check(region)),
                above=0,
                periods=_PERIODS,
                # A check that publishes nothing was deleted, or Route 53 itself is in trouble.
                silence=cloudwatch.TreatMissingData.BREACHING,
                topic=topic,
            )

    def _health_check(self, region: str) -> str:
        words: Sequence[str] = region.split("-")
        return CfnParameter(
            self,
            f"HealthCheckOf{''.join(word.title() for word in words)}",
            # `carte deploy` takes the region from the last word of the description.
            description=f"Output HealthCheckId of the stack of {region}",
            allowed_pattern="[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
            constraint_description="must be the id of a Route 53 health check",
        ).value_as_string


def _failing(health_check: str) -> cloudwatch.MathExpression:
    """1 while the check fails; HealthCheckStatus is 1 while it passes.

    Route 53 developer guide, "Monitoring health checks using CloudWatch": namespace AWS/Route53,
    dimension HealthCheckId, in US East (N. Virginia) only.
    """
    period = Duration.minutes(1)
    return cloudwatch.MathExpression(
        expression="1 - passing",
        using_metrics={
            "passing": cloudwatch.Metric(
                namespace="AWS/Route53",
                metric_name="HealthCheckStatus",
                dimensions_map={"HealthCheckId": health_check},
                statistic=cloudwatch.Stats.MINIMUM,
                period=period,
            )
        },
        period=period,
        label="1 while the health check fails",
    )
