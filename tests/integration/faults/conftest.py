"""Fixtures of the faults' tests: the shared cloud, with nothing left on after each test."""

from collections.abc import Iterator

import pytest

from tests.support.faulty_cloud import FaultyCloud
from tests.support.local_cloud import LocalCloud, wait_until


@pytest.fixture
def faulty(cloud: LocalCloud) -> Iterator[FaultyCloud]:
    """Three regions; whatever a test puts on is healed."""
    made = FaultyCloud(cloud)
    yield made
    made.faults.heal_all()
    wait_until(lambda: not made.state["unhealed"], "all is set back")
