"""The machines that packages are built for."""

import platform
import sys
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Target:
    """The platform on which a package runs.

    Attributes:
        name: names the files in `build/`.
        python: `major.minor` of its interpreter.
        install_options: Options by which uv installs for it.
    """

    name: str
    python: str
    install_options: tuple[str, ...]


LAMBDA: Final = Target(
    "lambda-arm64",
    "3.13",
    ("--python-platform", "aarch64-manylinux2014", "--python-version", "3.13"),
)


def this_machine() -> Target:
    """The emulators' Lambdas run on this machine with this Python."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Target(f"lambda-local-{platform.machine()}", version, ("--python", sys.executable))


def by_name(name: str) -> Target:
    """`lambda` or `local`."""
    return LAMBDA if name == "lambda" else this_machine()
