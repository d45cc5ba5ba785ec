"""Mutations: what they change, how they refuse, and that a retry changes nothing."""

from typing import Any

import orjson
import pytest

from services.domain.documents.assortment import Assortment
from services.domain.stamp import LATEST, Stamp
from services.storage import keys
from services.storage.replica import Write
from tests.support.chain import add_store, publish_small_catalog
from tests.support.service import Service
from tests.support.tokens import ISSUER

ASSORTMENT = """
mutation A($input: UpdateAssortmentInput!) { updateAssortment(input: $input) {
  lines { itemId price { amountMinor currency } listed rank }
  errors { __typename message path } } }
"""
COUNT = """
mutation C($input: RecordStockCountInput!) { recordStockCount(input: $input) {
  stock { itemId left availability } errors { __typename path } } }
"""
SALE = """
mutation S($input: RecordSaleInput!) { recordSale(input: $input) {
  stock { itemId left availability } errors { __typename path } } }
"""
EDIT = """
mutation E($input: EditCatalogItemInput!) { editCatalogItem(input: $input) {
  item { itemId name category price { amountMinor } withdrawn }
  errors { __typename message path } } }
"""
PUBLISH = """
mutation P($input: PublishCatalogInput!) { publishCatalog(input: $input) {
  version itemCount errors { __typename message } } }
"""
STORE = {"storeId": "de-1"}


@pytest.fixture
def shop(service: Service) -> Service:
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    return service


def send(shop: Service, mutation: str, operation_id: str = "op-00001", **rest: Any) -> Any:
    """The payload of a mutation."""
    variables = {"input": {"operationId": operation_id, **rest}}
    response = shop.post(mutation, ISSUER.bearer("chain:admin"), variables=variables)
    answer = orjson.loads(response.body)
    assert "errors" not in answer, answer
    (payload,) = answer["data"].values()
    return payload


def refusal(payload: Any) -> str:
    """The type of a payload's one error."""
    (error,) = payload["errors"]
    return str(error["__typename"])


def prices(shop: Service) -> dict[str, int]:
    menu = shop.ask(
        '{ menu(storeId: "de-1") { categories { items { id price { amountMinor } } } } }'
    )["menu"]
    return {
        item["id"]: item["price"]["amountMinor"]
        for category in menu["categories"]
        for item in category["items"]
    }


def test_a_price_is_set_and_read(shop: Service) -> None:
    line = {"itemId": "glazed", "priceMinor": 149, "rank": 3}
    payload = send(shop, ASSORTMENT, **STORE, lines=[line])
    assert payload["lines"] == [
        {
            "itemId": "glazed",
            "price": {"amountMinor": 149, "currency": "EUR"},
            "listed": True,
            "rank": 3,
        }
    ]
    assert prices(shop) == {"glazed": 149}


def test_a_document_with_the_last_stamp_of_all_is_answered_as_damaged(shop: Service) -> None:
    key = keys.assortment("de-1")
    body = Assortment("de-1", {}).dump()
    shop.table.write(Write(key, body, Stamp(LATEST, "us-east-1"), None))
    wanted = {"operationId": "op-00001", **STORE, "lines": [{"itemId": "glazed", "rank": 3}]}
    response = shop.post(ASSORTMENT, ISSUER.bearer("chain:admin"), variables={"input": wanted})
    (error,) = orjson.loads(response.body)["errors"]
    assert error["extensions"]["code"] == "DATA_UNREADABLE"


def test_what_is_left_out_or_null_stays_and_what_is_cleared_is_the_catalogs(shop: Service) -> None:
    send(shop, ASSORTMENT, **STORE, lines=[{"itemId": "glazed", "priceMinor": 149}])
    send(shop, ASSORTMENT, "op-00002", **STORE, lines=[{"itemId": "glazed", "rank": 1}])
    assert prices(shop) == {"glazed": 149}
    send(shop, ASSORTMENT, "op-00003", **STORE, lines=[{"itemId": "glazed", "priceMinor": None}])
    assert prices(shop) == {"glazed": 149}
    both = {"itemId": "glazed", "priceMinor": 1, "clear": ["PRICE"]}
    assert refusal(send(shop, ASSORTMENT, "op-00004", **STORE, lines=[both])) == "InvalidValueError"
    cleared = {"itemId": "glazed", "clear": ["PRICE"]}
    send(shop, ASSORTMENT, "op-00005", **STORE, lines=[cleared])
    assert prices(shop) == {"glazed": 199}


