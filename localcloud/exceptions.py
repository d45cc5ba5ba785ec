"""Expected failures of the local cloud."""

from services.domain.errors import CarteError


class LocalCloudError(CarteError):
    """Something about the local cloud that a person can act on."""


class PortTakenError(LocalCloudError):
    """A port that the cloud needs is held by another program."""


class DeployError(LocalCloudError):
    """A stack could not be created or updated in a region."""


class StartError(LocalCloudError):
    """A process of the cloud ended or stayed unhealthy while starting."""


class NotRunningError(LocalCloudError):
    """The command needs a running cloud, and there is none at this port."""
