"""Facts about AWS regions that need no call to AWS."""

import difflib
from collections.abc import Sequence
from functools import cache
from typing import Final

from botocore.loaders import Loader

from infra_cdk.config.exceptions import ConfigError

# Degrees north and east of the city that a region is named after; ten kilometres more or less
# decide nothing. A region that is missing here is still deployed; nobody is near it at the edge.
COORDINATES: Final = {
    "af-south-1": (-33.9, 18.4),
    "ap-east-1": (22.3, 114.2),
    "ap-east-2": (25.0, 121.6),
    "ap-northeast-1": (35.7, 139.7),
    "ap-northeast-2": (37.6, 127.0),
    "ap-northeast-3": (34.7, 135.5),
    "ap-south-1": (19.1, 72.9),
    "ap-south-2": (17.4, 78.5),
    "ap-southeast-1": (1.4, 103.8),
    "ap-southeast-2": (-33.9, 151.2),
    "ap-southeast-3": (-6.2, 106.9),
    "ap-southeast-4": (-37.8, 145.0),
    "ap-southeast-5": (3.1, 101.7),
    "ap-southeast-6": (-36.9, 174.8),
    "ap-southeast-7": (13.8, 100.5),
    "ca-central-1": (45.5, -73.6),
    "ca-west-1": (51.1, -114.1),
    "eu-central-1": (50.1, 8.7),
    "eu-central-2": (47.4, 8.5),
    "eu-north-1": (59.3, 18.1),
    "eu-south-1": (45.5, 9.2),
    "eu-south-2": (41.7, -0.9),
    "eu-west-1": (53.4, -6.3),
    "eu-west-2": (51.5, -0.1),
    "eu-west-3": (48.9, 2.4),
    "il-central-1": (32.1, 34.8),
    "me-central-1": (25.2, 55.3),
    "me-south-1": (26.2, 50.6),
    "mx-central-1": (20.6, -100.4),
    "sa-east-1": (-23.6, -46.6),
    "us-east-1": (39.0, -77.5),
    "us-east-2": (40.0, -83.0),
    "us-west-1": (37.4, -122.0),
    "us-west-2": (45.8, -119.7),
}


@cache
def aws_regions() -> tuple[str, ...]:
    """Return the regions of all AWS partitions from the pinned botocore, without network."""
    partitions = Loader().load_data("partitions")["partitions"]
    names = [name for partition in partitions for name in partition["regions"]]
    return tuple(sorted(name for name in names if not name.endswith("-global")))


def check_regions(regions: Sequence[str], setting: str = "regions") -> None:
    """Raise unless these are AWS regions, each once.

    Raises:
        ConfigError: one is not, or is there twice.
    """
    known = aws_regions()
    for region in regions:
        if region not in known:
            near = difflib.get_close_matches(str(region), known, n=1)
            hint = f"; did you mean {near[0]}?" if near else " such as eu-west-1"
            raise ConfigError(f"{region!r} is not an AWS region{hint}")
    if len(set(regions)) != len(regions):
        raise ConfigError(f"{setting} names a region twice")
