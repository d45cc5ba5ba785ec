"""The environment of the Lambda of notices to people, as one typed object."""

import os
from collections.abc import Mapping
from typing import Final, NamedTuple

import orjson

from services.configuration import Environment, read
from services.storage.binding import Binding

_LOCAL_POOL: Final = "CARTE_OIDC_LOCAL_POOL"


class UserPool(NamedTuple):
    """The user pool that has people's addresses.

    Attributes:
        id: Its id, which begins with its region.
        endpoint: Where Cognito is reached; None: at AWS.
    """

    id: str
    endpoint: str | None = None

    @property
    def region(self) -> str:
        """The pool's region."""
        return self.id.partition("_")[0]


class Settings(NamedTuple):
    """What the deployment configures for the Lambda of notices to people.

    Attributes:
        binding: The table and how it is reached.
        regions: All regions of the deployment (CARTE_REGIONS, separated by commas).
        queue: URL of the queue of people to look at (CARTE_PEOPLE_QUEUE).
        mail_from: Sender of mails; None: nobody gets any (CARTE_MAIL_FROM).
        site: URL of the site, to which mails refer; None: nobody gets any (CARTE_SITE_URL).
        pool: The user pool; None: changed roles are mailed to nobody (CARTE_USER_POOL, its id; in
            the local cloud CARTE_OIDC_LOCAL_POOL).
    """

    binding: Binding
    regions: tuple[str, ...]
    queue: str
    mail_from: str | None
    site: str | None
    pool: UserPool | None

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
            queue=environment.required("CARTE_PEOPLE_QUEUE"),
            mail_from=environment.optional("CARTE_MAIL_FROM"),
            site=None if site is None else site.rstrip("/"),
            pool=_pool(environment),
        )


def _pool(environment: Environment) -> UserPool | None:
    deployed = environment.optional("CARTE_USER_POOL")
    if deployed:
        return UserPool(deployed)
    local = environment.optional(_LOCAL_POOL)
    if not local:
        return None
    if not environment.is_local:
        environment.problems.append(f"{_LOCAL_POOL} is for the local cloud")
        return None
    try:
        known = orjson.loads(local)
        pool_id = known["issuer"].rpartition("/")[2]
        return UserPool(pool_id, known["keys"].partition(f"/{pool_id}/")[0])
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        environment.problems.append(f"{_LOCAL_POOL} names no user pool ({error!r})")
        return None
