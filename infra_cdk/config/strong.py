"""Conditions and consequences of strong consistency over regions (MRSC).

From the DynamoDB developer guide ("Multi-Region strong consistency") and the release of September
2026 that took away the bond to three fixed sets of regions: three regions of a list; no
transactions, no time to live; only a table that is empty can become one.
"""

from collections.abc import Sequence
from typing import Final

from infra_cdk.config.exceptions import ConfigError

COUNT: Final = 3
ALLOWED: Final = frozenset(
    {
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
        *("eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1"),
        *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1"),
    }
)


def check_strong(regions: Sequence[str], *, staff: bool, dax: bool) -> None:
    """Raise unless carte works on a strongly consistent table of these regions.

    Args:
        regions: of the deployment.
        staff: whether staff tokens are believed, so that mutations are accepted.
        dax: whether DAX stands in front of the table.

    Raises:
        ConfigError: it does not; the message says what to change.
    """
    if len(regions) != COUNT:
        raise ConfigError(
            f'database.consistency = "strong" takes exactly three regions, not {len(regions)}; '
            'name three or write "eventual"'
        )
    for region in regions:
        if region not in ALLOWED:
            raise ConfigError(
                f'database.consistency = "strong" is not offered in {region}; choose from '
                + ", ".join(sorted(ALLOWED))
            )
    if staff:
        raise ConfigError(
            'database.consistency = "strong" and oidc_issuer exclude each other: every mutation is '
            "a transaction, which DynamoDB refuses on such a table; remove oidc_issuer (menus are "
            'then imported and read) or write "eventual"'
        )
    if dax:
        raise ConfigError(
            'database.consistency = "strong" and cache.dax_node exclude each other: DAX hands '
            "strongly consistent reads to the table anyway; remove dax_node"
        )
