"""The environment of the Lambdas of live updates, as typed objects."""

import os
from collections.abc import Mapping
from typing import Final, NamedTuple

from services.configuration import Environment, read
from services.staff_tokens import Oidc, read_local_pool, read_oidc
from services.storage.binding import Binding

# Where the emulator serves the stages of WebSocket APIs.
_EMULATED: Final = "/_aws/execute-api"


class Common(NamedTuple):
    """What both Lambdas need.

    Attributes:
        binding: The replica of the region and how it is reached (CARTE_FAST_READS, whose `off`
            has every request made by botocore).
        version: Version of the software, shown in `region`.
        regions: The AWS regions of the deployment (CARTE_REGIONS, separated by commas).
        table: Name of the table of connections and subscriptions (CARTE_LIVE_TABLE).
        endpoint: URL of the WebSocket API's stage (CARTE_LIVE_API, its id, and CARTE_LIVE_STAGE).
    """

    binding: Binding
    version: str
    regions: tuple[str, ...]
    table: str
    endpoint: str

    @classmethod
    def read(cls, environment: Environment) -> "Common":
        """Return what the variables say."""
        fast = environment.switch("CARTE_FAST_READS", default=True)
        binding = Binding.read(environment)._replace(fast_reads=fast)
        api = environment.required("CARTE_LIVE_API")
        stage = environment.required("CARTE_LIVE_STAGE")
        host = f"https://{api}.execute-api.{binding.region}.amazonaws.com"
        emulator = environment.optional("AWS_ENDPOINT_URL") if environment.is_local else None
        return cls(
            binding=binding,
            version=environment.optional("CARTE_VERSION") or "unknown",
            regions=environment.names("CARTE_REGIONS"),
            table=environment.required("CARTE_LIVE_TABLE"),
            endpoint=f"{emulator}{_EMULATED}/{api}/{stage}" if emulator else f"{host}/{stage}",
        )


class SocketSettings(NamedTuple):
    """What the deployment configures for the Lambda that answers connections.

    Attributes:
        common: What both Lambdas need.
        oidc: The issuer of staff tokens; None: no token is accepted.
        secrets: Of which the edge sends one (CARTE_LIVE_SECRETS, separated by blanks, which no
            header's value begins or ends with and no generated secret holds); empty: no edge is in
            front.
        local_pool: A second issuer, the user pool of a local cloud (CARTE_OIDC_LOCAL_POOL).
        per_address: Open connections that one address may have opened in one window of
            `services.storage.live_addresses` (CARTE_LIVE_PER_ADDRESS); 0: they are not counted.
    """

    common: Common
    oidc: Oidc | None
    secrets: frozenset[str] = frozenset()
    local_pool: Oidc | None = None
    per_address: int = 0

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> "SocketSettings":
        """Read the variables that infra_cdk sets.

        Raises:
            SettingsError: A variable is missing or cannot be used.
        """
        return read(cls._read, variables)

    @classmethod
    def _read(cls, environment: Environment) -> "SocketSettings":
        secrets = environment.optional("CARTE_LIVE_SECRETS")
        return cls(
            common=Common.read(environment),
            oidc=read_oidc(environment),
            secrets=frozenset((secrets or "").split()),
            local_pool=read_local_pool(environment),
            per_address=environment.count("CARTE_LIVE_PER_ADDRESS"),
        )


class FanOutSettings(NamedTuple):
    """What the deployment configures for the Lambda that sends changes.

    Attributes:
        common: What both Lambdas need.
        queue: URL of the queue of topics (CARTE_LIVE_QUEUE).
    """

    common: Common
    queue: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> "FanOutSettings":
        """Read the variables that infra_cdk sets.

        Raises:
            SettingsError: A variable is missing or cannot be used.
        """
        return read(cls._read, variables)

    @classmethod
    def _read(cls, environment: Environment) -> "FanOutSettings":
        return cls(common=Common.read(environment), queue=environment.required("CARTE_LIVE_QUEUE"))
