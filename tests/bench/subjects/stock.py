"""The server of `newcomer/stock.py`."""

from tests.bench.newcomer.served import Served
from tests.bench.newcomer.stock import handler
from tests.bench.subject import Subject


def open_subject() -> Subject:
    """The subject."""
    return Served(handler)
