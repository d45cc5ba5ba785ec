"""The operations stack: what people and the pipeline look after carte with."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import Stack
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.budget import Budget
from infra_cdk.constructs.cost_anomalies import CostAnomalies
from infra_cdk.constructs.dashboard import Dashboard
from infra_cdk.constructs.pipeline_role import PipelineRole


class OperationsStack(Stack):
    """Dashboard, budget, monitor of costs, deployment role. Nothing that serves depends on it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        stack_regions: Sequence[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        Dashboard(self, "Dashboard", deployment=deployment)
        if deployment.monthly_budget_usd:
            Budget(
                self,
                "Budget",
                usd=deployment.monthly_budget_usd,
                addresses=deployment.alarm_addresses,
            )
        if deployment.cost_anomaly_usd:
            CostAnomalies(
                self,
                "CostAnomalies",
                usd=deployment.cost_anomaly_usd,
                addresses=deployment.alarm_addresses,
            )
        if deployment.pipeline.repository:
            PipelineRole(self, "Pipeline", deployment=deployment, stack_regions=stack_regions)
