"""The server of `loadtests/bench/naive/stock.py`."""

from loadtests.bench.naive.served import Served
from loadtests.bench.naive.stock import handler
from loadtests.bench.subject import Subject


def open_subject() -> Subject:
    """Return the subject, ready to be timed."""
    return Served(handler)
