"""Tests reach moto's DynamoDB by a short way; it answers and refuses as moto's own way does."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.core.botocore_stubber import BotocoreStubber
from moto.dynamodb.responses import DynamoHandler

from services.storage.table import Table
from tests.support import quick_dynamodb
from tests.support.chain import REGION
from tests.support.moto_table import NAME, empty_table

OF_CARTE = {"TableName": NAME}
WHOLE = {
    "body": {"S": "b\u00e4ckerei"},
    "packed": {"B": b"\x00\xff"},
    "n": {"N": "12.5"},
    "flags": {"M": {"on": {"BOOL": True}, "none": {"NULL": True}, "B": {"S": "no bytes"}}},
    "many": {"L": [{"S": "a"}, {"N": "1"}, {"L": []}]},
    "sets": {"SS": ["x", "y"]},
}
Calls = list[tuple[str, dict[str, Any]]]


def key(sk: str) -> dict[str, Any]:
    return {"pk": {"S": "p"}, "sk": {"S": sk}}


def put(sk: str, **more: Any) -> dict[str, Any]:
    return {**OF_CARTE, "Item": {**key(sk), **more}}


def update(sk: str, **more: Any) -> dict[str, Any]:
    return {
        **OF_CARTE,
        "Key": key(sk),
        "UpdateExpression": "SET rev = :rev",
        "ExpressionAttributeValues": {":rev": {"S": "2"}},
        **more,
    }


OF_P: dict[str, Any] = {
    **OF_CARTE,
    "KeyConditionExpression": "pk = :pk",
    "ExpressionAttributeValues": {":pk": {"S": "p"}},
}
NEVER = {
    "ConditionExpression": "attribute_not_exists(pk)",
    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
}
CALLS: Calls = [
    ("put_item", put("1", **WHOLE)),
    ("put_item", {**put("2", rev={"S": "1"}), "ReturnConsumedCapacity": "TOTAL"}),
    ("put_item", {**put("1"), **NEVER}),
    ("get_item", {**OF_CARTE, "Key": key("1"), "ConsistentRead": True}),
    ("get_item", {**OF_CARTE, "Key": key("none"), "ReturnConsumedCapacity": "TOTAL"}),
    ("get_item", {**OF_CARTE, "Key": {"pk": {"S": "p"}}}),
    ("get_item", {"TableName": "none", "Key": key("1")}),
    ("update_item", update("2", ReturnValues="ALL_OLD")),
    ("update_item", update("3", ReturnValues="ALL_NEW")),
    ("update_item", update("2", **NEVER)),
    ("update_item", update("2", UpdateExpression="SET rev = rev +")),
    ("query", {**OF_P, "Limit": 1, "ScanIndexForward": False}),
    ("query", {**OF_P, "ProjectionExpression": "sk", "ReturnConsumedCapacity": "TOTAL"}),
    ("query", {**OF_P, "ExclusiveStartKey": key("1")}),
    ("scan", {**OF_CARTE, "Limit": 2, "Select": "COUNT"}),
    ("batch_get_item", {"RequestItems": {NAME: {"Keys": [key("1"), key("none")]}}}),
    ("batch_write_item", {"RequestItems": {NAME: [{"DeleteRequest": {"Key": key("3")}}]}}),
    ("transact_get_items", {"TransactItems": [{"Get": {**OF_CARTE, "Key": key("1")}}]}),
    ("transact_write_items", {"TransactItems": [{"Put": put("4")}, {"Update": update("2")}]}),
    (
        "transact_write_items",
        {"TransactItems": [{"Put": put("5")}, {"Update": update("2", **NEVER)}]},
    ),
    ("delete_item", {**OF_CARTE, "Key": key("2"), "ReturnValues": "ALL_OLD"}),
    ("delete_item", {**OF_CARTE, "Key": key("1"), **NEVER}),
    ("scan", OF_CARTE),
    ("describe_table", OF_CARTE),
]


def all_answers() -> list[Any]:
    with empty_table(REGION):
        client = boto3.client("dynamodb", region_name=REGION)
        return [answered(getattr(client, name), given) for name, given in CALLS]


def answered(call: Callable[..., Any], given: dict[str, Any]) -> Any:
    """What a call returns, or the answer by which it is refused."""
    try:
        answer = call(**given)
    except ClientError as error:
        answer = error.response
    about = answer.pop("ResponseMetadata")
    return about["HTTPStatusCode"], about["HTTPHeaders"]["content-type"], answer


def test_each_call_is_answered_as_by_moto_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = all_answers()
    monkeypatch.setattr(BotocoreStubber, "process_request", quick_dynamodb._process_as_moto_does)
    monkeypatch.setattr(DynamoHandler, "serialized", quick_dynamodb._serialize_as_moto_does)
    own = all_answers()
    for (name, _), one, other in zip(CALLS, quick, own, strict=True):
        if name == "describe_table":
            for _, _, answer in (one, other):
                answer["Table"].pop("CreationDateTime")
        assert one == other, name
    assert {status for status, *_ in own} == {200, 400}


def test_tests_take_the_short_way(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    handled = list[str]()
    answer = DynamoHandler.serialized

    def noting(handler: DynamoHandler, result: Any) -> Any:
        handled.append(type(vars(handler).get("normalized_request")).__name__)
        return answer(handler, result)

    monkeypatch.setattr(DynamoHandler, "serialized", noting)
    client: Any = table.item._get_connection().connection.client
    assert client.scan(TableName=NAME)["Items"] == []
    assert handled == ["NoneType"]  # no WSGI request was made
