"""The canned DynamoDB answers what moto's DynamoDB answers to the same requests."""

from typing import Any

import boto3
import pytest
from moto import mock_aws

from loadtests.bench.canned_items import (
    Tables,
    TransactionCanceledError,
    UnknownRequestError,
)
from localcloud.single_emulator import create_table
from tests.support.chain import REGION

ITEMS = [
    {"pk": {"S": "STORE#1"}, "sk": {"S": sk}, "rev": {"S": f"r{at}"}, "body": {"S": "{}" * at}}
    for at, sk in enumerate(("ASSORTMENT", "PROFILE", "STOCK", "STOCK#eu-west-1"))
] + [{"pk": {"S": "STORE#2"}, "sk": {"S": "PROFILE"}, "rev": {"S": "r9"}}]
PK = {":p": {"S": "STORE#1"}}
QUERIES: list[dict[str, Any]] = [
    {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": PK},
    {
        "KeyConditionExpression": "#0 = :p AND begins_with (#1, :s)",
        "ExpressionAttributeNames": {"#0": "pk", "#1": "sk"},
        "ExpressionAttributeValues": PK | {":s": {"S": "STOCK"}},
    },
    {
        "KeyConditionExpression": "pk = :p AND sk BETWEEN :a AND :b",
        "ExpressionAttributeValues": PK | {":a": {"S": "B"}, ":b": {"S": "STOCK"}},
    },
    {
        "KeyConditionExpression": "pk = :p AND sk >= :a",
        "ExpressionAttributeValues": PK | {":a": {"S": "PROFILE"}},
        "ScanIndexForward": False,
        "Limit": 2,
    },
    {
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": PK,
        "ProjectionExpression": "sk, #r",
        "ExpressionAttributeNames": {"#r": "rev"},
    },
    {
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "STORE#none"}},
    },
]


def test_it_answers_like_moto() -> None:
    tables = Tables()
    with mock_aws():
        create_table(REGION)
        client = boto3.client("dynamodb", region_name=REGION)
        for item in ITEMS:
            client.put_item(TableName="carte", Item=item)
            tables.answer("PutItem", {"TableName": "carte", "Item": item})
        for query in QUERIES:
            request = {"TableName": "carte", **query}
            expected, found = client.query(**request), tables.answer("Query", request)
            assert found["Items"] == expected["Items"], query
            assert found["Count"] == expected["Count"], query
        for sk in ("PROFILE", "NOTHING"):
            key = {"pk": {"S": "STORE#1"}, "sk": {"S": sk}}
            request = {"TableName": "carte", "Key": key}
            assert tables.answer("GetItem", request).get("Item") == client.get_item(**request).get(
                "Item"
            )
        keys = {"carte": {"Keys": [{"pk": one["pk"], "sk": one["sk"]} for one in ITEMS]}}
        theirs = client.batch_get_item(RequestItems=keys)["Responses"]["carte"]  # type: ignore[arg-type]
        answered = tables.answer("BatchGetItem", {"RequestItems": keys})["Responses"]["carte"]
        assert sorted(map(str, answered)) == sorted(map(str, theirs))


def test_what_it_cannot_answer_rightly_it_refuses() -> None:
    tables = Tables()
    with pytest.raises(UnknownRequestError, match="Scan"):
        tables.answer("Scan", {"TableName": "carte"})
    filtered = {"TableName": "carte", "FilterExpression": "x = :x", **QUERIES[0]}
    with pytest.raises(UnknownRequestError):
        tables.answer("Query", filtered)


def test_it_counts_read_units_by_size_and_consistency() -> None:
    tables = Tables()
    big = {"pk": {"S": "STORE#3"}, "sk": {"S": "PROFILE"}, "body": {"S": "x" * 9000}}
    tables.answer("PutItem", {"TableName": "carte", "Item": big})
    key = {"pk": big["pk"], "sk": big["sk"]}
    requests = {"TableName": "carte", "Key": key, "ReturnConsumedCapacity": "TOTAL"}
    units = [
        tables.answer("GetItem", requests | {"ConsistentRead": consistent})["ConsumedCapacity"]
        for consistent in (False, True)
    ]
    assert [one["CapacityUnits"] for one in units] == [1.5, 3.0]


def put(pk: str, body: str = "{}") -> dict[str, Any]:
    item = {"pk": {"S": pk}, "sk": {"S": "OP"}, "rev": {"S": "r1"}, "body": {"S": body}}
    return {"Put": {"TableName": "carte", "Item": item}}


def test_a_transaction_writes_its_items_and_takes_twice_their_units() -> None:
    tables = Tables()
    check = {"TableName": "carte", "Key": {"pk": {"S": "STORE#1"}, "sk": {"S": "PROFILE"}}}
    request = {
        "TransactItems": [put("OP#1"), put("OP#2", "x" * 2000), {"ConditionCheck": check}],
        "ReturnConsumedCapacity": "TOTAL",
    }
    answer = tables.answer("TransactWriteItems", request)
    # 1 kB, 2 kB and a check of nothing: 4 units, twice.
    assert answer["ConsumedCapacity"] == [{"TableName": "carte", "CapacityUnits": 8.0}]
    assert tables.write_units == 8
    key = {"pk": {"S": "OP#2"}, "sk": {"S": "OP"}}
    found = tables.answer("GetItem", {"TableName": "carte", "Key": key})
    assert found["Item"]["body"] == {"S": "x" * 2000}


def test_an_operation_that_meets_a_conflict_is_refused_once() -> None:
    tables = Tables()
    request = {"TransactItems": [put("OP#conflict-1"), put("STORE#1")]}
    with pytest.raises(TransactionCanceledError) as caught:
        tables.answer("TransactWriteItems", request)
    assert [one["Code"] for one in caught.value.reasons] == ["None", "TransactionConflict"]
    assert tables.write_units == 0
    tables.answer("TransactWriteItems", request)
    assert tables.write_units == 4


def test_other_operations_of_a_transaction_are_refused() -> None:
    with pytest.raises(UnknownRequestError, match="Delete"):
        Tables().answer("TransactWriteItems", {"TransactItems": [{"Delete": {}}]})
