"""The test double of the Lambda package."""

from pathlib import Path


def stand_in_package(folder: Path) -> Path:
    """A package that is only a name: a zip with nothing in it."""
    package = folder / "package.zip"
    package.write_bytes(b"PK\x05\x06" + bytes(18))
    return package
