"""The environment of the reconciler Lambda as one typed object."""

import os
from collections.abc import Mapping
from typing import NamedTuple

from services.configuration import Environment, read
from services.storage.binding import Binding


class Settings(NamedTuple):
    """What the deployment configures for the reconciler Lambda.

    Attributes:
        binding: The table and how it is reached.
        dead_letters: URL of the queue of stream records that were given up (CARTE_DEAD_LETTERS).
    """

    binding: Binding
    dead_letters: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> "Settings":
        """Read the variables that infra_cdk sets.

        Raises:
            SettingsError: A variable is missing or cannot be used.
        """
        return read(cls._read, variables)

    @classmethod
    def _read(cls, environment: Environment) -> "Settings":
        return cls(
            binding=Binding.read(environment),
            dead_letters=environment.required("CARTE_DEAD_LETTERS"),
        )
