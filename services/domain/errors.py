"""The base of all errors that a person can act on, and of those for what a caller gave."""

from collections.abc import Iterable
from typing import Final

_MOST_SHOWN: Final = 64  # characters of what was given


class CarteError(Exception):
    """An expected failure: the command line prints it without a traceback and exits with 1.

    Attributes:
        message: What happened, one line.
        hint: What to do next, one line; empty where nothing can be advised.
        detail: Evidence of many lines, such as the tail of a log.
    """

    def __init__(self, message: str, hint: str = "", *, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail


class UnusableInputError(CarteError):
    """What a caller gave cannot be used, and nothing was done: the command line exits with 2.

    It is wrong usage: an option, an argument or a file that one names, of which running the same
    command again would say the same.
    """


class UnknownNameError(UnusableInputError):
    """A caller named something that does not exist; `hint` lists what does."""

    def __init__(
        self, what: str, name: str, known: Iterable[str], *, where: str = "", more: str = ""
    ) -> None:
        """Word the error.

        Args:
            what: The kind of thing, such as `region`.
            name: The name.
            known: What could be named.
            where: Where it was looked for, such as `in the cloud at port 8080`.
            more: What else can be given, or what to do.
        """
        super().__init__(
            f"there is no {what} {name[:_MOST_SHOWN]!r}{where and f' {where}'}",
            f"choose from {', '.join(known) or 'none'}{more and f'; {more}'}",
        )
