"""What the tests of the command line share: trees of commands that are built once."""

import functools
from collections.abc import Iterator

import pytest
import typer.testing


@pytest.fixture(scope="session", autouse=True)
def trees_are_built_once() -> Iterator[None]:
    """Let each application be turned into commands once, not for each call.

    To build all commands takes tens of milliseconds, most calls here less than one. A call changes
    nothing of them.
    """
    with pytest.MonkeyPatch.context() as patch:
        built = functools.cache(vars(typer.testing)["_get_command"])
        patch.setattr(typer.testing, "_get_command", built)
        yield
