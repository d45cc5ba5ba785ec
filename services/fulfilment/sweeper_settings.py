"""The environment of the sweeper, as one typed object."""

import os
from collections.abc import Mapping
from typing import NamedTuple

from services.configuration import Environment, read
from services.storage.binding import Binding


class SweeperSettings(NamedTuple):
    """What the deployment configures for the sweeper.

    Attributes:
        binding: The table and how it is reached.
        regions: All regions of the deployment (CARTE_REGIONS, separated by commas).
        queue: URL of the fulfilment queue (CARTE_ORDER_QUEUE).
    """

    binding: Binding
    regions: tuple[str, ...]
    queue: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> "SweeperSettings":
        """Read the variables that infra_cdk sets.

        Raises:
            SettingsError: A variable is missing or cannot be used.
        """
        return read(cls._read, variables)

    @classmethod
    def _read(cls, environment: Environment) -> "SweeperSettings":
        return cls(
            binding=Binding.read(environment),
            regions=environment.names("CARTE_REGIONS"),
            queue=environment.required("CARTE_ORDER_QUEUE"),
        )
