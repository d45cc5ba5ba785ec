"""Alarms of what clients notice: errors, slowness, refusals."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra_cdk.constructs.alarm import alarm
from infra_cdk.constructs.faults import faults
from infra_cdk.constructs.menu_api import MenuApi
from services.domain import log_lines

_MINUTE: Final = Duration.minutes(1)
_SHARE: Final = 0.01
_SLOW_MS: Final = 1000
_THROTTLED: Final = 10
_P99: Final = "p99"
_ROLL_BACK: Final = (
    "If a deployment is under way it is rolled back by itself; else look into the log "
    "/carte/menu-api and drain the region (docs/operations.md) while you look."
)


class ServingAlarms(Construct):
    """Alarms of the API and the menu Lambda.

    Attributes:
        stop_deployment: those that mean that new code must go back.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        menu_api: MenuApi,
        api: apigateway.RestApi,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        errors = alarm(
            self,
            "MenuErrors",
            name="menu-errors",
            happened="More than 1 % of the menu Lambda's calls fail.",
            do=_ROLL_BACK,
            metric=cloudwatch.MathExpression(
                expression="IF(calls > 0, errors / calls, 0)",
                using_metrics={
                    "errors": menu_api.alias.metric_errors(period=_MINUTE),
                    "calls": menu_api.alias.metric_invocations(period=_MINUTE),
                },
                period=_MINUTE,
                label="share of calls that fail",
            ),
            above=_SHARE,
            periods=2,
            topic=topic,
        )
        faulty = alarm(
            self,
            "MenuFaults",
            name="menu-faults",
            happened="More than 1 % of the menu Lambda's calls answer with a fault of ours (503, "
            "500 or an error beside the data), while the calls as such succeed.",
            do="The metric carte/Faults by Code says which: the table, throttling, or our code. "
            + _ROLL_BACK,
            metric=cloudwatch.MathExpression(
                expression="IF(calls > 0, faults / calls, 0)",
                using_metrics={
                    "faults": faults(log_lines.MENU_API, _MINUTE),
                    "calls": menu_api.alias.metric_invocations(period=_MINUTE),
                },
                period=_MINUTE,
                label="share of calls with a fault",
            ),
            above=_SHARE,
            periods=2,
            topic=topic,
        )
        slow = alarm(
            self,
            "MenuSlow",
            name="menu-slow",
            happened="One in a hundred calls of the menu Lambda takes more than a second.",
            do="Look at a slow trace in X-Ray: the table, a cold start, or our code? " + _ROLL_BACK,
            metric=menu_api.alias.metric_duration(period=_MINUTE, statistic=_P99),
            above=_SLOW_MS,
            periods=5,
            topic=topic,
        )
        alarm(
            self,
            "MenuThrottled",
            name="menu-throttled",
            happened="Lambda refuses calls of the menu Lambda: too many run at once.",
            do="Ask for a higher limit of concurrent executions in this region, and drain it "
            "meanwhile (docs/operations.md, raise limits).",
            metric=menu_api.function.metric_throttles(period=_MINUTE),
            above=_THROTTLED,
            periods=2,
            topic=topic,
        )
        stage = api.deployment_stage
        alarm(
            self,
            "ApiErrors",
            name="api-errors",
            happened="More than 1 % of the requests to this region's API end in 5xx.",
            do="The access log /carte/api-access names the errors (error, lambdaCode); drain the "
            "region (docs/operations.md) while you look.",
            metric=stage.metric_server_error(period=_MINUTE, statistic=cloudwatch.Stats.AVERAGE),
            above=_SHARE,
            periods=2,
            topic=topic,
        )
        alarm(
            self,
            "ApiSlow",
            name="api-slow",
            happened="One in a hundred requests to this region's API takes more than a second.",
            do="Compare ms with lambdaMs in the access log /carte/api-access: the gateway or the "
            "Lambda? For the Lambda see carte-menu-slow.",
            metric=stage.metric_latency(period=_MINUTE, statistic=_P99),
            above=_SLOW_MS,
            periods=5,
            topic=topic,
        )
        self.stop_deployment = (errors, faulty, slow)
