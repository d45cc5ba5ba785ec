"""What a change costs by its subscribers is measured on the fan-out itself."""

from loadtests.subscriptions.change_cost import costs_over
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog
from tests.support.live_region import LiveRegion


def test_a_change_is_evaluated_once_and_sent_to_all(table: Table) -> None:
    publish_small_catalog(table)
    add_store(table, "de-1")
    region = LiveRegion()
    found = costs_over(region.table, region.evaluator, "de-1", [1, 30])
    assert [(one.subscriptions, one.evaluations, one.posts) for one in found] == [
        (1, 1, 1),
        (30, 1, 30),
    ]
    assert region.table.topics.subscriptions("store:measured-30") == []
