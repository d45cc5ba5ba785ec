"""The server of `loadtests/bench/naive/ariadne_app.py`."""

from loadtests.bench.naive.ariadne_app import handler
from loadtests.bench.naive.served import Served
from loadtests.bench.subject import Subject


def open_subject() -> Subject:
    """Return the subject, ready to be timed."""
    return Served(handler)
