"""The stack of ARC Region switch, an option. In us-east-1, where plans are configured."""

from typing import Any, Final

from aws_cdk import Stack
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.switch_plan import SwitchPlan

REGION: Final = "us-east-1"


class RegionSwitchStack(Stack):
    """Its outputs go into the deployment file; the regions' health checks then obey them."""

    def __init__(
        self, scope: Construct, construct_id: str, *, deployment: Deployment, **kwargs: Any
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        SwitchPlan(self, "Switch", deployment=deployment)
