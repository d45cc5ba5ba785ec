"""The binding of a process to one region's table, and the time-outs of requests to it."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from services.configuration import Environment, read

# A menu that cannot be read within these is answered by another region.
CONNECT_TIMEOUT_S: Final = 1.0
READ_TIMEOUT_S: Final = 3.0
MAX_CONNECTIONS: Final = 50
TOTAL_ATTEMPTS: Final = 3
# After so many seconds a request tries nothing again. An attempt that has begun by then ends
# CONNECT_TIMEOUT_S + READ_TIMEOUT_S later at most, before Lambda stops the invocation (10 s).
REQUEST_BUDGET_S: Final = 5.0


class Binding(NamedTuple):
    """How to reach one region's replica of the table.

    Attributes:
        region: AWS region of the table's replica.
        table: Name of the table.
        endpoint: URL of DynamoDB where it is not the region's own (the local cloud).
        read_timeout_s: Seconds to wait for an answer; a seed may wait longer than a menu.
        fast_reads: Read past PynamoDB and botocore where that is known to be the same; see
            docs/decisions/fast-reads.md.
        dax_endpoint: URL of a DAX cluster for eventually consistent reads; an option,
            see `dax.py`.
    """

    region: str
    table: str = "carte"
    endpoint: str | None = None
    read_timeout_s: float = READ_TIMEOUT_S
    fast_reads: bool = False
    dax_endpoint: str | None = None

    @classmethod
    def read(cls, environment: Environment) -> "Binding":
        """Return the binding that the variables common to all Lambdas describe."""
        return cls(
            environment.required("CARTE_REGION"),
            environment.required("CARTE_TABLE"),
            environment.optional("AWS_ENDPOINT_URL_DYNAMODB")
            or environment.optional("AWS_ENDPOINT_URL"),
        )

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> "Binding":
        """Return the binding of a process that has no settings besides.

        Raises:
            SettingsError: A variable is missing.
        """
        return read(cls.read, variables)
