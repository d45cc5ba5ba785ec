"""What a connection costs is measured on the Lambda's own code."""

import pytest

from loadtests.subscriptions.connection_cost import connections_over
from services.domain.errors import CarteError
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog
from tests.support.live_region import LiveRegion


def test_equal_subscriptions_are_evaluated_once_each_and_leave_nothing(table: Table) -> None:
    publish_small_catalog(table)
    add_store(table, "de-1")
    region = LiveRegion()
    found = connections_over(region.table, region.evaluator, "de-1", 3)
    assert (found.connections, found.evaluations) == (3, 1)
    assert found.opened_ms > 0
    assert region.table.topics.subscriptions("store:de-1") == []
    assert region.table.connections.read("measured-first") is None


def test_a_connection_that_gets_no_state_is_no_figure(table: Table) -> None:
    del table
    region = LiveRegion()
    region.client.delete_table(TableName="carte-live")
    with pytest.raises(CarteError, match="got no state"):
        connections_over(region.table, region.evaluator, "de-1", 1)
