"""The test double of the Lambda packages."""

from pathlib import Path

from infra_cdk.packaging import stand_in


def stand_in_package(folder: Path) -> Path:
    """A package that is only a name, a zip with nothing in it; that of orders is beside it."""
    return stand_in.stand_in_package(folder / "package.zip")
