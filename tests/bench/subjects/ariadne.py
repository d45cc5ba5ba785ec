"""The server of `newcomer/ariadne_app.py`."""

from tests.bench.newcomer.ariadne_app import handler
from tests.bench.newcomer.served import Served
from tests.bench.subject import Subject


def open_subject() -> Subject:
    """The subject."""
    return Served(handler)
