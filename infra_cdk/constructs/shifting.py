"""Canary deployment of new code: a part of the traffic first, rolled back by alarms."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra_cdk.constructs.acknowledged import acknowledge

_ACKNOWLEDGED: Final = {
    "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
    "AWSCodeDeployRoleForLambdaLimited]": "The policy that AWS documents for this one role.",
}


class Shifting(Construct):
    """CodeDeploy for the alias of one Lambda."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        alias: lambda_.Alias,
        shift: str,
        alarms: Sequence[cloudwatch.IAlarm],
    ) -> None:
        """Make it.

        Args:
            scope: what it belongs to.
            construct_id: its id there.
            alias: what is shifted from version to version.
            shift: `canary`, `linear` or `all-at-once`.
            alarms: any of these brings the old version back.
        """
        super().__init__(scope, construct_id)
        configurations = {
            "canary": codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES,
            "linear": codedeploy.LambdaDeploymentConfig.LINEAR_10_PERCENT_EVERY_1_MINUTE,
            "all-at-once": codedeploy.LambdaDeploymentConfig.ALL_AT_ONCE,
        }
        codedeploy.LambdaDeploymentGroup(
            self,
            "Group",
            alias=alias,
            deployment_config=configurations[shift],
            alarms=[*alarms],
            auto_rollback=codedeploy.AutoRollbackConfig(
                failed_deployment=True, stopped_deployment=True, deployment_in_alarm=True
            ),
        )
        acknowledge(self, _ACKNOWLEDGED)
