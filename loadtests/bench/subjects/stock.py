"""The server of `loadtests/bench/naive/stock.py`."""

from loadtests.bench.naive.served import Served
from loadtests.bench.naive.stock import handler
from loadtests.bench.subject import Subject


def open_subject() -> Subject:
    """The subject."""
    return Served(handler)
