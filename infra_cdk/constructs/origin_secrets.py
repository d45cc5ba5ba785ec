"""Secrets by which a region's API accepts requests of CloudFront and refuses all others.

CloudFront sends the newest secret in a header of its own to every origin of the API, and the API's
resource policy refuses `/graphql` without a valid one (docs/decisions/origin-secret.md). Templates
hold dynamic references alone; CloudFormation reads the values while it deploys.
"""

from collections.abc import Sequence
from typing import Final

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.edge_rules import origin_secret

_LENGTH: Final = 48
_ACKNOWLEDGED: Final = {
    "SMG4": "Rotated by `[edge] origin_secret` in the deployment file: both ends must change in "
    "order, which a rotation function of one secret cannot do.",
}


class OriginSecrets(Construct):
    """Random texts, one a number, in every region that deploys with them."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        numbers: Sequence[int],
        replicas: Sequence[str],
    ) -> None:
        """Make the secrets.

        Args:
            scope: What they belong to.
            construct_id: Their id there.
            numbers: One secret each.
            replicas: Regions that hold copies, beside the stack's own.
        """
        super().__init__(scope, construct_id)
        acknowledge(self, _ACKNOWLEDGED)
        for number in numbers:
            secretsmanager.Secret(
                self,
                f"Secret{number}",
                secret_name=origin_secret(number),
                description="carte: CloudFront shows it to the API",
                generate_secret_string=secretsmanager.SecretStringGenerator(
                    # It travels in a header.
                    exclude_punctuation=True,
                    password_length=_LENGTH,
                ),
                replica_regions=[
                    secretsmanager.ReplicaRegion(region=region) for region in replicas
                ],
                removal_policy=RemovalPolicy.DESTROY,
            )
