"""Items that a newer version of carte stored: menus are read, and edits lose no part of them."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import boto3
import pytest

from services.convergence.repair import Change, Repairer
from services.domain.documents.action import StaffAction
from services.domain.documents.catalog import CatalogVersion
from services.domain.documents.directory import DirectoryShard, shard_of
from services.domain.documents.journal import EditConflict, JournalEntry
from services.domain.documents.layout import NewerDocumentError
from services.domain.documents.profile import StoreProfile
from services.domain.documents.publication import Publication
from services.domain.documents.stock import Stock
from services.domain.documents.waste import WasteReason, WasteRecord
from services.domain.faults import ITEM_UNREADABLE
from services.domain.menu import Menu, assemble
from services.domain.orders.part import read_listing
from services.domain.stamp import Stamp
from services.storage import evidence, keys
from services.storage.catalogs import CatalogRepository
from services.storage.fault_codes import code_of
from services.storage.keys import Key
from services.storage.operations import OperationRepository
from services.storage.replica import Stored
from services.storage.stores import DirectoryRepository, StoreRepository
from services.storage.table import Table
from tests.support.chain import (
    REGION,
    add_store,
    publish_small_catalog,
    set_assortment,
    set_stock,
)

STAMP = "0193a5b2c4d50000@us-east-1"
NOON = datetime(2026, 11, 30, 11, tzinfo=UTC)


@pytest.fixture
def chain(table: Table) -> Table:
    """A store with a menu and a stock."""
    publish_small_catalog(table)
    add_store(table, "de-1")
    set_assortment(table, "de-1", {"glazed": {"price": 149, "listed": True}})
    set_stock(table, "de-1", {"glazed": 5})
    return table


def rewritten(table: Table, key: Key, change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Write an item as a newer version might: its body changed, and an attribute more."""
    client: Any = boto3.client("dynamodb", region_name=REGION)
    where = {"pk": {"S": key.pk}, "sk": {"S": key.sk}}
    item = client.get_item(TableName="carte", Key=where, ConsistentRead=True)["Item"]
    stored = table.get(key, consistent=True)
    assert stored is not None
    body = stored.body
    change(body)
    if "body" in item:
        item["body"] = {"S": json.dumps(body)}
    else:
        item = {name: value for name, value in item.items() if name != "packed"}
        item["body"] = {"S": json.dumps(body)}
    client.put_item(TableName="carte", Item={**item, "heat": {"N": "7"}, "shade": {"M": {}}})
    return body


def menu(table: Table) -> Menu:
    documents = StoreRepository(table).documents("de-1")
    assert documents is not None
    catalog = CatalogRepository(table).current("de")
    return assemble(documents, catalog, at=NOON, locale=None)


def offers(table: Table) -> dict[str, tuple[int, int | None]]:
    documents = StoreRepository(table).documents("de-1")
    assert documents is not None
    assert documents.stock is not None
    return {
        item.id: (item.price.amount_minor, documents.stock.left(item.id))
        for category in menu(table).categories
        for item in category.items
    }


def newer_store(table: Table) -> None:
    """Add to each document of the store all that a newer version may."""

    def beside(body: dict[str, Any]) -> None:
        body["later"] = {"any": "thing"}

    def longer(body: dict[str, Any]) -> None:
        beside(body)
        for row in body["e"].values():
            row += ["novel", 0]

    def counted(body: dict[str, Any]) -> None:
        for count, _ in body["e"].values():
            count += [*[None, 0, {}, {}][len(count) - 3 :], "of a count"]

    def profile(body: dict[str, Any]) -> None:
        beside(body)
        body["e"]["drive_through"] = [{"open": True}, 0]

    rewritten(table, keys.profile("de-1"), profile)
    rewritten(table, keys.assortment("de-1"), longer)
    rewritten(table, keys.stock("de-1"), counted)
    client: Any = boto3.client("dynamodb", region_name=REGION)
    unknown = {"sk": {"S": "WEATHER"}, "rev": {"S": STAMP}, "body": {"S": '{"sky": [1]}'}}
    client.put_item(TableName="carte", Item={"pk": {"S": keys.profile("de-1").pk}, **unknown})


