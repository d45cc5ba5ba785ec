"""The server of `newcomer/graphene_app.py`."""

from tests.bench.newcomer.graphene_app import handler
from tests.bench.newcomer.served import Served
from tests.bench.subject import Subject


def open_subject() -> Subject:
    """The subject."""
    return Served(handler)
