"""The environment of the Lambda that loads files of counts, as one typed object."""

import os
from collections.abc import Mapping
from typing import NamedTuple

from services.configuration import Environment, read
from services.storage.binding import Binding


class Settings(NamedTuple):
    """What the deployment configures for the Lambda that loads files of counts.

    Attributes:
        binding: The table and how it is reached.
        regions: All regions of the deployment (CARTE_REGIONS, separated by commas).
    """

    binding: Binding
    regions: tuple[str, ...]

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> "Settings":
        """Read the variables that infra_cdk sets.

        Raises:
            SettingsError: A variable is missing or cannot be used.
        """
        return read(cls._read, variables)

    @classmethod
    def _read(cls, environment: Environment) -> "Settings":
        return cls(Binding.read(environment), environment.names("CARTE_REGIONS"))