def test_a_menu_of_newer_documents_is_read(chain: Table) -> None:
    before = offers(chain)
    assert before == {"glazed": (149, 5)}
    newer_store(chain)
    pointer = chain.held(keys.pointer("de")).document
    assert pointer is not None

    def catalog(body: dict[str, Any]) -> None:
        body["moods"] = {}
        for row in body["items"]:
            row.append("novel")

    version: Any = pointer
    rewritten(chain, keys.version("de", version["version"]), catalog)
    assert offers(chain) == before


def test_edits_of_newer_documents_keep_their_parts(chain: Table) -> None:
    newer_store(chain)
    set_assortment(chain, "de-1", {"glazed": {"price": 175}, "latte": {"listed": True}})
    set_stock(chain, "de-1", {"latte": 3})
    chain.change(
        keys.profile("de-1"),
        lambda current, stamp: (
            current.assign({"city": "Potsdam"}, stamp)
            if isinstance(current, StoreProfile)
            else StoreProfile("de-1", {})
        ),
    )
    found = {stored.key.sk: stored.body for stored in chain.partition(keys.profile("de-1").pk)
             if stored.key.sk != "WEATHER"}  # fmt: skip
    assert found["PROFILE"]["later"] == found["ASSORTMENT"]["later"] == {"any": "thing"}
    assert found["PROFILE"]["e"]["drive_through"][0] == {"open": True}
    assert found["PROFILE"]["e"]["city"][0] == "Potsdam"
    assert found["ASSORTMENT"]["e"]["glazed"][0] == 175
    assert found["ASSORTMENT"]["e"]["glazed"][6] == "novel"
    assert found["STOCK"]["e"]["glazed"][0][-1] == "of a count"
    assert offers(chain)["glazed"] == (175, 5)


def test_a_stock_with_more_beside_its_counts_is_sold_from_and_not_counted(chain: Table) -> None:
    body = rewritten(chain, keys.stock("de-1"), lambda body: body.update(later=[1]))
    assert offers(chain) == {"glazed": (149, 5)}
    with pytest.raises(
        NewerDocumentError, match="a region of that version can write it"
    ) as refused:
        set_stock(chain, "de-1", {"glazed": 9})
    assert code_of(refused.value) == ITEM_UNREADABLE

    def sold(current: Any, _stamp: Stamp) -> Stock:
        stock: Stock = current.sold("glazed", 2, REGION)
        return stock

    chain.change(keys.stock("de-1"), sold)
    assert offers(chain) == {"glazed": (149, 3)}
    stored = chain.get(keys.stock("de-1"), consistent=True)
    assert stored is not None
    assert stored.body == body


def test_a_lost_write_is_joined_to_what_a_newer_version_wrote(chain: Table) -> None:
    """The losing region alone sees it: here, one of the version that is older."""
    key = keys.profile("de-1")
    old = rewritten(chain, key, lambda body: body.update(later=1, only=[1]))
    mine = StoreProfile.load("de-1", old).assign({"city": "Potsdam"}, chain.clock.tick())
    new = rewritten(chain, key, lambda body: (body.update(later=2), body.pop("only"))[0])
    stored = chain.get(key, consistent=True)
    assert stored is not None
    change = Change(key, Stored(key, STAMP, mine.dump()), Stored(key, stored.rev, new))
    outcome = Repairer(chain, OperationRepository(chain)).settle(change)
    assert outcome.repaired == "StoreProfile"
    stored = chain.get(key, consistent=True)
    assert stored is not None
    assert stored.body["e"]["city"][0] == "Potsdam"
    assert (stored.body["later"], stored.body["only"]) == (2, [1])


def test_a_lost_write_is_joined_where_the_newer_version_has_written_again_meanwhile(
    chain: Table,
) -> None:
    key = keys.profile("de-1")
    new = rewritten(chain, key, lambda _: None)
    mine = StoreProfile.load("de-1", new | {"later": 1})
    old = mine.assign({"city": "Potsdam"}, chain.clock.tick()).dump()
    # After the change that the record shows: so only what stands now has another `later`.
    rewritten(chain, key, lambda body: body.update(later=2))
    change = Change(key, Stored(key, STAMP, old), Stored(key, STAMP, new))
    repairer = Repairer(chain, OperationRepository(chain))
    assert repairer.settle(change).repaired == "StoreProfile"
    stored = chain.get(key, consistent=True)
    assert stored is not None
    assert (stored.body["e"]["city"][0], stored.body["later"]) == ("Potsdam", 2)
    assert repairer.settle(change).repaired is None


