"""The environment of a Lambda that pays, and the adapter that it makes of it."""

import os
from collections.abc import Mapping
from typing import Final, NamedTuple

from services.configuration import Environment, read
from services.payments.secrets import PaymentSecrets, from_secrets_manager
from services.payments.stripe_api import StripeApi
from services.payments.stripe_provider import StripeProvider

SECRET_NAME: Final = "carte-payments"  # noqa: S105 - the name, the same in every deployment


class PaymentSettings(NamedTuple):
    """What the deployment configures for payments.

    Attributes:
        region: AWS region of the process (CARTE_REGION).
        secret: Name of the secret in Secrets Manager (CARTE_PAYMENT_SECRET).
        url: Address of the local provider; None: Stripe's own (CARTE_PAYMENT_URL, in the local
            cloud only).
    """

    region: str
    secret: str
    url: str | None = None

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> "PaymentSettings":
        """Read the variables that infra_cdk and the local cloud set.

        Raises:
            SettingsError: A variable is missing or cannot be used.
        """
        return read(cls.read, variables)

    @classmethod
    def read(cls, environment: Environment) -> "PaymentSettings":
        """Return the settings that the variables describe; see `services.configuration.read`."""
        url = environment.optional("CARTE_PAYMENT_URL")
        if url and not environment.is_local:
            # Whoever could set it would get the secret key with the first request.
            environment.problems.append(
                "CARTE_PAYMENT_URL is for the local cloud and must not be set in a deployment"
            )
        return cls(
            environment.required("CARTE_REGION"), environment.required("CARTE_PAYMENT_SECRET"), url
        )

    def secrets(self) -> PaymentSecrets:
        """Return the secrets of payments; nothing is read yet."""
        return from_secrets_manager(self.secret, self.region)


def stripe_api(settings: PaymentSettings, secrets: PaymentSecrets) -> StripeApi:
    """Return the requests to the account; nothing is read or requested yet."""
    return StripeApi(secrets.api_key, settings.url, secrets.renewed_api_key)


def payment_provider(settings: PaymentSettings) -> StripeProvider:
    """Return the adapter that performs the duties of orders; nothing is requested yet."""
    return StripeProvider(stripe_api(settings, settings.secrets()))
