"""A canary: reads a menu from its region every five minutes; an alarm rings when it cannot."""

from pathlib import Path
from typing import Final

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_synthetics as synthetics
from constructs import Construct

from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.alarm import alarm
from infra_cdk.constructs.private_bucket import private_bucket

CODE: Final = Path(__file__).parents[1] / "canary"
# CloudWatch user guide, "Runtime versions using Python and Selenium Webdriver": the newest in
# November 2026. Synthetics refuses to create a canary with a runtime that it has deprecated.
RUNTIME: Final = "syn-python-selenium-14.0"
NAME: Final = "carte-menu"
_KEPT_DAYS: Final = 31
_TIMEOUT_S: Final = 30
_MEMORY_MB: Final = 960  # the least that Synthetics takes
_ALL_PASSED: Final = 100
_ACKNOWLEDGED: Final = {
    "IAM5[Resource::*]": "Two actions of Synthetics that take no resource; the metric's namespace "
    "is bound by a condition.",
    "S1": "Results of a probe, written by one role, gone after a month.",
}


class Canary(Construct):
    """The canary of one region, its results and its alarm."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        url: str,
        region: str,
        store: str,
        topic: sns.ITopic,
        secret: str = "",
    ) -> None:
        """Make it.

        Args:
            scope: what it belongs to.
            construct_id: its id there.
            url: base URL of the region's API.
            region: The region that must answer.
            store: id of the store whose menu is read.
            topic: The topic that the alarm notifies.
            secret: Dynamic reference of the origin secret; empty: the API takes all requests.
        """
        super().__init__(scope, construct_id)
        acknowledge(self, _ACKNOWLEDGED)
        account = Stack.of(self).account
        bucket = f"carte-canary-{account}-{region}"
        results = private_bucket(
            self,
            "Results",
            name=bucket,
            lifecycle=s3.LifecycleRule(expiration=Duration.days(_KEPT_DAYS)),
        )
        code = s3_assets.Asset(self, "Code", path=str(CODE), exclude=["**/__pycache__"])
        canary = synthetics.CfnCanary(
            self,
            "Menu",
            name=NAME,
            runtime_version=RUNTIME,
            artifact_s3_location=f"s3://{bucket}",
            execution_role_arn=self._role(f"arn:aws:s3:::{bucket}", code).role_arn,
            schedule=synthetics.CfnCanary.ScheduleProperty(expression="rate(5 minutes)"),
            start_canary_after_creation=True,
            provisioned_resource_cleanup="AUTOMATIC",
            success_retention_period=_KEPT_DAYS,
            failure_retention_period=_KEPT_DAYS,
            code=synthetics.CfnCanary.CodeProperty(
                handler="menu_canary.handler",
                s3_bucket=code.s3_bucket_name,
                s3_key=code.s3_object_key,
            ),
            run_config=synthetics.CfnCanary.RunConfigProperty(
                timeout_in_seconds=_TIMEOUT_S,
                memory_in_mb=_MEMORY_MB,
                environment_variables={
                    "CARTE_URL": url,
                    "CARTE_REGION": region,
                    "CARTE_STORE": store,
                    **({"CARTE_ORIGIN_SECRET": secret} if secret else {}),
                },
            ),
        )
        canary.node.add_dependency(results)
        alarm(
            self,
            "Failed",
            name="canary-failed",
            happened="The canary could not read a menu from this region twice in a row.",
            do="Its last run in CloudWatch Synthetics (carte-menu) says why; if clients are hit, "
            "drain the region (docs/operations.md).",
            metric=cloudwatch.MathExpression(
                expression="100 - passed",
                using_metrics={
                    "passed": cloudwatch.Metric(
                        namespace="CloudWatchSynthetics",
                        metric_name="SuccessPercent",
                        dimensions_map={"CanaryName": NAME},
                        statistic=cloudwatch.Stats.AVERAGE,
                        period=Duration.minutes(5),
                    )
                },
                period=Duration.minutes(5),
                label="percent failed",
            ),
            above=_ALL_PASSED / 2,
            periods=2,
            topic=topic,
        )

    def _role(self, results: str, code: s3_assets.Asset) -> iam.Role:
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description="carte: the canary writes its results.",
        )
        logs = Stack.of(self).format_arn(
            service="logs", resource="log-group:/aws/lambda/cwsyn-carte-menu-*"
        )
        acknowledge(
            role,
            {
                f"IAM5[Resource::{results}/*]": "The results of all runs.",
                f"IAM5[Resource::{logs}]": "Synthetics ends the name of its Lambda with an id.",
            },
        )
        for actions, resource in (
            (("s3:PutObject",), f"{results}/*"),
            (("s3:GetBucketLocation",), results),
            (("s3:GetObject",), code.bucket.arn_for_objects(code.s3_object_key)),
            (("s3:ListAllMyBuckets",), "*"),
            (("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"), logs),
        ):
            role.add_to_policy(iam.PolicyStatement(actions=[*actions], resources=[resource]))
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["cloudwatch:PutMetricData"],
                resources=["*"],
                conditions={"StringEquals": {"cloudwatch:namespace": "CloudWatchSynthetics"}},
            )
        )
        return role
