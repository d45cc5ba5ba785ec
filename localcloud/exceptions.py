"""Expected failures of the local cloud."""

from services.domain.errors import CarteError, UnknownNameError, UnusableInputError


class LocalCloudError(CarteError):
    """Something about the local cloud that a person can act on."""


class UnusableOptionError(LocalCloudError, UnusableInputError):
    """An option describes no cloud that could be started, or is no value of its kind."""


class UnknownRegionError(UnknownNameError, LocalCloudError):
    """A cloud has no region of that name."""


class PortTakenError(LocalCloudError):
    """A port that the cloud needs is held by another program."""


class DeployError(LocalCloudError):
    """A stack could not be created or updated in a region."""


class StartError(LocalCloudError):
    """A process of the cloud ended or stayed unhealthy while starting."""


class NotRunningError(LocalCloudError):
    """The command needs a running cloud, and there is none at this port."""
