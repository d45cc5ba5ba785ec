"""The error of a drill that cannot be run; it says nothing about the cloud's resilience."""

from services.domain.errors import CarteError


class DrillError(CarteError):
    """A drill cannot be started or finished."""
