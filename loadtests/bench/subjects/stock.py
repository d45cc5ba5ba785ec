"""The server of `newcomer/stock.py`."""

from loadtests.bench.newcomer.served import Served
from loadtests.bench.newcomer.stock import handler
from loadtests.bench.subject import Subject


def open_subject() -> Subject:
    """The subject."""
    return Served(handler)
