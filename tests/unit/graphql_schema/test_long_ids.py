"""Ids that no key of DynamoDB can hold name nothing: a typed answer, and no fault of ours."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from services.storage import keys
from services.storage.keys import Key
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog
from tests.support.service import Service
from tests.support.strict_keys import strict_keys
from tests.support.tokens import ISSUER

LONG = "x" * 3_000
LINE = {"itemId": "glazed", "pieces": 1}


@pytest.fixture
def shop(service: Service) -> Iterator[Service]:
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    with strict_keys(service.table):
        yield service


def mutation(name: str, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    kind = f"{name[0].upper()}{name[1:]}Input!"
    return f"mutation ($i: {kind}) {{ f: {name}(input: $i) {{ errors {{ __typename }} }} }}", {
        "i": {"operationId": "operation-1", **given}
    }


@pytest.mark.parametrize(
    ("name", "given", "error"),
    [
        ("recordSale", {"storeId": LONG, "lines": [LINE]}, "UnknownStoreError"),
        ("recordStockCount", {"storeId": LONG, "counts": [LINE]}, "UnknownStoreError"),
        ("updateAssortment", {"storeId": LONG, "lines": [{"itemId": "glazed", "listed": True}]},
         "UnknownStoreError"),
        ("updateStoreHours", {"storeId": LONG, "hours": []}, "UnknownStoreError"),
        ("updateStoreClosures", {"storeId": LONG, "hidden": True}, "UnknownStoreError"),
        ("editCatalogItem", {"market": "de", "itemId": "x" * 1_500, "calories": 1},
         "InvalidValueError"),
        ("editCatalogCategory", {"market": "de", "categoryId": "x" * 1_500, "rank": 1},
         "InvalidValueError"),
        ("editCatalogItem", {"market": "de", "itemId": "", "calories": 1}, "InvalidValueError"),
        ("editCatalogItem", {"market": "de", "itemId": "é" * 600, "calories": 1},
         "InvalidValueError"),
    ],
)  # fmt: skip
def test_a_mutation_of_an_id_that_is_too_long_is_refused_with_its_type(
    shop: Service, name: str, given: dict[str, Any], error: str
) -> None:
    query, variables = mutation(name, given)
    answer = shop.post(query, ISSUER.bearer("chain:admin"), variables=variables)
    found = orjson.loads(answer.body)
    assert answer.status == 200, found
    assert [one["__typename"] for one in found["data"]["f"]["errors"]] == [error]


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ("query ($id: ID!) { inventory(storeId: $id) { __typename } }", {"inventory": None}),
        ("query ($id: ID!) { editConflicts(storeId: $id) { totalCount } }",
         {"editConflicts": {"totalCount": 0}}),
        ("query ($id: ID!) { menu(storeId: $id) { version } }", {"menu": None}),
        ("query ($id: ID!) { store(id: $id) { id } }", {"store": None}),
    ],
)  # fmt: skip
def test_a_query_finds_nothing_of_an_id_that_is_too_long(
    shop: Service, query: str, data: dict[str, Any]
) -> None:
    answer = shop.post(query, ISSUER.bearer("chain:admin"), variables={"id": LONG})
    assert orjson.loads(answer.body) == {"data": data}


def test_a_key_that_dynamodb_refuses_is_not_asked_for(table: Table) -> None:
    with strict_keys(table):
        for pk, sk in (("x" * 2049, "a"), ("é" * 1025, "a"), ("a", "x" * 1025), ("", "a")):
            assert table.get(Key(pk, sk)) is None
            assert table.get_many([Key(pk, sk)]) == {}
        for pk in ("x" * 2049, "é" * 1025):
            assert table.partition(pk) == []
            assert list(table.onward(pk, "")) == []
    assert keys.can_exist(Key("é" * 1024, "é" * 512))
