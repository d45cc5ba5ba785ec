"""What can be wrong with an estimate's files."""

from services.domain.errors import CarteError


class CostError(CarteError):
    """A file of prices, traffic or measurements is wrong; the message says where."""
