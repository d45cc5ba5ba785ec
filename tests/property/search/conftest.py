"""The chain of 31,000 stores and the index over it, made once for all tests of search."""

import pytest

from loadtests.search_engines.judging import Directory
from services.domain.search.index import StoreIndex
from services.storage import place_names


@pytest.fixture(scope="session")
def directory() -> Directory:
    return Directory()


@pytest.fixture(scope="session")
def index(directory: Directory) -> StoreIndex:
    made = StoreIndex(directory.entries, place_names.read)
    # What the first search of a process makes is not part of any test's search.
    made.page(market=None, search="paris", first=1, after=None)
    return made
