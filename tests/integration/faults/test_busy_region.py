"""A region with more requests than it works on refuses some, before those who wait give up."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from infra_cdk.edge_rules import LAST_READ_S
from localcloud.faults.gate import LAST_WAIT_S
from localcloud.faults.service import SLOTS
from tests.support.faulty_cloud import FaultyCloud

pytestmark = pytest.mark.slow

EU = "eu-west-1"


def store(at: int) -> str:
    """A query that asks the table, which takes half a second and more; each asks for another."""
    return f"/graphql?query=%7Bstore(id:%22none-{at}%22)%7Bid%7D%7D"


def test_a_busy_region_refuses_in_time_and_goes_on(faulty: FaultyCloud) -> None:
    assert faulty.ask(EU, store(0)).status == 200
    faulty.faults.inject("dynamodb-slow", EU, seconds=120, median_ms=800, p99_ms=800)
    before = refused(faulty)
    # Far more than it answers while one of them waits.
    with ThreadPoolExecutor(16 * SLOTS) as pool:
        replies = list(pool.map(lambda at: faulty.ask(EU, store(at + 1)), range(16 * SLOTS)))
    statuses = Counter(one.status for one in replies)
    assert statuses.keys() == {200, 429}, statuses
    # The edge's health check may be among those that are refused.
    assert statuses[429] <= refused(faulty) - before <= statuses[429] + 5
    for one in replies:
        if one.status == 429:
            assert b'"retryable": true' in one.body
            assert dict(one.headers)["retry-after"] == "1"
    faulty.faults.heal_all()
    assert faulty.ask(EU, store(0)).status == 200
    assert LAST_WAIT_S < LAST_READ_S


def refused(faulty: FaultyCloud) -> int:
    """How many requests the region has refused."""
    return int(faulty.state["gates"]["api-gate"][EU]["refused"])
