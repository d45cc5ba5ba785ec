"""Routing controls: switches that an operator can reach when most of AWS's consoles are away."""

from collections.abc import Sequence

from aws_cdk import CfnOutput
from aws_cdk import aws_route53recoverycontrol as recovery
from constructs import Construct


class RecoveryControls(Construct):
    """A cluster with one switch a region, of which one always stays on."""

    def __init__(self, scope: Construct, construct_id: str, *, regions: Sequence[str]) -> None:
        super().__init__(scope, construct_id)
        cluster = recovery.CfnCluster(self, "Cluster", name="carte")
        panel = recovery.CfnControlPanel(
            self, "Panel", name="carte", cluster_arn=cluster.attr_cluster_arn
        )
        controls = []
        for region in regions:
            control = recovery.CfnRoutingControl(
                self,
                f"Control-{region}",
                name=f"carte-{region}",
                cluster_arn=cluster.attr_cluster_arn,
                control_panel_arn=panel.attr_control_panel_arn,
            )
            controls.append(control.attr_routing_control_arn)
            CfnOutput(
                self,
                f"Arn-{region}",
                value=control.attr_routing_control_arn,
                description=f'For the deployment file: [recovery.controls] {region} = "..."',
            )
        recovery.CfnSafetyRule(
            self,
            "NeverNone",
            name="carte-never-none",
            control_panel_arn=panel.attr_control_panel_arn,
            rule_config=recovery.CfnSafetyRule.RuleConfigProperty(
                inverted=False, threshold=1, type="ATLEAST"
            ),
            assertion_rule=recovery.CfnSafetyRule.AssertionRuleProperty(
                asserted_controls=controls, wait_period_ms=5000
            ),
        )
