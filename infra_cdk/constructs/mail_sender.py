"""SES's identity of the domain that mails come from: one for each region."""

from typing import Final

from aws_cdk import Stack
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra_cdk.constructs.carte_function import CarteFunction, Home

_ACTIONS: Final = ("ses:SendEmail",)


def add_identity(scope: Construct, construct_id: str, mail_from: str) -> None:
    """Add the identity of a sender's domain to a region.

    Args:
        scope: What it belongs to.
        construct_id: Its id there.
        mail_from: The address that mails come from.
    """
    ses.CfnEmailIdentity(scope, construct_id, email_identity=_domain_of(mail_from))


def let_send_mails(function: CarteFunction, home: Home) -> None:
    """Let a Lambda send mails by the region's identity, where the deployment has a sender."""
    if not home.deployment.mail_from:
        return
    arn = (
        f"arn:{Stack.of(function).partition}:ses:{home.region}:{home.deployment.account}:"
        f"identity/{_domain_of(home.deployment.mail_from)}"
    )
    function.allow(_ACTIONS, arn)


def _domain_of(mail_from: str) -> str:
    return mail_from.rpartition("@")[2]