def test_a_price_that_was_set_after_it_was_seen_is_not_overwritten(shop: Service) -> None:
    line = {"itemId": "glazed", "priceMinor": 149}
    seen: dict[str, Any] = {"expected": [{"entry": "glazed/price", "stamp": None}]}
    assert send(shop, ASSORTMENT, **STORE, lines=[line], **seen)["errors"] == []
    late = {"itemId": "glazed", "priceMinor": 150}
    payload = send(shop, ASSORTMENT, "op-00002", **STORE, lines=[late], **seen)
    assert refusal(payload) == "ChangedMeanwhileError"
    assert prices(shop) == {"glazed": 149}


@pytest.mark.parametrize("entry", ["glazed/prise", "glazed", "glazzed/price", "price", "/price"])
def test_an_entry_that_no_assortment_has_is_refused(shop: Service, entry: str) -> None:
    line = {"itemId": "glazed", "priceMinor": 149}
    wrong: dict[str, Any] = {"expected": [{"entry": entry, "stamp": None}]}
    payload = send(shop, ASSORTMENT, **STORE, lines=[line], **wrong)
    assert refusal(payload) == "InvalidValueError"
    (error,) = payload["errors"]
    assert error["path"] == ["expected", "0", "entry"]
    assert f"there is no entry {entry!r}; entries are <item id>/price" in error["message"]
    assert prices(shop) == {"glazed": 199}


def test_a_first_edit_keeps_the_standard_range(shop: Service) -> None:
    send(shop, ASSORTMENT, **STORE, lines=[{"itemId": "latte", "listed": True}])
    assert set(prices(shop)) == {"glazed", "latte"}
    send(shop, ASSORTMENT, "op-00002", **STORE, lines=[{"itemId": "glazed", "listed": False}])
    assert set(prices(shop)) == {"latte"}


def test_sales_lower_what_was_counted(shop: Service) -> None:
    send(shop, COUNT, **STORE, counts=[{"itemId": "glazed", "pieces": 8}])
    payload = send(shop, SALE, "op-00002", **STORE, lines=[{"itemId": "glazed", "pieces": 3}])
    assert payload["stock"] == [{"itemId": "glazed", "left": 5, "availability": "LOW"}]
    payload = send(shop, SALE, "op-00003", **STORE, lines=[{"itemId": "glazed", "pieces": 6}])
    assert payload["stock"] == [{"itemId": "glazed", "left": -1, "availability": "SOLD_OUT"}]
    payload = send(shop, COUNT, "op-00004", **STORE, counts=[{"itemId": "glazed", "pieces": 40}])
    assert payload["stock"][0]["left"] == 40


def test_a_sale_of_what_was_never_counted_is_recorded_all_the_same(shop: Service) -> None:
    payload = send(shop, SALE, **STORE, lines=[{"itemId": "glazed", "pieces": 3}])
    assert payload["stock"] == [{"itemId": "glazed", "left": None, "availability": "AVAILABLE"}]


def test_a_retry_answers_as_the_first_time_and_changes_nothing(shop: Service) -> None:
    send(shop, COUNT, **STORE, counts=[{"itemId": "glazed", "pieces": 8}])
    sale = {**STORE, "lines": [{"itemId": "glazed", "pieces": 3}]}
    first = send(shop, SALE, "op-00002", **sale)
    send(shop, SALE, "op-00003", **sale)
    before = [(row.key, row.rev) for row in shop.table.partition("STORE#de-1")]
    assert send(shop, SALE, "op-00002", **sale) == first
    assert [(row.key, row.rev) for row in shop.table.partition("STORE#de-1")] == before


def test_an_operation_id_with_another_input_is_refused(shop: Service) -> None:
    send(shop, SALE, **STORE, lines=[{"itemId": "glazed", "pieces": 3}])
    payload = send(shop, SALE, **STORE, lines=[{"itemId": "glazed", "pieces": 4}])
    assert refusal(payload) == "OperationIdReusedError"
    payload = send(shop, COUNT, **STORE, counts=[{"itemId": "glazed", "pieces": 3}])
    assert refusal(payload) == "OperationIdReusedError"


