"""The environment of the Lambda that loads files of counts, as one typed object."""

import os
from collections.abc import Mapping
from typing import Final, NamedTuple

from services.configuration import Environment, read
from services.domain.stock_files.columns import (
    ColumnNames,
    InvalidColumnNamesError,
    configured_names,
)
from services.storage.binding import Binding

COUNT_COLUMNS: Final = "CARTE_COUNT_COLUMNS"


class Settings(NamedTuple):
    """What the deployment configures for the Lambda that loads files of counts.

    Attributes:
        binding: The table and how it is reached.
        regions: All regions of the deployment (CARTE_REGIONS, separated by commas).
        imports_topic: ARN of the topic of count files with refused rows (CARTE_IMPORTS_TOPIC).
        column_names: The names of columns, with the chain's own (CARTE_COUNT_COLUMNS, such as
            `store=Laden|Shop;pieces=Stand`; not set: the usual ones).
    """

    binding: Binding
    regions: tuple[str, ...]
    imports_topic: str
    column_names: ColumnNames

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> "Settings":
        """Read the variables that infra_cdk sets.

        Raises:
            SettingsError: A variable is missing or cannot be used.
        """
        return read(cls._read, variables)

    @classmethod
    def _read(cls, environment: Environment) -> "Settings":
        own: dict[str, tuple[str, ...]] = {}
        try:
            own = configured_names(environment.optional(COUNT_COLUMNS) or "")
        except InvalidColumnNamesError as error:
            environment.problems.append(f"{COUNT_COLUMNS}: {error.message}")
        return cls(
            Binding.read(environment),
            environment.names("CARTE_REGIONS"),
            environment.required("CARTE_IMPORTS_TOPIC"),
            ColumnNames(own),
        )
