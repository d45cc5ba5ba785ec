"""Which table, where: all that is needed to reach one region's replica."""

from collections.abc import Mapping
from typing import Final, NamedTuple

# A menu that cannot be read within these is answered by another region.
CONNECT_TIMEOUT_S: Final = 1.0
READ_TIMEOUT_S: Final = 3.0
MAX_CONNECTIONS: Final = 50
TOTAL_ATTEMPTS: Final = 3


class Binding(NamedTuple):
    """Which table, where.

    Attributes:
        region: AWS region of the table's replica.
        table: name of the table.
        endpoint: URL of DynamoDB where it is not the region's own (the local cloud).
        read_timeout_s: seconds to wait for an answer; a seed has more patience than a menu.
        fast_reads: read past PynamoDB and botocore where that is known to be the same; see
            docs/decisions/fast-reads.md.
        dax_endpoint: URL of a DAX cluster that eventually consistent reads are asked of; an option,
            see `dax.py`.
    """

    region: str
    table: str = "carte"
    endpoint: str | None = None
    read_timeout_s: float = READ_TIMEOUT_S
    fast_reads: bool = False
    dax_endpoint: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Binding":
        """From the variables that infra_cdk gives every Lambda.

        Raises:
            KeyError: one is missing; it names the variable.
        """
        endpoint = environment.get("AWS_ENDPOINT_URL_DYNAMODB")
        return cls(
            environment["CARTE_REGION"],
            environment["CARTE_TABLE"],
            endpoint or environment.get("AWS_ENDPOINT_URL"),
        )
