"""The secret of payments: the keys of the provider's account, in every region."""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.carte_function import CarteFunction, Home

NAME: Final = "carte-payments"
_ACTIONS: Final = ("secretsmanager:GetSecretValue",)
_ACKNOWLEDGED: Final = {
    "SMG4": "The keys are the payment provider's: they are rolled there first, by a person "
    "(docs/operations.md).",
}


class PaymentSecret(Construct):
    """The secret, with a copy in each region; an operator writes its value after a deployment.

    Until then it holds a random text, which the Lambdas refuse: duties on payments stay due.
    """

    def __init__(self, scope: Construct, construct_id: str, *, replicas: Sequence[str]) -> None:
        """Make it.

        Args:
            scope: What it belongs to.
            construct_id: Its id there.
            replicas: Regions that hold copies, beside the stack's own.
        """
        super().__init__(scope, construct_id)
        acknowledge(self, _ACKNOWLEDGED)
        secretsmanager.Secret(
            self,
            "Secret",
            secret_name=NAME,
            description="carte: keys of the payment provider's account",
            replica_regions=[secretsmanager.ReplicaRegion(region=region) for region in replicas],
            # Without it no money can be given back: a person deletes it, no deployment.
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )


def environment(deployment: Deployment) -> Mapping[str, str]:
    """Return the variables of a Lambda that pays; empty where no card is taken."""
    return {"CARTE_PAYMENT_SECRET": NAME} if deployment.takes_cards else {}


def let_read_the_secret(function: CarteFunction, home: Home) -> None:
    """Let a Lambda read the region's copy, where cards are taken."""
    if not home.deployment.takes_cards:
        return
    # Secrets Manager appends a hyphen and six characters to the name.
    arn = (
        f"arn:{Stack.of(function).partition}:secretsmanager:{home.region}:"
        f"{home.deployment.account}:secret:{NAME}-??????"
    )
    function.allow(_ACTIONS, arn)
    acknowledge(function, {f"IAM5[Resource::{arn}]": "Secrets Manager chooses the ending."})