@pytest.mark.parametrize(
    ("mutation", "fields", "expected", "path"),
    [
        (SALE, {"storeId": "nowhere", "lines": [{"itemId": "glazed", "pieces": 1}]},
         "UnknownStoreError", ["storeId"]),
        (SALE, {"storeId": "x" * 3000, "lines": [{"itemId": "glazed", "pieces": 1}]},
         "UnknownStoreError", ["storeId"]),
        (SALE, {**STORE, "lines": [{"itemId": "nothing", "pieces": 1}]},
         "UnknownItemError", ["lines", "0", "itemId"]),
        (SALE, {**STORE, "lines": [{"itemId": "glazed", "pieces": 0}]},
         "InvalidValueError", ["lines", "0", "pieces"]),
        (SALE, {**STORE, "lines": []}, "InvalidValueError", ["lines"]),
        (SALE, {**STORE, "lines": [{"itemId": "glazed", "pieces": 1}] * 2},
         "InvalidValueError", ["lines", "1", "itemId"]),
        (COUNT, {**STORE, "counts": [{"itemId": "glazed", "pieces": -1}]},
         "InvalidValueError", ["counts", "0", "pieces"]),
        (ASSORTMENT, {**STORE, "lines": [{"itemId": "glazed", "priceMinor": -5}]},
         "InvalidValueError", ["lines", "0", "priceMinor"]),
        (ASSORTMENT, {**STORE, "lines": [{"itemId": "glazed", "rank": 1_000_001}]},
         "InvalidValueError", ["lines", "0", "rank"]),
        (EDIT, {"market": "zz", "itemId": "glazed"}, "UnknownMarketError", ["market"]),
        (EDIT, {"market": "de", "itemId": "a/b"}, "InvalidValueError", ["itemId"]),
        (EDIT, {"market": "de", "itemId": "x", "names": [{"locale": "en", "text": " "}]},
         "InvalidValueError", ["names", "0", "text"]),
    ],
)  # fmt: skip
def test_what_cannot_be_is_a_typed_error_and_leaves_no_trace(
    shop: Service, mutation: str, fields: dict[str, Any], expected: str, path: list[str]
) -> None:
    payload = send(shop, mutation, **fields)
    assert refusal(payload) == expected
    assert payload["errors"][0]["path"] == path
    assert shop.table.get(keys.operation("op-00001")) is None
    assert len(shop.table.partition("STORE#de-1")) == 1


def test_an_operation_id_must_be_one(shop: Service) -> None:
    payload = send(shop, SALE, "short", **STORE, lines=[{"itemId": "glazed", "pieces": 1}])
    assert refusal(payload) == "InvalidValueError"


def test_a_draft_becomes_visible_when_it_is_published(shop: Service) -> None:
    names = [{"locale": "en", "text": "Glazed bun"}]
    payload = send(shop, EDIT, market="de", itemId="glazed", names=names, priceMinor=210)
    assert payload["item"]["price"] == {"amountMinor": 210}
    assert payload["item"]["name"] == "Glasierter Ring"  # the other locale stays
    assert prices(shop) == {"glazed": 199}
    first = send(shop, PUBLISH, "op-00002", market="de")
    assert first["itemCount"] == 3
    assert prices(shop) == {"glazed": 210}
    assert send(shop, PUBLISH, "op-00002", market="de") == first
    assert send(shop, PUBLISH, "op-00003", market="de")["version"] == first["version"]


def test_drafts_that_make_no_catalog_are_not_published(shop: Service) -> None:
    send(shop, EDIT, market="de", itemId="mystery", category="nowhere")
    payload = send(shop, PUBLISH, "op-00002", market="de")
    assert {error["__typename"] for error in payload["errors"]} == {"UnpublishableError"}
    assert any("mystery has no price" in error["message"] for error in payload["errors"])
    assert prices(shop) == {"glazed": 199}


def test_every_edit_is_in_the_journal_with_its_author(shop: Service) -> None:
    send(shop, ASSORTMENT, **STORE, lines=[{"itemId": "glazed", "priceMinor": 149}])
    (entry,) = shop.table.partition(keys.journal_partition(keys.assortment("de-1")))
    assert entry.body["by"] == "developer"
    assert entry.body["do"] == "updateAssortment"
    assert entry.body["set"] == [["glazed/price", 149, None]]
