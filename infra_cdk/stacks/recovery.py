"""The recovery stack: only with routing controls. In us-west-2, where ARC is configured."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.recovery_controls import RecoveryControls

REGION = "us-west-2"


class RecoveryStack(Stack):
    """Its outputs go into the deployment file; the regions' health checks then obey them.

    A new control is off: switch all on before the regional stacks are deployed with them.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, deployment: Deployment, **kwargs: Any
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        RecoveryControls(self, "Controls", regions=deployment.regions)
