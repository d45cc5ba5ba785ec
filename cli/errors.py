"""Errors of the command line that end a command with another code than 1."""

from typing import ClassVar, Final

from services.domain.errors import CarteError

FAILED: Final = 1
WRONG_USAGE: Final = 2
INTERRUPTED: Final = 130
"""Exit code of a command that Ctrl-C ended, as shells have it."""


class UnusableInputError(CarteError):
    """A file or an option cannot be used, and nothing was written."""

    exit_code: ClassVar = WRONG_USAGE


def exit_code(error: CarteError) -> int:
    """Return the code with which a command ends that raised an error."""
    return error.exit_code if isinstance(error, UnusableInputError) else FAILED
