"""Health checks of a region: it answers, and it is not drained."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_sns as sns
from constructs import Construct

from services.domain import log_lines

# Interval x threshold + the alias record's 60 s: a lost region is left within 90 s.
INTERVAL: Final = Duration.seconds(10)
THRESHOLD: Final = 3
DRAIN_ALARM: Final = "carte-drain"
DRAINED: Final = "Drained"


class Health(Construct):
    """Two checks that both must pass, as one; a routing control or Region switch adds a third.

    Draining changes no record, because that would need a control plane that lives in one region:
    `/ready` answers 503 while the region's drain switch is set, and without the table's help the
    metric `Drained` does the same: 1 drains, 0 ends it, silence changes nothing.

    Attributes:
        region_id: the health check of the region as a whole.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        host: str,
        region: str,
        topic: sns.ITopic,
        routing_control: str = "",
        switched: str = "",
    ) -> None:
        """Make the checks.

        Args:
            scope: what they belong to.
            construct_id: their id there.
            host: name that this region alone answers to.
            region: the AWS region.
            topic: The topic that is notified when the region is drained.
            routing_control: ARN of a routing control; empty: there is none.
            switched: Id of the health check that Region switch made; empty: there is none.
        """
        super().__init__(scope, construct_id)
        answers = route53.HealthCheck(
            self,
            "Answers",
            type=route53.HealthCheckType.HTTPS,
            fqdn=host,
            port=443,
            resource_path="/ready",
            request_interval=INTERVAL,
            failure_threshold=THRESHOLD,
            enable_sni=True,
            measure_latency=True,
        )
        alarm = self._drained(region, topic)
        undrained = route53.CfnHealthCheck(
            self,
            "Undrained",
            health_check_config=route53.CfnHealthCheck.HealthCheckConfigProperty(
                type="CLOUDWATCH_METRIC",
                alarm_identifier=route53.CfnHealthCheck.AlarmIdentifierProperty(
                    name=alarm.alarm_name, region=region
                ),
                insufficient_data_health_status="LastKnownStatus",
            ),
        )
        parts = [answers.health_check_id, undrained.attr_health_check_id]
        if routing_control:
            switch = route53.CfnHealthCheck(
                self,
                "Switch",
                health_check_config=route53.CfnHealthCheck.HealthCheckConfigProperty(
                    type="RECOVERY_CONTROL", routing_control_arn=routing_control
                ),
            )
            parts.append(switch.attr_health_check_id)
        if switched:
            parts.append(switched)
        self.region_id = route53.CfnHealthCheck(
            self,
            "Region",
            health_check_config=route53.CfnHealthCheck.HealthCheckConfigProperty(
                type="CALCULATED", child_health_checks=parts, health_threshold=len(parts)
            ),
        ).attr_health_check_id

    def _drained(self, region: str, topic: sns.ITopic) -> cloudwatch.Alarm:
        # Health checks read only plain statistics of standard resolution.
        alarm = cloudwatch.Alarm(
            self,
            "Drained",
            alarm_name=DRAIN_ALARM,
            alarm_description="Somebody drained this region: its clients go to the others. To end "
            f"it: aws cloudwatch put-metric-data --region {region} --namespace carte --metric-name "
            "Drained --value 0",
            metric=cloudwatch.Metric(
                namespace=log_lines.NAMESPACE,
                metric_name=DRAINED,
                statistic=cloudwatch.Stats.MAXIMUM,
                period=Duration.minutes(1),
            ),
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
        )
        alarm.add_alarm_action(actions.SnsAction(topic))
        return alarm
