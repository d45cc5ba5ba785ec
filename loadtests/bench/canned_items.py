"""Items of the canned DynamoDB, and the few expressions that reading a menu needs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

Item = dict[str, Any]
_READ_UNIT: Final = 4096
_COMPARED: Final = re.compile(r"([#\w.]+)\s*(<=|>=|=|<|>)\s*(:\w+)")
_BEGINS: Final = re.compile(r"begins_with\s*\(\s*([#\w]+)\s*,\s*(:\w+)\s*\)")
_BETWEEN: Final = re.compile(r"([#\w]+)\s+BETWEEN\s+(:\w+)\s+AND\s+(:\w+)", re.IGNORECASE)


class UnknownRequestError(ValueError):
    """The recorded DynamoDB has no response to a request."""


@dataclass(slots=True)
class Tables:
    """Tables with string keys `pk` and `sk`: table to partition to sort key to item.

    It writes without looking at conditions: whoever fills it is alone.
    """

    partitions: dict[str, dict[str, dict[str, Item]]] = field(default_factory=dict)

    def answer(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the response of one DynamoDB operation.

        Raises:
            UnknownRequestError: This server does not support it.
        """
        known = {
            "GetItem": self._get,
            "Query": self._query,
            "BatchGetItem": self._batch_get,
            "PutItem": self._put,
            "BatchWriteItem": self._batch_write,
        }
        if operation not in known:
            raise UnknownRequestError(f"the canned DynamoDB does not know {operation}")
        return known[operation](request)

    def _partition(self, table: str, pk: str) -> dict[str, Item]:
        return self.partitions.get(table, {}).get(pk, {})

    def _get(self, request: Mapping[str, Any]) -> dict[str, Any]:
        key = request["Key"]
        item = self._partition(request["TableName"], key["pk"]["S"]).get(key["sk"]["S"])
        answer: dict[str, Any] = {} if item is None else {"Item": _projected(item, request)}
        return answer | _consumed(request, [item] if item else [])

    def _query(self, request: Mapping[str, Any]) -> dict[str, Any]:
        pk, wanted = _key_condition(request)
        partition = self._partition(request["TableName"], pk)
        names = sorted(
            (name for name in partition if wanted(name)),
            reverse=not request.get("ScanIndexForward", True),
        )[: request.get("Limit")]
        items = [partition[name] for name in names]
        return {
            "Items": [_projected(item, request) for item in items],
            "Count": len(items),
            "ScannedCount": len(items),
        } | _consumed(request, items)

    def _batch_get(self, request: Mapping[str, Any]) -> dict[str, Any]:
        responses: dict[str, list[Item]] = {}
        for table, wanted in request["RequestItems"].items():
            found = (
                self._partition(table, key["pk"]["S"]).get(key["sk"]["S"]) for key in wanted["Keys"]
            )
            responses[table] = [_projected(item, wanted) for item in found if item is not None]
        return {"Responses": responses, "UnprocessedKeys": {}}

    def _put(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self._store(request["TableName"], request["Item"])
        return {}

    def _batch_write(self, request: Mapping[str, Any]) -> dict[str, Any]:
        for table, writes in request["RequestItems"].items():
            for write in writes:
                self._store(table, write["PutRequest"]["Item"])
        return {"UnprocessedItems": {}}

    def _store(self, table: str, item: Item) -> None:
        partitions = self.partitions.setdefault(table, {})
        partitions.setdefault(item["pk"]["S"], {})[item["sk"]["S"]] = item


def _names(request: Mapping[str, Any]) -> Mapping[str, str]:
    names: Mapping[str, str] = request.get("ExpressionAttributeNames") or {}
    return names


def _key_condition(request: Mapping[str, Any]) -> tuple[str, Any]:
    text = request.get("KeyConditionExpression")
    if not text or "FilterExpression" in request or "IndexName" in request:
        raise UnknownRequestError("the canned DynamoDB queries by KeyConditionExpression alone")
    names, values = _names(request), request["ExpressionAttributeValues"]
    conditions = list(_conditions(text, names, values))
    equal = [value for name, kind, value in conditions if (name, kind) == ("pk", "=")]
    if not equal:
        raise UnknownRequestError(f"no partition in {text!r}")
    rest = [(kind, value) for name, kind, value in conditions if name == "sk"]
    return equal[0], lambda sk: all(_holds(sk, kind, value) for kind, value in rest)


def _conditions(
    text: str, names: Mapping[str, str], values: Mapping[str, Any]
) -> Iterator[tuple[str, str, Any]]:
    for name, low, high in _BETWEEN.findall(text):
        yield names.get(name, name), "between", (values[low]["S"], values[high]["S"])
    for name, value in _BEGINS.findall(text):
        yield names.get(name, name), "begins", values[value]["S"]
    for name, kind, value in _COMPARED.findall(text):
        yield names.get(name, name), kind, values[value]["S"]


def _holds(sk: str, kind: str, value: Any) -> bool:
    if kind == "begins":
        return sk.startswith(value)
    if kind == "between":
        return bool(value[0] <= sk <= value[1])
    return bool(
        {
            "=": sk == value,
            "<": sk < value,
            "<=": sk <= value,
            ">": sk > value,
            ">=": sk >= value,
        }[kind]
    )


def _projected(item: Item, request: Mapping[str, Any]) -> Item:
    text = request.get("ProjectionExpression")
    if not text:
        return item
    names = _names(request)
    wanted = [names.get(part.strip(), part.strip()) for part in text.split(",")]
    return {name: item[name] for name in wanted if name in item}


def _consumed(request: Mapping[str, Any], items: list[Item]) -> dict[str, Any]:
    if request.get("ReturnConsumedCapacity", "NONE") == "NONE":
        return {}
    size = sum(len(orjson.dumps(item)) for item in items)
    units = max(1, -(-size // _READ_UNIT)) * (1.0 if request.get("ConsistentRead") else 0.5)
    return {"ConsumedCapacity": {"TableName": request["TableName"], "CapacityUnits": units}}
