"""What can keep a drill from being made; says nothing about the cloud's resilience."""

from services.domain.errors import CarteError


class DrillError(CarteError):
    """A drill cannot be started or finished."""
