"""Items of the canned DynamoDB, and the few expressions that menus and mutations need."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from loadtests.cost.item_size import item_bytes

Item = dict[str, Any]
# Bytes of a request unit, and units of an item in a transaction for each that it has alone.
# Source: Amazon DynamoDB developer guide, "DynamoDB on-demand capacity mode".
_READ_UNIT: Final = 4096
_WRITE_UNIT: Final = 1024
_TRANSACTION: Final = 2
# An operation whose id begins like this meets a concurrent write: its first transaction fails.
CONFLICT_PREFIX: Final = "conflict-"
_COMPARED: Final = re.compile(r"([#\w.]+)\s*(<=|>=|=|<|>)\s*(:\w+)")
_BEGINS: Final = re.compile(r"begins_with\s*\(\s*([#\w]+)\s*,\s*(:\w+)\s*\)")
_BETWEEN: Final = re.compile(r"([#\w]+)\s+BETWEEN\s+(:\w+)\s+AND\s+(:\w+)", re.IGNORECASE)


class UnknownRequestError(ValueError):
    """The recorded DynamoDB has no response to a request."""


class TransactionCanceledError(Exception):
    """Another write came before a transaction.

    Attributes:
        reasons: `CancellationReasons` of DynamoDB's answer.
    """

    def __init__(self, count: int) -> None:
        super().__init__("Transaction cancelled, please refer cancellation reasons")
        conflict = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
        self.reasons: list[dict[str, str]] = [{"Code": "None"}] * (count - 1) + [conflict]


@dataclass(slots=True)
class Tables:
    """Tables with string keys `pk` and `sk`: table to partition to sort key to item.

    It writes without looking at conditions: one subject works at a time, and each call makes ids
    of its own.

    Attributes:
        read_units: Read request units of all answers, as DynamoDB counts them.
        write_units: Write request units likewise, but for BatchWriteItem.
    """

    partitions: dict[str, dict[str, dict[str, Item]]] = field(default_factory=dict)
    read_units: float = 0.0
    write_units: float = 0.0
    _conflicts: set[str] = field(default_factory=set)

    def answer(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the response of one DynamoDB operation.

        Raises:
            UnknownRequestError: This server does not support it.
            TransactionCanceledError: It is the first transaction of an operation that meets a
                conflict.
        """
        known = {
            "GetItem": self._get,
            "Query": self._query,
            "BatchGetItem": self._batch_get,
            "PutItem": self._put,
            "BatchWriteItem": self._batch_write,
            "TransactWriteItems": self._transact,
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
        return answer | self._consumed(request, [item] if item else [])

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
        } | self._consumed(request, items)

    def _batch_get(self, request: Mapping[str, Any]) -> dict[str, Any]:
        responses: dict[str, list[Item]] = {}
        consumed: list[dict[str, Any]] = []
        for table, wanted in request["RequestItems"].items():
            found = [
                self._partition(table, key["pk"]["S"]).get(key["sk"]["S"]) for key in wanted["Keys"]
            ]
            responses[table] = [_projected(item, wanted) for item in found if item is not None]
            # Each item is rounded up by itself, and a key without an item is a unit, too.
            units = sum(_read_units([item] if item else [], wanted) for item in found)
            self.read_units += units
            consumed.append({"TableName": table, "CapacityUnits": units})
        answer = {"Responses": responses, "UnprocessedKeys": {}}
        return answer | ({"ConsumedCapacity": consumed} if _counts(request) else {})

    def _put(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self._store(request["TableName"], request["Item"])
        units = _write_units(request["Item"])
        self.write_units += units
        consumed = {"TableName": request["TableName"], "CapacityUnits": units}
        return {"ConsumedCapacity": consumed} if _counts(request) else {}

    def _transact(self, request: Mapping[str, Any]) -> dict[str, Any]:
        operations = [next(iter(one.items())) for one in request["TransactItems"]]
        unknown = {kind for kind, _ in operations} - {"Put", "ConditionCheck"}
        if unknown:
            raise UnknownRequestError(
                f"the canned DynamoDB does not know {unknown} in transactions"
            )
        puts = [one for kind, one in operations if kind == "Put"]
        self._meet_conflict([one["Item"] for one in puts], len(operations))
        units: dict[str, float] = {}
        for _, one in operations:
            item = one.get("Item") or self._checked(one)
            size = _TRANSACTION * _write_units(item)
            units[one["TableName"]] = units.get(one["TableName"], 0.0) + size
        for one in puts:
            self._store(one["TableName"], one["Item"])
        self.write_units += sum(units.values())
        consumed = [{"TableName": name, "CapacityUnits": one} for name, one in units.items()]
        return {"ConsumedCapacity": consumed} if _counts(request) else {}

    def _checked(self, check: Mapping[str, Any]) -> Item:
        key = check["Key"]
        found = self._partition(check["TableName"], key["pk"]["S"]).get(key["sk"]["S"])
        return found if found is not None else key

    def _meet_conflict(self, items: list[Item], count: int) -> None:
        for item in items:
            pk: str = item["pk"]["S"]
            if f"#{CONFLICT_PREFIX}" in pk and pk not in self._conflicts:
                self._conflicts.add(pk)
                raise TransactionCanceledError(count)

    def _consumed(self, request: Mapping[str, Any], items: list[Item]) -> dict[str, Any]:
        units = _read_units(items, request)
        self.read_units += units
        consumed = {"TableName": request["TableName"], "CapacityUnits": units}
        return {"ConsumedCapacity": consumed} if _counts(request) else {}

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


def _counts(request: Mapping[str, Any]) -> bool:
    return bool(request.get("ReturnConsumedCapacity", "NONE") != "NONE")


def _read_units(items: list[Item], request: Mapping[str, Any]) -> float:
    size = sum(len(orjson.dumps(item)) for item in items)
    return max(1, -(-size // _READ_UNIT)) * (1.0 if request.get("ConsistentRead") else 0.5)


def _write_units(item: Item) -> float:
    return float(max(1, -(-item_bytes(item) // _WRITE_UNIT)))
