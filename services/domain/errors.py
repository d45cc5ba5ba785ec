"""The base of all errors that a person can act on."""


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
