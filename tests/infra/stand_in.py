"""The test double of the Lambda packages."""

from pathlib import Path

from infra_cdk.packaging.content import orders_package


def stand_in_package(folder: Path) -> Path:
    """A package that is only a name, a zip with nothing in it; that of orders is beside it."""
    package = folder / "package.zip"
    for path in (package, orders_package(package)):
        path.write_bytes(b"PK\x05\x06" + bytes(18))
    return package
