"""The server of `newcomer/ariadne_app.py`."""

from loadtests.bench.newcomer.ariadne_app import handler
from loadtests.bench.newcomer.served import Served
from loadtests.bench.subject import Subject


def open_subject() -> Subject:
    """The subject."""
    return Served(handler)
