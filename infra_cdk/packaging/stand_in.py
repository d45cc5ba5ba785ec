"""Packages without content, for whoever needs the templates alone."""

from pathlib import Path
from typing import Final

from infra_cdk.packaging.content import packages_beside

_EMPTY_ZIP: Final = b"PK\x05\x06" + bytes(18)


def stand_in_package(package: Path) -> Path:
    """Write an empty zip in place of each package; return `package`.

    Args:
        package: Where the package of most Lambdas is expected; the others are beside it.
    """
    for path in (package, *packages_beside(package)):
        path.write_bytes(_EMPTY_ZIP)
    return package
