"""The secrets stack: what CloudFront and the regional APIs both hold, and nobody else."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.origin_secrets import OriginSecrets


class SecretsStack(Stack):
    """The origin secrets in the primary region, with a copy in each region that deploys with them.

    It comes before the regions and the edge, whose templates refer to the secrets by name.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        edge_region: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        OriginSecrets(
            self,
            "Origin",
            numbers=deployment.origin_secrets_kept,
            replicas=sorted({*deployment.regions, edge_region} - {deployment.primary}),
        )
