"""What can keep a drill from being made; says nothing about the cloud's resilience."""


class DrillError(Exception):
    """A drill cannot be started or finished.

    Attributes:
        message: what is wrong, one line.
        hint: what to do next, one line.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
