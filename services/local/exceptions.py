"""Expected failures of the local cloud: one clear line, and what to do next."""


class LocalCloudError(Exception):
    """Something a user can act on: `message` says what happened, `hint` what to do next."""

    def __init__(self, message: str, hint: str = "", *, detail: str = "") -> None:
        """Keep the parts apart, so that a command can print them one below the other.

        Args:
            message: What happened, one line.
            hint: What to do next, one line.
            detail: Evidence of many lines, such as the tail of a log.
        """
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail


class PortTakenError(LocalCloudError):
    """A port that the cloud needs is held by another program."""


class DeployError(LocalCloudError):
    """A stack could not be created or updated in a region."""


class StartError(LocalCloudError):
    """A process of the cloud ended or stayed unhealthy while starting."""


class NotRunningError(LocalCloudError):
    """The command needs a running cloud, and there is none at this port."""
