"""Facts about AWS regions that need no call to AWS."""

import difflib
from collections.abc import Sequence
from functools import cache

from botocore.loaders import Loader

from infra_cdk.config.exceptions import ConfigError


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
