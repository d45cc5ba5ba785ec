"""The game-day stacks, one a region: only until the day that the deployment file names."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.experiments import Experiments


class GameDayStack(Stack):
    """The experiments of one region. Nothing that serves depends on it: delete it afterwards."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        region: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        Experiments(self, "Experiments", deployment=deployment, region=region)
