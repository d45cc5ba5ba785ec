"""What can be wrong with an estimate's files."""

from services.cli.errors import CommandError


class CostError(CommandError):
    """A file of prices, traffic or measurements is wrong; the message says where."""
