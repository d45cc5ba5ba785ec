"""The server of `loadtests/bench/naive/stock_chain.py`."""

from loadtests.bench.naive.served import ServedChain
from loadtests.bench.naive.stock_chain import handler
from loadtests.bench.subject import Subject


def open_subject() -> Subject:
    """Return the subject, ready to be timed."""
    return ServedChain(handler)
