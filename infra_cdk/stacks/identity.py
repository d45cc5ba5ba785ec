"""The identity stack: sign-in of staff. Deployed in the primary region, used from all."""

from typing import Any

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra_cdk.constructs.acknowledged import acknowledge

ADMIN_GROUP = "chain:admin"
_ACKNOWLEDGED = {
    "COG1": "Length instead of kinds of characters (NIST SP 800-63B), and always a second factor.",
    "COG8": "The plus tier's threat protection is a price per user; a second factor is required.",
}


class IdentityStack(Stack):
    """A Cognito user pool; its groups are carte's roles (`cognito:groups` in the tokens).

    Regions verify tokens offline with the pool's keys, of which each keeps a copy in the global
    table: only signing in needs this stack's region. The outputs go into the deployment file.
    """

    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
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
            deletion_protection=True,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        acknowledge(pool, _ACKNOWLEDGED)
        client = pool.add_client(
            "Client",
            user_pool_client_name="carte",
            auth_flows=cognito.AuthFlow(user_srp=True),
            # Staff sign in through the SDK; the CDK's default would switch the hosted pages on,
            # with the implicit flow and a callback at example.com.
            disable_o_auth=True,
            prevent_user_existence_errors=True,
            access_token_validity=Duration.hours(1),
            id_token_validity=Duration.hours(1),
        )
        cognito.CfnUserPoolGroup(
            self,
            "Admins",
            user_pool_id=pool.user_pool_id,
            group_name=ADMIN_GROUP,
            description="May edit every store and publish catalogs.",
        )
        CfnOutput(self, "OidcIssuer", value=pool.user_pool_provider_url)
        CfnOutput(self, "OidcAudience", value=client.user_pool_client_id)
