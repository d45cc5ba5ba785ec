"""Experiments of a region's game day: its replication pauses, or its menu Lambda stops."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Stack
from aws_cdk import aws_fis as fis
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.region_outage import NAME, RegionOutage

_FIS: Final = "fis.amazonaws.com"
_MARGIN_MINUTES: Final = 5
# What must go on in a region whose replication pauses; and in one whose menu Lambda stops. FIS
# takes alarms of the experiment's own region alone.
STOPS_A_PAUSE: Final = ("carte-menu-errors", "carte-menu-faults", "carte-api-errors")
STOPS_AN_OUTAGE: Final = (
    *("carte-replication-late", "carte-convergence-behind"),
    "carte-orders-overdue",
)


class Experiments(Construct):
    """Two templates and their roles. An operator starts them; each fault ends by itself.

    `aws:network:route-table-disrupt-cross-region-connectivity` is not among them: no Lambda here
    calls another region, and those in a network (DAX) have no route out of it.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, deployment: Deployment, region: str
    ) -> None:
        super().__init__(scope, construct_id)
        self._deployment, self._region = deployment, region
        self._pause_replication()
        self._stop_lambda()

    def _pause_replication(self) -> None:
        """AWS FIS user guide, "Actions reference", Amazon DynamoDB actions: rights and target."""
        table = self._arn("dynamodb", f"table/{self._deployment.table}")
        role = self._role("ReplicationRole", "pauses the replication of a replica.")
        self._until_the_end(role, ("dynamodb:PutResourcePolicy",), table)
        for actions, resource in (
            (
                (
                    *("dynamodb:DeleteResourcePolicy", "dynamodb:DescribeTable"),
                    "dynamodb:GetResourcePolicy",
                ),
                table,
            ),
            (("tag:GetResources",), "*"),
        ):
            role.add_to_policy(iam.PolicyStatement(actions=[*actions], resources=[resource]))
        acknowledge(role, {"IAM5[Resource::*]": "tag:GetResources takes no resource."})
        fis.CfnExperimentTemplate(
            self,
            "ReplicationPaused",
            description=f"carte: no writes leave or reach {self._region}",
            role_arn=role.role_arn,
            tags={"Name": "carte-replication-paused"},
            targets={
                "table": fis.CfnExperimentTemplate.ExperimentTemplateTargetProperty(
                    resource_type="aws:dynamodb:global-table",
                    resource_arns=[table],
                    selection_mode="ALL",
                )
            },
            actions={
                "pause": fis.CfnExperimentTemplate.ExperimentTemplateActionProperty(
                    action_id="aws:dynamodb:global-table-pause-replication",
                    parameters={"duration": self._duration(0)},
                    targets={"Tables": "table"},
                )
            },
            stop_conditions=self._stopped_by(STOPS_A_PAUSE),
        )

    def _stop_lambda(self) -> None:
        """AWS FIS user guide, "Actions reference", Systems Manager actions: rights."""
        game_days, account = self._deployment.game_days, self._deployment.account
        outage = RegionOutage(
            self, "Outage", game_days=game_days, account=account, region=self._region
        )
        role = self._role("OutageRole", "starts the automation of a lost region.")
        definitions = self._arn("ssm", f"automation-definition/{NAME}:*")
        executions = self._arn("ssm", "automation-execution/*")
        self._until_the_end(role, ("ssm:StartAutomationExecution",), definitions)
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["ssm:GetAutomationExecution", "ssm:StopAutomationExecution"],
                resources=[executions],
            )
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[outage.role.role_arn],
                conditions={"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}},
            )
        )
        acknowledge(
            role,
            {
                f"IAM5[Resource::{definitions}]": "The document's versions.",
                f"IAM5[Resource::{executions}]": "The id is known only once it runs.",
            },
        )
        fis.CfnExperimentTemplate(
            self,
            "RegionLost",
            description=f"carte: {self._region} answers no request",
            role_arn=role.role_arn,
            tags={"Name": NAME},
            targets={},
            actions={
                "stop": fis.CfnExperimentTemplate.ExperimentTemplateActionProperty(
                    action_id="aws:ssm:start-automation-execution",
                    parameters={
                        "documentArn": self._arn("ssm", f"document/{NAME}"),
                        # The automation ends before, and gives back what it took.
                        "maxDuration": self._duration(_MARGIN_MINUTES),
                    },
                )
            },
            stop_conditions=self._stopped_by(STOPS_AN_OUTAGE),
        )

    def _role(self, construct_id: str, text: str) -> iam.Role:
        return iam.Role(
            self,
            construct_id,
            assumed_by=iam.ServicePrincipal(
                _FIS,
                conditions={"StringEquals": {"aws:SourceAccount": self._deployment.account}},
            ),
            description=f"carte: {text}",
        )

    def _until_the_end(self, role: iam.Role, actions: Sequence[str], resource: str) -> None:
        """Allow what begins a fault until the day of the deployment file, whatever is deployed."""
        end = self._deployment.game_days.end
        role.add_to_policy(
            iam.PolicyStatement(
                actions=[*actions],
                resources=[resource],
                conditions={"DateLessThan": {"aws:CurrentTime": end}},
            )
        )

    def _duration(self, margin: int) -> str:
        return f"PT{self._deployment.game_days.minutes + margin}M"

    def _stopped_by(
        self, alarms: Sequence[str]
    ) -> list[fis.CfnExperimentTemplate.ExperimentTemplateStopConditionProperty]:
        return [
            fis.CfnExperimentTemplate.ExperimentTemplateStopConditionProperty(
                source="aws:cloudwatch:alarm", value=self._arn("cloudwatch", f"alarm:{name}")
            )
            for name in alarms
        ]

    def _arn(self, service: str, resource: str) -> str:
        return (
            f"arn:{Stack.of(self).partition}:{service}:{self._region}:{self._deployment.account}:"
            f"{resource}"
        )
