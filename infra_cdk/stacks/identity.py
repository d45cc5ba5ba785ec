"""The identity stack: sign-in of staff. Deployed in the primary region, used from all."""

from typing import Any

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra_cdk.config import Deployment, Identity
from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.people_notices import mails_people, trigger_arn
from infra_cdk.sign_in import PATH, pages_prefix

ADMIN_GROUP = "chain:admin"
# `localcloud.accounts` puts the port of the cloud in place of this one.
LOCAL_PAGE = f"http://localhost:8080{PATH}"
_ACKNOWLEDGED = {
    "COG1": "Length instead of kinds of characters (NIST SP 800-63B), and always a second factor.",
    "COG8": "The plus tier's threat protection is a price per user; a second factor is required.",
}


class IdentityStack(Stack):
    """A Cognito user pool; its groups are carte's roles (`cognito:groups` in the tokens).

    Regions verify tokens offline with the pool's keys, of which each keeps a copy in the global
    table: only signing in needs this stack's region. The outputs go into the deployment file.

    Staff sign in on the pool's own pages, by authorization code with PKCE, where the site has a
    name to come back to; else through the SDK alone.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, deployment: Deployment, **kwargs: Any
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        pool = cognito.UserPool(
            self,
            "Staff",
            user_pool_name="carte-staff",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            mfa=cognito.Mfa.REQUIRED,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            password_policy=cognito.PasswordPolicy(min_length=14),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            # So that the pool knows whether a device is new. A second factor is asked for in any
            # case: a known device replaces none.
            device_tracking=cognito.DeviceTracking(
                challenge_required_on_new_device=False,
                device_only_remembered_on_user_prompt=False,
            ),
            deletion_protection=True,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        acknowledge(pool, _ACKNOWLEDGED)
        page = _page(deployment)
        if mails_people(deployment):
            _mail_about_sign_ins(pool, trigger_arn(self, deployment))
        if deployment.identity.replica:
            _replicate(pool, deployment.identity)
        client = pool.add_client(
            "Client",
            user_pool_client_name="carte",
            auth_flows=cognito.AuthFlow(user_srp=True),
            # The CDK's default is the implicit flow, with a callback at example.com.
            disable_o_auth=not page,
            o_auth=_code_flow(page) if page else None,
            prevent_user_existence_errors=True,
            access_token_validity=Duration.hours(1),
            id_token_validity=Duration.hours(1),
        )
        if page and deployment.stage == "aws":
            # A prefix is taken by one pool of all accounts: that of the account is free.
            pool.add_domain(
                "Pages",
                cognito_domain=cognito.CognitoDomainOptions(
                    domain_prefix=pages_prefix(deployment.account)
                ),
            )
        cognito.CfnUserPoolGroup(
            self,
            "Admins",
            user_pool_id=pool.user_pool_id,
            group_name=ADMIN_GROUP,
            description="May edit every store and publish catalogs.",
        )
        CfnOutput(self, "OidcIssuer", value=_issuer(pool, deployment))
        CfnOutput(self, "OidcAudience", value=client.user_pool_client_id)


def _issuer(pool: cognito.UserPool, deployment: Deployment) -> str:
    """Return the `iss` of a pool's tokens.

    Written out, because the emulator has no `ProviderURL`, and because only a pool that may have a
    replica has the issuer whose keys several regions publish (Amazon Cognito API reference,
    "IssuerConfigurationType").
    """
    host = "issuer-cognito-idp" if deployment.identity.replica else "cognito-idp"
    return f"https://{host}.{deployment.primary}.amazonaws.com/{pool.user_pool_id}"


def _mail_about_sign_ins(pool: cognito.UserPool, trigger: str) -> None:
    """Have the pool report each sign-in to the Lambda of notices.

    `UserPool.add_trigger` would give the Lambda a permission from this stack, and so have it wait
    for that of the region; the Lambda gives it by itself.
    """
    made = pool.node.default_child
    assert isinstance(made, cognito.CfnUserPool)  # noqa: S101 - for the type checker
    made.lambda_config = cognito.CfnUserPool.LambdaConfigProperty(post_authentication=trigger)


def _replicate(pool: cognito.UserPool, identity: Identity) -> None:
    """Add a copy in a second region to a pool.

    A replica needs a multi-Region key and the issuer whose keys several regions publish (Amazon
    Cognito developer guide, "Multi-Region replication for user pools").
    """
    made = pool.node.default_child
    assert isinstance(made, cognito.CfnUserPool)  # noqa: S101 - for the type checker
    made.user_pool_tier = "ESSENTIALS"
    made.key_configuration = cognito.CfnUserPool.KeyConfigurationProperty(
        key_type="CUSTOMER_MANAGED_KEY", kms_key_arn=identity.key
    )
    made.issuer_configuration = cognito.CfnUserPool.IssuerConfigurationProperty(type="UPDATED")
    cognito.CfnUserPoolReplica(
        pool, "Replica", user_pool_id=pool.user_pool_id, region_name=identity.replica
    )


def _page(deployment: Deployment) -> str | None:
    """Return the page of the site that staff come back to; None: the site has no name."""
    if deployment.stage == "local":
        return LOCAL_PAGE
    return f"https://{deployment.domain.name}{PATH}" if deployment.has_edge else None


def _code_flow(page: str) -> cognito.OAuthSettings:
    return cognito.OAuthSettings(
        flows=cognito.OAuthFlows(authorization_code_grant=True),
        scopes=[
            cognito.OAuthScope.OPENID,
            cognito.OAuthScope.EMAIL,
            # To end all sessions of oneself (GlobalSignOut).
            cognito.OAuthScope.COGNITO_ADMIN,
        ],
        callback_urls=[page],
        logout_urls=[page],
    )
