"""carte's real handler on requests about stores, prices, sales and orders."""

from loadtests.bench.naive.served import ServedChain
from loadtests.bench.subject import Subject
from services.menu_api.handler import handler


def open_subject() -> Subject:
    """Return the subject, ready to be timed."""
    return ServedChain(handler)
