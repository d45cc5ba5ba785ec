"""The environment of the Lambda as one typed object."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


class SettingsError(RuntimeError):
    """The environment lacks something; the message names the variable."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the deployment tells the process.

    Attributes:
        region: AWS region this process answers from (CARTE_REGION).
        table: name of the global table (CARTE_TABLE).
        version: version of the software, shown in `region` (CARTE_VERSION).
        dynamodb_endpoint: URL of DynamoDB where it is not the region's own: the local cloud's
            (AWS_ENDPOINT_URL_DYNAMODB or AWS_ENDPOINT_URL).
    """

    region: str
    table: str
    version: str
    dynamodb_endpoint: str | None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the variables that infra_cdk sets.

        Raises:
            SettingsError: one is missing.
        """

        def required(name: str) -> str:
            value = environment.get(name)
            if not value:
                raise SettingsError(f"the environment variable {name} is not set")
            return value

        return cls(
            region=required("CARTE_REGION"),
            table=required("CARTE_TABLE"),
            version=environment.get("CARTE_VERSION") or "unknown",
            dynamodb_endpoint=environment.get("AWS_ENDPOINT_URL_DYNAMODB")
            or environment.get("AWS_ENDPOINT_URL"),
        )
