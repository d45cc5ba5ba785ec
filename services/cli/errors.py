"""Expected failures of a command."""


class CommandError(Exception):
    """Something the user can act on; `main` prints it without a traceback and exits with 1."""

    def __init__(self, message: str, hint: str = "", *, detail: str = "") -> None:
        """Keep the parts apart.

        Args:
            message: What happened, one line.
            hint: What to do next, one line.
            detail: Evidence of many lines.
        """
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail
