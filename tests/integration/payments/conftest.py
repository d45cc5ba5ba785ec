"""One local payment provider for all tests of this folder: each uses orders of its own."""

from collections.abc import Iterator

import pytest

from tests.support.local_payments import LocalPayments, local_payments


@pytest.fixture(scope="session")
def payments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPayments]:
    with local_payments(tmp_path_factory.mktemp("payments")) as running:
        yield running