def test_the_directory_of_a_newer_version_is_read(chain: Table) -> None:
    def longer(body: dict[str, Any]) -> None:
        for row, _ in body["e"].values():
            row += ["novel", 7]

    body = rewritten(chain, keys.directory(shard_of("de", "de-1")), longer)
    shard = DirectoryShard.load(shard_of("de", "de-1"), body)
    assert [entry.city for entry in shard.entries()] == ["Berlin"]
    (entry,) = shard.entries()
    assert shard.assign({"de-1": entry.row()}, chain.clock.tick()).dump() == body
    moved = shard.assign({"de-1": replace(entry, city="Potsdam").row()}, chain.clock.tick()).dump()
    assert moved["e"]["de-1"][0][1] == "Potsdam"
    assert moved["e"]["de-1"][0][6:] == ["novel", 7]
    assert shard.assign({"de-1": None}, chain.clock.tick()).dump()["e"]["de-1"][0] is None
    assert shard.merge(shard).dump() == body
    page = DirectoryRepository(chain).index().page(market=None, search=None, first=9, after=None)
    assert [entry.store_id for entry, _ in page.entries] == ["de-1"]


def test_items_that_never_change_are_read_with_more_in_them() -> None:
    entry = {
        "set": [["glazed/price", 5, None, "novel"]], "op": "o", "by": "p", "do": "newVerb",
        "sold": [["glazed", 1, "novel"]], "later": 1,
    }  # fmt: skip
    read = JournalEntry.load(("STORE#1", "ASSORTMENT"), STAMP, entry)
    assert (read.changes[0].value, read.sold) == (5, (("glazed", 1),))
    side = [STAMP, "o", "p", "newVerb", 5, "novel"]
    conflict = {"document": ["a", "b"], "entry": "e", "standing": side, "lost": side, "later": 1}
    assert EditConflict.load(conflict).lost_value == 5
    action = {"do": "newVerb", "at": STAMP, "on": ["a", "b"], "op": "o", "set": [["e", 1, 2]],
              "count": 1, "later": 1}  # fmt: skip
    assert StaffAction.load("p", action).changes == (("e", 1),)
    waste = {"reason": "MELTED", "currency": "EUR", "lines": [["glazed", 1, 199, "novel"]], "x": 1}
    record = WasteRecord.load(date(2026, 11, 30).isoformat(), "o", REGION, waste)
    assert (record.reason, record.lines[0].price) == (WasteReason.OTHER, 199)
    published = {"at": STAMP, "version": STAMP, "items": 3, "by": None, "replaced": None, "x": 1}
    assert Publication.load("de", published).item_count == 3
    assert read_listing({"l": ["b", "t", None, None, "novel"]}).board == "b"


def test_a_daypart_that_is_not_known_is_no_reason_to_fail() -> None:
    item = ["n", "c", {"en": "N"}, {}, None, 1, [], 2, True, ["MIDNIGHT"], "novel"]
    body = {"currency": "EUR", "categories": [["c", {"en": "C"}]], "items": [item], "x": 1}
    found = CatalogVersion.load("de", STAMP, body).items[0]
    assert found.dayparts == ("MIDNIGHT",)


def test_a_register_that_only_a_newer_version_knows_is_left_to_its_regions() -> None:
    entry = {"set": [["glazed/mood", 5, None], ["glazed/price", 7, None]], "op": "o", "by": "p",
             "do": "updateAssortment", "sold": []}  # fmt: skip
    document = ("STORE#1", "ASSORTMENT")
    ((_, proven),) = evidence.of_entry(JournalEntry.load(document, STAMP, entry))
    assert proven.dump() == {"s": [STAMP], "e": {"glazed": [7, 0, None, -1, None, -1]}}
