"""Items that version 0.1.0 stored are read and merged by the code of today.

`data/items_0_1_0.json` has raw DynamoDB items, one or more of each document type, written by the
code of 0.1.0; binary values are base64.
"""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from services.domain.documents.catalog import CatalogDraft
from services.domain.documents.journal import JournalEntry
from services.domain.documents.stock import Stock
from services.domain.menu import assemble
from services.domain.publishing import UnpublishableError
from services.domain.stamp import Stamp
from services.storage import keys, kinds
from services.storage.catalogs import CatalogRepository
from services.storage.keys import Key
from services.storage.stores import DirectoryRepository, StoreRepository
from services.storage.table import Table
from tests.support.chain import REGION

ITEMS = json.loads((Path(__file__).parent / "data" / "items_0_1_0.json").read_text("utf-8"))


@pytest.fixture
def old(table: Table) -> Table:
    """A table with the items as 0.1.0 left them."""
    client: Any = boto3.client("dynamodb", region_name=REGION)
    for item in ITEMS:
        raw = {
            name: {"B": base64.b64decode(value["B"])} if "B" in value else value
            for name, value in item.items()
        }
        client.put_item(TableName="carte", Item=raw)
    return table


def found(table: Table) -> dict[Key, Any]:
    wanted = [Key(item["pk"]["S"], item["sk"]["S"]) for item in ITEMS]
    return table.get_many(wanted, consistent=True)


def test_every_mergeable_item_is_read_merged_and_written_alike(old: Table) -> None:
    items = found(old)
    assert len(items) == len(ITEMS)
    mergeable = [stored for key, stored in items.items() if kinds.is_mergeable(key)]
    kinds_read = {type(stored.document()).__name__ for stored in mergeable}
    assert kinds_read == {
        "Assortment", "CatalogDraft", "DirectoryShard", "OperationRecord", "Settings", "Stock",
        "StoreProfile",
    }  # fmt: skip
    for stored in mergeable:
        document = stored.document()
        assert document.dump() == stored.body
        assert document.merge(document).dump() == stored.body


def test_a_menu_a_journal_and_the_directory_of_the_version_before_are_read(old: Table) -> None:
    documents = StoreRepository(old).documents("de-1")
    assert documents is not None
    at = Stamp.parse(documents.revisions["PROFILE"])
    noon = datetime.fromtimestamp(at.unix_ms / 1000, UTC).replace(hour=11)
    menu = assemble(documents, CatalogRepository(old).current("de"), at=noon, locale=None)
    prices = {item.id: item.price.amount_minor for one in menu.categories for item in one.items}
    assert prices == {"glazed": 149}
    stock = old.held(keys.stock("de-1")).document
    assert isinstance(stock, Stock)
    assert (stock.left("glazed"), stock.left("latte")) == (9, 0)
    for key, stored in found(old).items():
        if key.pk.startswith(keys.JOURNAL_PREFIX):
            assert JournalEntry.load(("a", "b"), key.sk, stored.body).operation_id
    page = DirectoryRepository(old).index().page(market=None, search=None, first=9, after=None)
    assert [entry.store_id for entry, _ in page.entries] == ["de-1"]


def test_values_that_a_younger_rule_refuses_are_still_read(old: Table) -> None:
    draft = old.held(keys.draft("de", "nulls")).document
    assert isinstance(draft, CatalogDraft)
    assert (draft["calories"], draft["names"], draft["standard"]) == (15_000, {"FR": "Vide"}, None)
    with pytest.raises(UnpublishableError, match="nulls has no price"):
        CatalogRepository(old).publish("de")
