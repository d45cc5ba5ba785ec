"""A plan of ARC Region switch: two workflows that take a region out and bring it back."""

from typing import Final

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_arcregionswitch as arc
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.acknowledged import acknowledge

_SERVICE: Final = "arc-region-switch.amazonaws.com"
_NAME: Final = "carte"
_PATIENCE_MINUTES: Final = 10


class SwitchPlan(Construct):
    """A plan for two active regions, whose one step changes the state of a health check.

    Region switch makes a health check for each region (ARC developer guide, "Amazon Route 53 health
    check execution block"); the region's own health check takes it for a part once its id is in the
    deployment file. Executions run in the data plane of the region that stays.
    """

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment) -> None:
        super().__init__(scope, construct_id)
        domain = deployment.domain
        role = self._role(deployment)
        step = arc.CfnPlan.StepProperty(
            name="health-check",
            execution_block_type="Route53HealthCheck",
            execution_block_configuration=arc.CfnPlan.ExecutionBlockConfigurationProperty(
                route53_health_check_config=arc.CfnPlan.Route53HealthCheckConfigurationProperty(
                    hosted_zone_id=domain.zone_id,
                    record_name=domain.api,
                    timeout_minutes=_PATIENCE_MINUTES,
                    record_sets=[
                        arc.CfnPlan.Route53ResourceRecordSetProperty(
                            record_set_identifier=region, region=region
                        )
                        for region in deployment.regions
                    ],
                )
            ),
        )
        plan = arc.CfnPlan(
            self,
            "Plan",
            name=_NAME,
            description="carte: takes a region out of the API's name, or brings it back",
            execution_role=role.role_arn,
            recovery_approach="activeActive",
            regions=[*deployment.regions],
            workflows=[
                arc.CfnPlan.WorkflowProperty(workflow_target_action=action, steps=[step])
                for action in ("activate", "deactivate")
            ],
        )
        CfnOutput(
            self,
            "PlanArn",
            value=plan.attr_arn,
            description="Lists the health checks for [recovery.health_checks]: see "
            "docs/operations.md.",
        )

    def _role(self, deployment: Deployment) -> iam.Role:
        """ARC developer guide, "Complete plan execution role permissions"."""
        partition = Stack.of(self).partition
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                _SERVICE, conditions={"StringEquals": {"aws:SourceAccount": deployment.account}}
            ),
            description="carte: executes the plan of Region switch.",
        )
        plans = f"arn:{partition}:arc-region-switch::{deployment.account}:plan/{_NAME}:*"
        for actions, resource in (
            (
                (
                    *("arc-region-switch:GetPlan", "arc-region-switch:GetPlanExecution"),
                    "arc-region-switch:ListPlanExecutions",
                ),
                plans,
            ),
            (("iam:SimulatePrincipalPolicy",), role.role_arn),
            (
                ("route53:ListResourceRecordSets",),
                f"arn:{partition}:route53:::hostedzone/{deployment.domain.zone_id}",
            ),
        ):
            role.add_to_policy(iam.PolicyStatement(actions=[*actions], resources=[resource]))
        acknowledge(role, {f"IAM5[Resource::{plans}]": "The id is known only once it is made."})
        return role
