"""Counts of what carte does not know: kept, listed, and in force once it does."""

from typing import Any

from services.storage.catalogs import CatalogRepository
from services.storage.table import Table
from services.storage.unknown_stock import UnknownStockRepository
from tests.support.chain import add_store, publish_small_catalog, set_draft, set_stock
from tests.support.count_bucket import LABS_FILE as LAB
from tests.support.count_bucket import CountBucket


def test_the_labs_file_is_in_the_table_where_neither_store_nor_items_exist(table: Table) -> None:
    bucket = CountBucket(table)
    report = bucket.load(LAB)
    assert (report["rows"], report["unknown"]) == (6, 6)
    kept = UnknownStockRepository(table).all()
    assert [(one.store_id, one.store) for one in kept] == [("Berlin", "Berlin")]
    assert kept[0].items == {
        "echo-dot": "Echo Dot",
        "echo-2nd-gen": "Echo (2nd Gen)",
        "echo-show": "Echo Show",
        "echo-plus": "Echo Plus",
        "echo-look": "Echo Look",
        "amazon-tap": "Amazon Tap",
    }
    assert bucket.left("Berlin", "echo-2nd-gen") == 19
    assert bucket.left("Berlin", "echo-plus") == 0


def test_what_was_unknown_counts_once_the_catalog_knows_it(table: Table) -> None:
    bucket = CountBucket(table)
    bucket.load(LAB)
    publish_small_catalog(table)
    add_store(table, "de-7", name="BERLIN")
    assert bucket.learning.learn() == 0, "the store is known, and none of its items yet"
    (waiting,) = UnknownStockRepository(table).all()
    assert (waiting.store_id, waiting.store, len(waiting.items)) == ("de-7", None, 6)
    fields: dict[str, Any] = {"category": "donuts", "price": 100, "rank": 9, "allergens": []}
    set_draft(table, "de", "B07-1", names={"en": "Echo Dot", "de": "Echo Punkt"}, **fields)
    set_draft(table, "de", "echo-show", names={"en": "The screen"}, **fields)
    CatalogRepository(table).publish("de")
    assert bucket.learning.learn() == 2
    assert [bucket.left("de-7", "B07-1"), bucket.left("de-7", "echo-show")] == [12, 18]
    (waiting,) = UnknownStockRepository(table).all()
    assert len(waiting.items) == 4
    set_stock(table, "de-7", {"B07-1": 3})
    assert bucket.learning.learn() == 0
    assert bucket.left("de-7", "B07-1") == 3, "it is counted once"
