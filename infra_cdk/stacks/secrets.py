"""The secrets stack: what CloudFront shows the API, and the keys of the payment provider."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.origin_secrets import OriginSecrets
from infra_cdk.constructs.payment_secret import PaymentSecret


class SecretsStack(Stack):
    """Secrets in the primary region, with a copy in each region that reads them.

    It comes before the regions and the edge, whose templates refer to origin secrets by name, and
    whose Lambdas read the payment secret.
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
        others = {*deployment.regions} - {deployment.primary}
        if deployment.has_edge:
            OriginSecrets(
                self,
                "Origin",
                numbers=deployment.origin_secrets_kept,
                replicas=sorted(others | {edge_region} - {deployment.primary}),
            )
        if deployment.takes_cards:
            PaymentSecret(self, "Payments", replicas=sorted(others))
