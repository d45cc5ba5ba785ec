"""What the site must know to sign staff in, and the addresses that its pages then talk to.

The CDK is not needed to read it.
"""

import re
from typing import Final

from infra_cdk import count_buckets, picture_buckets
from infra_cdk.config import Deployment

FILE: Final = "signin.json"
"""Name of the file of the site that has the settings; the local cloud's edge makes its own."""
PATH: Final = "/signin"
"""The page of the site that the pool's own pages lead back to."""


_POOL: Final = re.compile(
    r"https://(?:issuer-)?cognito-idp\.[a-z0-9-]+\.amazonaws\.com/([a-z0-9-]+_[A-Za-z0-9]+)"
)


def pool_of(deployment: Deployment) -> str:
    """Return the id of the user pool that issues the tokens of staff; empty: another issuer does.

    It is part of the issuer's URL, which the stack `carte-identity` has as an output.
    """
    found = _POOL.fullmatch(deployment.oidc_issuer)
    return found[1] if found else ""


def pages_prefix(account: str) -> str:
    """Return the prefix of the pool's pages; one pool of all accounts has it."""
    return f"carte-{account}"


def settings(deployment: Deployment) -> dict[str, str]:
    """Return the content of `FILE`: where staff sign in; empty where nobody can.

    Returns:
        `client`, the id of the pool's client; `pages`, the origin of the pool's pages; `service`,
        the address of Cognito, which ends all sessions of a person.
    """
    if not deployment.oidc_audience or not deployment.has_edge or deployment.stage != "aws":
        return {}
    region = deployment.primary
    prefix = pages_prefix(deployment.account)
    return {
        "client": deployment.oidc_audience,
        "pages": f"https://{prefix}.auth.{region}.amazoncognito.com",
        "service": f"https://cognito-idp.{region}.amazonaws.com/",
    }


def origins(deployment: Deployment) -> tuple[str, ...]:
    """Return the origins that pages of staff send requests to, beside that of the site.

    They are the user pool's, and those of the buckets of count files and of pictures.
    """
    known = settings(deployment)
    # A strongly consistent table takes no counts, so there are no buckets for them.
    regions = () if deployment.database.strong else deployment.regions
    account = deployment.account
    counts = (count_buckets.bucket_origin(account, region) for region in regions)
    pictures = (
        picture_buckets.bucket_origin(account, region) for region in deployment.picture_regions
    )
    pool = (known["pages"], known["service"].rstrip("/")) if known else ()
    return (*pool, *counts, *pictures)
