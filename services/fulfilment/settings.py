"""The environment of the Lambda that performs duties, as one typed object."""

import os
from collections.abc import Mapping
from typing import NamedTuple

from services.configuration import Environment, read
from services.payments.settings import PaymentSettings
from services.storage.binding import Binding


class WorkerSettings(NamedTuple):
    """What the deployment configures for the Lambda that performs duties.

    Attributes:
        binding: The table and how it is reached.
        regions: All regions of the deployment (CARTE_REGIONS, separated by commas).
        topic: ARN of the topic for notices to stores and operators (CARTE_NOTICES_TOPIC).
        mail_from: Sender of mails to guests; None: guests get no mail (CARTE_MAIL_FROM).
        site: URL of the site, to which notices lead; None: they lead nowhere (CARTE_SITE_URL).
        payments: The payment provider; None: no card is charged, and duties on payments stay due
            (CARTE_PAYMENT_SECRET and, in the local cloud, CARTE_PAYMENT_URL).
        is_local: Notices to stores are mails too, into the local mailbox (CARTE_STAGE).
    """

    binding: Binding
    regions: tuple[str, ...]
    topic: str
    mail_from: str | None
    site: str | None
    payments: PaymentSettings | None
    is_local: bool

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> "WorkerSettings":
        """Read the variables that infra_cdk sets.

        Raises:
            SettingsError: A variable is missing or cannot be used.
        """
        return read(cls._read, variables)

    @classmethod
    def _read(cls, environment: Environment) -> "WorkerSettings":
        site = environment.optional("CARTE_SITE_URL")
        return cls(
            binding=Binding.read(environment),
            regions=environment.names("CARTE_REGIONS"),
            topic=environment.required("CARTE_NOTICES_TOPIC"),
            mail_from=environment.optional("CARTE_MAIL_FROM"),
            site=None if site is None else site.rstrip("/"),
            payments=PaymentSettings.read(environment)
            if environment.optional("CARTE_PAYMENT_SECRET")
            else None,
            is_local=environment.is_local,
        )
