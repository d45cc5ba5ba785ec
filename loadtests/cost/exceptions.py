"""Errors in the files of a cost estimate."""

from services.domain.errors import UnusableInputError


class CostError(UnusableInputError):
    """A file of prices, traffic or measurements is wrong; the message says where."""
