"""The environment of the Lambda of stock alerts, as one typed object."""

import os
from collections.abc import Mapping
from typing import NamedTuple

from services.configuration import Environment, read
from services.storage.binding import Binding


class Settings(NamedTuple):
    """What the deployment configures for the Lambda of stock alerts.

    Attributes:
        binding: The table and how it is reached.
        regions: All regions of the deployment (CARTE_REGIONS, separated by commas).
        queue: URL of the queue of stores to look at (CARTE_ALERT_QUEUE).
        mail_from: Sender of mails; None: nobody gets any (CARTE_MAIL_FROM).
        site: URL of the site, to which links in mails lead; None: nobody gets mails, because a mail
            without an opt-out link is not sent (CARTE_SITE_URL).
    """

    binding: Binding
    regions: tuple[str, ...]
    queue: str
    mail_from: str | None
    site: str | None

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> "Settings":
        """Read the variables that infra_cdk sets.

        Raises:
            SettingsError: A variable is missing or cannot be used.
        """
        return read(cls._read, variables)

    @classmethod
    def _read(cls, environment: Environment) -> "Settings":
        site = environment.optional("CARTE_SITE_URL")
        return cls(
            binding=Binding.read(environment),
            regions=environment.names("CARTE_REGIONS"),
            queue=environment.required("CARTE_ALERT_QUEUE"),
            mail_from=environment.optional("CARTE_MAIL_FROM"),
            site=None if site is None else site.rstrip("/"),
        )
