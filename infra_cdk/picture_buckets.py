"""The names of the buckets of uploaded pictures, known before the buckets are there.

The CDK is not needed to read them.
"""

from collections.abc import Sequence
from typing import Final

BUCKETS_SETTING: Final = "CARTE_PICTURE_BUCKETS"
ENDPOINTS_SETTING: Final = "CARTE_PICTURE_ENDPOINTS"
"""Set by the local cloud alone: where each region's S3 is, as `region=URL`."""


def bucket_name(account: str, region: str) -> str:
    """Return the name of a region's bucket of pictures."""
    return f"carte-pictures-{account}-{region}"


def bucket_origin(account: str, region: str) -> str:
    """Return the origin at which browsers reach the bucket: the regional one of S3."""
    return f"https://{bucket_name(account, region)}.s3.{region}.amazonaws.com"


def local_regions(regions: Sequence[str]) -> tuple[str, ...]:
    """Return the regions of a local cloud that have a bucket: the first two."""
    return tuple(regions[:2])


def setting(account: str, regions: tuple[str, ...]) -> str:
    """Return the value of `BUCKETS_SETTING` for the buckets of some regions."""
    return ",".join(f"{region}={bucket_name(account, region)}" for region in regions)
