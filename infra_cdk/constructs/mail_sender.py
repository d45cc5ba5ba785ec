"""SES's identity of the domain that mails come from: one for each region."""

from typing import Final

from aws_cdk import Stack
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.carte_function import CarteFunction, Home

_TTL_S: Final = "60"
_ACTIONS: Final = ("ses:SendEmail",)


def add_identity(scope: Construct, deployment: Deployment) -> None:
    """Make an SES identity of the sender's domain, and the records that verify it.

    SES verifies the domain once three CNAME records of DKIM are there. Where the domain lies in the
    deployment's hosted zone they are made here; elsewhere, the domain's owner makes them
    (docs/operations.md). Each region has tokens of its own.

    Source: SES developer guide, "Easy DKIM in Amazon SES".

    Args:
        scope: The construct that sends mails.
        deployment: The sender, and the hosted zone.
    """
    domain = _domain_of(deployment.mail_from)
    identity = ses.CfnEmailIdentity(scope, "Sender", email_identity=domain)
    zone = deployment.domain.zone_name
    if not zone or not f".{domain}".endswith(f".{zone}"):
        return
    tokens = (
        (identity.attr_dkim_dns_token_name1, identity.attr_dkim_dns_token_value1),
        (identity.attr_dkim_dns_token_name2, identity.attr_dkim_dns_token_value2),
        (identity.attr_dkim_dns_token_name3, identity.attr_dkim_dns_token_value3),
    )
    for number, (name, value) in enumerate(tokens, 1):
        route53.CfnRecordSet(
            scope,
            f"Dkim{number}",
            hosted_zone_id=deployment.domain.zone_id,
            name=name,
            type="CNAME",
            ttl=_TTL_S,
            resource_records=[value],
        )


def mail_environment(deployment: Deployment) -> dict[str, str]:
    """Return the variables of a Lambda that mails: the sender, and the site that links lead to."""
    site = {"CARTE_SITE_URL": f"https://{deployment.domain.name}"} if deployment.domain else {}
    sender = {"CARTE_MAIL_FROM": deployment.mail_from} if deployment.mail_from else {}
    return {**sender, **site}


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
