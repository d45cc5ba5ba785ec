"""The exit codes of the command line, and which errors lead to them."""

from typing import Final

from services.domain.errors import CarteError, UnusableInputError

FAILED: Final = 1
WRONG_USAGE: Final = 2
INTERRUPTED: Final = 130
"""Exit code of a command that Ctrl-C ended, as shells have it."""


def exit_code(error: CarteError) -> int:
    """Return the code with which a command ends that raised an error.

    What was given and cannot be used is wrong usage, whichever layer found it out.
    """
    return WRONG_USAGE if isinstance(error, UnusableInputError) else FAILED
